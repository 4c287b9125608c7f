"""`yuanping keys new|show|trust`: this installation's key files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.ending import BAD_INPUT, answer, orderly, spoken, tell
from api.commands.installation import chosen_pack, settings_here
from api.words import say

if TYPE_CHECKING:
    from api.keyring import Keyring
    from scheduler.packshape import Pack


@click.group("keys")
def keys() -> None:
    """密钥文件 / key files of this installation."""


@keys.command("new")
@click.option(
    "--custodians",
    type=click.Choice(["here", "elsewhere", "dealt"]),
    default="here",
    show_default=True,
    help="保管人：代理在本机（试用）、在别处、由服务器分发 / agents on this machine (a trial), elsewhere, or none",
)
@orderly
def new(custodians: str) -> None:
    """生成密钥文件，绝不覆盖 / make the key files; never replaces one."""
    from api import clock, keyring
    from api.custodian.household import FOLDER, settle

    settings = settings_here()
    file = settings.secret_key_file
    try:
        holders = [role.value for role in chosen_pack(settings).custody.holders]
        if custodians == "dealt":
            keyring.make(file, demo=False, entropy=clock.entropy, holders=holders)
        else:
            keyring.make_secret(file, demo=False, entropy=clock.entropy)
        if custodians == "here":
            settle(settings.data_dir / FOLDER, file, clock.entropy, None, holders)
    except FileExistsError as there:
        tell(say("keys.there", spoken(), file=there.filename))
        raise SystemExit(BAD_INPUT) from None
    answer(say("keys.made", spoken(), folder=file.parent))


@keys.command("show")
@orderly
def show() -> None:
    """指纹 / fingerprints of the public keys."""
    from crypto.keys import fingerprint

    ring = _ring()
    answer(f"log {fingerprint(ring.log.public)}")
    for each in ring.known:
        sign, seal = (fingerprint(bytes.fromhex(key)) for key in (each.sign, each.seal))
        answer(f"{each.name} sign {sign} seal {seal}")


@keys.command("custodians")
@click.argument(
    "cards", nargs=-1, type=click.Path(path_type=Path, dir_okay=False, exists=True), required=True
)
@orderly
def custodians(cards: tuple[Path, ...]) -> None:
    """登记自行运行代理的保管人（名片） / enrol custodians who run their own agents, by their cards."""
    from api import keyring
    from crypto.errors import CryptoError

    file = settings_here().secret_key_file
    try:
        keyring.enrol(file, [keyring.card_of(card.read_bytes()) for card in cards])
    except FileExistsError as there:
        tell(say("keys.there", spoken(), file=there.filename))
        raise SystemExit(BAD_INPUT) from None
    except CryptoError as fault:
        tell(say("keys.missing", spoken(), reason=fault))
        raise SystemExit(BAD_INPUT) from None


@keys.command("stock")
@click.option(
    "--sets", default=3, show_default=True, type=click.IntRange(1, 50), help="套数 / evaluations ahead"
)
@orderly
def stock(sets: int) -> None:
    """请保管人预先生成密钥 / ask the custodians' agents to make keys ahead."""
    from api.commands.installation import office_here
    from api.services import ceremonies, packs

    with office_here() as office:
        answer(str(ceremonies.stock(packs.ruled(office), sets)))


@keys.command("trust")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="输出文件 / file")
@orderly
def trust(out: Path) -> None:
    """写出验证者的信任文件 / write TRUST.json for verifiers."""
    from api.services.auditing import trust_of

    ring, pack = _ring(), _pack_today()
    named = {role.value for role in pack.custody.holders}
    out.write_bytes(trust_of(ring, [each for each in ring.known if each.name in named], pack.beacon))


def _pack_today() -> "Pack":
    """The pack in force; before there is a database, the one of the settings."""
    from api.commands.installation import office_here
    from api.services.packs import ruled

    try:
        with office_here() as office:
            return ruled(office).pack
    except click.ClickException:
        return chosen_pack(settings_here())


def _ring() -> "Keyring":
    from api.keyring import KeysMissing, load

    try:
        return load(settings_here().secret_key_file)
    except KeysMissing as missing:
        tell(say("keys.missing", spoken(), reason=missing))
        raise SystemExit(BAD_INPUT) from None
