"""How often may somebody sit? Past panels are asked by pseudonym; who has sat enough is in no lottery."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.demo.people import OPERATOR
from api.services import booking, drawing
from api.services.office import open_case
from scheduler.exhibits import LotteryBody
from scheduler.lottery import from_body
from scheduler.model import LotId, Seats, SpecialityCode
from scheduler.pack import read
from tests.town import NINE, company, order

SECOND = LotId("TOWN-02")
RULE = """
id = "often"
extends = "national"
since = 2026-01-01
name = {{ zh = "频次", en = "Often" }}
[[rules.{rule}]]
{numbers}
since = 2026-01-01
basis = "assumed"
cite = "tests"
[draw]
reserve = 0
max_rounds = 1
silence_minutes = 30
max_lead_hours = 24
seed_parties = ["supervisor", "tenderee", "operator"]
basis = "assumed"
cite = "tests"
"""


def two_lots(town, rule, numbers, days, **other):
    """A first lot is drawn; who sat on it, and whom the second, some days later, leaves out by the rule."""
    town.office = replace(town.office, pack=read(RULE.format(rule=rule, numbers=numbers)))
    four = (Seats(speciality=SpecialityCode("A0402"), count=4),)
    short = order(seats=four, ends=NINE + timedelta(hours=2))
    booking.book(town.office, OPERATOR, short)
    town.prepare()
    town.round()
    sat = {town.number(m.member) for m in town.state.experts()}
    later = NINE + timedelta(days=days, hours=5)
    second = replace(short, lot=SECOND, starts=later, ends=later + timedelta(hours=2), **other)
    booking.book(town.office, OPERATOR, second)
    town.lot, town._people = SECOND, {}
    town.prepare()
    town.clock.move(later - timedelta(hours=20))
    drawing.fix(town.office, OPERATOR, SECOND)
    case = open_case(town.office, SECOND)
    lottery = from_body(case.body(case.state.rounds[0].lottery, LotteryBody).body)
    return sat, {town.number(who) for who, named in lottery.excluded.items() if named == rule}


@pytest.mark.parametrize(("days", "bound"), [(0, True), (1, False)])
def test_one_evaluation_a_day(town, days, bound):
    """F1: who sat in the morning is out in the afternoon and in again on the next day."""
    sat, out = two_lots(town, "F1", "most = 1", days)
    assert out == (sat if bound else set())


@pytest.mark.parametrize(("days", "bound"), [(6, True), (7, False)])
def test_one_evaluation_in_seven_days(town, days, bound):
    """F2: the seventh day after begins a new week."""
    sat, out = two_lots(town, "F2", "most = 1\ndays = 7", days)
    assert out == (sat if bound else set())


@pytest.mark.parametrize(("days", "bound"), [(2, True), (3, False)])
def test_two_days_of_rest(town, days, bound):
    """F2c: on the third day after they may sit again."""
    sat, out = two_lots(town, "F2c", "days = 2", days)
    assert out == (sat if bound else set())


@pytest.mark.parametrize(("tenderee", "bound"), [({}, True), ({"tenderee": company(1).code}, False)])
def test_one_evaluation_for_one_tenderee_in_ninety_days(town, tenderee, bound):
    """F3: the tag of a tenderee differs from lot to lot and is recognised all the same; another one is free."""
    sat, out = two_lots(town, "F3", "most = 1\ndays = 90", 10, **tenderee)
    assert out == (sat if bound else set())
