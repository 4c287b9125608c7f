"""`yuanping expert new|card|answer|certify`: an expert's long-term key, on the expert's own machine."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.ending import BAD_INPUT, answer, orderly, spoken, tell
from api.commands.secret import key_option, passphrase
from api.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from crypto.keys import SigningKey

_evaluation = click.option(
    "--evaluation", required=True, help="本次评标的标识，见任务页 / as the task page shows it, hexadecimal"
)
_member = click.option("--member", required=True, help="本人在本标段的化名 / own pseudonym in this lot")


@click.group("expert")
def expert() -> None:
    """专家本人的长期密钥，只在本人设备上 / an expert's long-term key, on the own machine."""


@expert.command("new")
@key_option
@orderly
def new(key: Path) -> None:
    """生成密钥文件，绝不覆盖；示出公钥与指纹 / make the key file, never replace one; show key and fingerprint."""
    from api import clock, keyring

    words = passphrase(confirm=True)
    try:
        keyring.make_expert(key, words, clock.entropy)
    except FileExistsError:
        tell(say("keys.there", spoken(), file=key))
        raise SystemExit(BAD_INPUT) from None
    _show(_own(key, words))


@expert.command("card")
@key_option
@orderly
def card(key: Path) -> None:
    """示出公钥与指纹，供专家库当面核对 / show public key and fingerprint, to be compared by the pool's owner."""
    _show(_own(key))


@expert.command("answer")
@click.argument("says", type=click.Choice(("accept", "decline")))
@key_option
@_evaluation
@_member
@click.option("--round", "round_", type=click.IntRange(0), required=True, help="抽取轮次 / round of the draw")
@orderly
def answer_(says: str, key: Path, evaluation: str, member: str, round_: int) -> None:
    """签名答复并密封，输出信封 / sign an answer and seal it: the envelope, hexadecimal."""
    from api import clock
    from scheduler.events import Member
    from scheduler.vouching import Invited, Says, sealed_answer

    own, at = _own(key), clock.now()
    asked = Invited(experts=_hex(evaluation), round=round_, member=Member(member))
    answer(_sealed(lambda: sealed_answer(asked, Says(says), at, own, clock.entropy(32))))


@expert.command("certify")
@key_option
@_evaluation
@_member
@click.option(
    "--device", required=True, help="签到设备的公钥 / public key of the device at the gate, hexadecimal"
)
@orderly
def certify(key: Path, evaluation: str, member: str, device: str) -> None:
    """证明签到所带设备并密封 / certify the device brought to the gate: the envelope, hexadecimal."""
    from api import clock
    from scheduler.events import Member
    from scheduler.vouching import sealed_certificate

    own = _own(key)
    public, experts = _hex(device), _hex(evaluation)
    answer(_sealed(lambda: sealed_certificate(experts, Member(member), public, own, clock.entropy(32))))


def _sealed(make: "Callable[[], bytes]") -> str:
    from crypto.errors import CryptoError

    try:
        return make().hex()
    except CryptoError as fault:
        tell(say("expert.unusable", spoken(), reason=fault))
        raise SystemExit(BAD_INPUT) from None


def _hex(text: str) -> bytes:
    from crypto.canonical import unhex
    from crypto.errors import CryptoError

    try:
        return unhex(text.strip().lower(), 32)
    except CryptoError as fault:
        tell(say("expert.unusable", spoken(), reason=fault))
        raise SystemExit(BAD_INPUT) from None


def _own(key: Path, words: str = "") -> "SigningKey":
    """The long-term key; exit 2 with a sentence when the file or the passphrase does not do."""
    from api.keyring import EXPERT
    from crypto.errors import CryptoError
    from crypto.keyfile import unlock
    from crypto.keys import signing_key

    try:
        return signing_key(
            unlock(key.read_bytes(), words or passphrase(confirm=False), EXPERT).secrets["seed"]
        )
    except (OSError, CryptoError, KeyError, ValueError) as fault:
        tell(say("keys.missing", spoken(), reason=f"{key}: {fault}"))
        raise SystemExit(BAD_INPUT) from None


def _show(own: "SigningKey") -> None:
    from crypto.keys import fingerprint

    answer(say("expert.card", spoken(), public=own.public.hex(), fingerprint=fingerprint(own.public)))
