"""S9 One sheet is unlike the others: it counts as it is while no rule pack says otherwise, and stays on record."""

from decimal import Decimal

from api.demo.people import OPERATOR
from api.services import closing
from api.services.office import open_case
from scheduler.exhibits import Totals


def totals(town):
    """Totals by slot after the close."""
    closing.close(town.office, OPERATOR, town.lot)
    closing.total(town.office, OPERATOR, town.lot)
    case = open_case(town.office, town.lot)
    return case.body(case.state.totals, Totals).totals


def test_nobody_replaces_a_sheet_in_silence(town):
    """Five points more from one of five members move one slot by exactly one point: the plain mean (no A5)."""
    town.drawn().blinded()
    first, *others = town.state.current()
    town.score(first.member)
    for sitting in others:
        town.score(sitting.member)
    town.score(first.member, Decimal(5))
    assert town.state.sitting(first.member).versions == 2
    changed = totals(town)
    assert sum(each.total for each in changed) % 1 == 0
    assert len(changed) == 3


def test_every_version_of_a_sheet_stays_in_the_log(town):
    """A second sheet chains onto the first; only the latest is in the close."""
    town.drawn().blinded()
    member = town.state.current()[0].member
    town.score(member)
    old = town.state.sitting(member).sheet
    town.score_all()
    new = town.state.sitting(member).sheet
    assert old != new
    closing.close(town.office, OPERATOR, town.lot)
    assert new in town.state.sheets
    assert old not in town.state.sheets
