"""`yuanping fairness [--json]`: all draws so far against the chances published before them."""

import json

import click

from api.commands.ending import answer, orderly, spoken
from api.commands.installation import office_here
from api.words import say


@click.command("fairness")
@click.option("--json", "as_json", is_flag=True, help="一个 JSON 文档 / one JSON document")
@orderly
def fairness(as_json: bool) -> None:
    """历次抽取与公布机会的对照 / draws over time beside the published chances."""
    from api.actor import Actor
    from api.views.fairness import over_time
    from api.views.plainly import plain
    from scheduler.model import Role

    with office_here() as office:
        found = over_time(office, Actor(id="command line", role=Role.SUPERVISOR))
    if as_json:
        answer(json.dumps(plain(found), ensure_ascii=False))
        return
    lines = [_said("told", lots=found.lots, rounds=found.rounds, seats=found.seats, alarms=found.alarms)]
    for table in found.tables if found.rounds else ():
        whole = _said(
            "whole", observed=f"{table.observed:.1f}", expected=f"{table.expected:.1f}", p=f"{table.p:.3f}"
        )
        lines.append(f"{_said(table.by)} — {whole}: {_said('stands_out' if table.named else 'within')}")
        lines += [
            f"  {row.group}: {row.observed} / {row.expected:.2f}, p = {row.p:.4f}"
            for row in table.rows
            if row.named
        ]
    answer("\n".join(lines))


def _said(name: str, **facts: object) -> str:
    return say(f"page.fairness.{name}", spoken(), **facts)
