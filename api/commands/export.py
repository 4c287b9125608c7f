"""`yuanping export LOT --out FILE [--public]`: the audit bundle of one evaluation."""

from pathlib import Path

import click

from api.commands.ending import BAD_INPUT, orderly, spoken, tell
from api.commands.installation import office_here
from api.words import say


@click.command("export")
@click.argument("lot")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="输出文件 / file")
@click.option("--public", is_flag=True, help="公开（脱敏）版 / the redacted bundle")
@orderly
def export(lot: str, out: Path, public: bool) -> None:
    """导出审计文件 / write the audit bundle of a lot."""
    from api.actor import Actor
    from api.services import auditing
    from scheduler.bundle import BundleKind
    from scheduler.errors import Refused
    from scheduler.model import LotId, Role

    kind = BundleKind.PUBLIC if public else BundleKind.FULL
    supervisor = Actor(id="command line", role=Role.SUPERVISOR)
    with office_here() as office:
        try:
            data = auditing.export(office, supervisor, LotId(lot), kind)
        except Refused as refusal:
            tell(say(f"page.refused.{refusal.code}", spoken(), **refusal.facts))
            raise SystemExit(BAD_INPUT) from None
    out.write_bytes(data)
    tell(say("export.written", spoken(), file=out, bytes=len(data)))
