"""`yuanping keys new|show|trust`: this installation's key files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.ending import BAD_INPUT, answer, orderly, spoken, tell
from api.commands.installation import settings_here
from api.words import say

if TYPE_CHECKING:
    from api.keyring import Keyring


@click.group("keys")
def keys() -> None:
    """密钥文件 / key files of this installation."""


@keys.command("new")
@orderly
def new() -> None:
    """生成密钥文件，绝不覆盖 / make the key files; never replaces one."""
    from api import clock, keyring

    file = settings_here().secret_key_file
    try:
        keyring.make(file, demo=False, entropy=clock.entropy)
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
    for each in ring.custodians:
        answer(f"{each.name} sign {fingerprint(each.sign.public)} seal {fingerprint(each.seal.public)}")


@keys.command("trust")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="输出文件 / file")
@orderly
def trust(out: Path) -> None:
    """写出验证者的信任文件 / write TRUST.json for verifiers."""
    from api.services.auditing import trust_of

    out.write_bytes(trust_of(_ring()))


def _ring() -> "Keyring":
    from api.keyring import KeysMissing, load

    try:
        return load(settings_here().secret_key_file)
    except KeysMissing as missing:
        tell(say("keys.missing", spoken(), reason=missing))
        raise SystemExit(BAD_INPUT) from None
