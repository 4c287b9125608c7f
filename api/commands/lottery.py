"""`yuanping lottery`: a lottery over quota instances, by the same engine (docs/formats/lottery.md)."""

import json
from pathlib import Path

import click

from api.clock import stopwatch
from api.commands.draw import NO_PANEL, Seed
from api.commands.ending import FILE, answer, orderly, spoken
from api.intake.faults import WHOLE, Findings, refuse
from api.intake.quotas import Person, Quotas, read_categories, read_respondents
from api.intake.sources import load


@click.command("lottery")
@click.argument("categories", metavar="CATEGORIES.csv", type=FILE)
@click.argument("respondents", metavar="RESPONDENTS.csv", type=FILE)
@click.option("--size", type=click.IntRange(min=1), required=True, help="How many people the panel has.")
@click.option("--seed", type=Seed(), help="32 bytes as 64 hexadecimal digits: also draw a panel.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@orderly
def lottery(categories: Path, respondents: Path, size: int, seed: bytes | None, as_json: bool) -> None:
    """The fairest lottery over panels that keep every quota.

    在满足全部配额的前提下，使每个人的入选机会尽可能均等。
    """
    quotas, people = read_both(categories, respondents, size)
    from api.commands.quotadrawn import Impossible, QuotaDrawing, draw_from  # the solver is slow to import

    asked = QuotaDrawing(quotas=quotas, people=people, size=size, seed=seed)
    found = draw_from(asked, clock=stopwatch)
    answer(json.dumps(found.document(spoken()), ensure_ascii=False) if as_json else found.report(spoken()))
    if isinstance(found, Impossible):
        raise SystemExit(NO_PANEL)


def read_both(categories: Path, respondents: Path, size: int) -> tuple[Quotas, tuple[Person, ...]]:
    """Both files, read. Raises Faults with every fault of both at once, a panel too large among them."""
    of_quotas, of_people = Findings(str(categories)), Findings(str(respondents))
    data = load(categories, of_quotas)
    quotas = None if data is None else read_categories(data, of_quotas)
    data = load(respondents, of_people)
    people = None if data is None else read_respondents(data, of_people, quotas)
    if people is not None and not of_people and size > len(people):
        of_people.note(len(people) + 1, WHOLE, "intake.people-few", size=size, found=len(people))
    refuse(of_quotas, of_people)
    if quotas is None or people is None:
        raise RuntimeError("a file was not read and no fault was noted")
    return quotas, people
