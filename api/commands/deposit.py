"""`yuanping deposit`: a party's seeds made and sealed on its own machine, into a file for the deposit page."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.ending import BAD_INPUT, answer, orderly, spoken, tell
from api.words import say

if TYPE_CHECKING:
    from scheduler.deposit import Owed
    from scheduler.wanted import Records

FOREIGN = 1


@click.command("deposit")
@click.argument("wanted", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--trust",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="信任文件：核对密钥由所固定的保管人生成 / the custodians you have pinned must have made the keys",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="写入 / file to write"
)
@orderly
def deposit(wanted: Path, trust: Path | None, out: Path) -> None:
    """在自己的机器上生成并密封种子 / make and seal seeds on your own machine; seeds.json comes from the page.

    Nothing is sent: upload the file that is written on the deposit page. Exit 1: a key is not the custodians'.
    """
    from api import clock
    from crypto.errors import CryptoError
    from scheduler.deposit import mark_of, sealed, written
    from scheduler.wanted import read

    try:
        owed, records = read(wanted.read_bytes())
    except (CryptoError, OSError) as fault:
        tell(say("deposit.broken", spoken(), file=wanted, reason=fault))
        raise SystemExit(BAD_INPUT) from None
    if not owed.keys:
        tell(say("deposit.nothing", spoken()))
        raise SystemExit(BAD_INPUT)
    _check(owed, records, trust)
    envelopes = sealed(owed, clock.entropy)
    try:
        with out.open("xb") as file:
            file.write(written(owed, envelopes))
    except FileExistsError:
        tell(say("deposit.there", spoken(), file=out))
        raise SystemExit(BAD_INPUT) from None
    tell(say("deposit.written", spoken(), count=len(envelopes), file=out))
    for key, envelope in zip(owed.keys, envelopes, strict=True):
        answer(f"{key.name}  {mark_of(envelope)}")


def _check(owed: "Owed", records: "Records", trust: Path | None) -> None:
    """The keys against the party's own pins; what cannot be checked is said, what is wrong ends it."""
    from scheduler.audit.command import read_trust
    from scheduler.bundle import Unreadable
    from scheduler.wanted import Foreign, demand_made

    if trust is None:
        tell(say("deposit.unpinned", spoken()))
        return
    if not records:
        tell(say("deposit.dealt", spoken()))
        return
    try:
        demand_made(owed, records, read_trust(trust.read_bytes()).custodians)
    except Unreadable as fault:
        tell(say("deposit.broken", spoken(), file=trust, reason=fault))
        raise SystemExit(BAD_INPUT) from None
    except Foreign as fault:
        tell(say("deposit.foreign", spoken(), key=fault.key, reason=fault))
        raise SystemExit(FOREIGN) from None
    answer(say("deposit.checked", spoken(), count=len(owed.keys)))
