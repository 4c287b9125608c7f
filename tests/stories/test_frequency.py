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
from tests.ruled import pack_of, rule, under
from tests.town import NINE, company, order

SECOND = LotId("TOWN-02")


def two_lots(town, name, numbers, days, **other):
    """A first lot is drawn; who sat on it, and whom the second, some days later, leaves out by the rule."""
    under(town, pack_of(rule(name, **numbers), rounds=1))
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
    return sat, {town.number(who) for who, named in lottery.excluded.items() if named == name}


@pytest.mark.parametrize(("days", "bound"), [(0, True), (1, False)])
def test_one_evaluation_a_day(town, days, bound):
    """F1: who sat in the morning is out in the afternoon and in again on the next day."""
    sat, out = two_lots(town, "F1", {"most": 1}, days)
    assert out == (sat if bound else set())


@pytest.mark.parametrize(("days", "bound"), [(6, True), (7, False)])
def test_one_evaluation_in_seven_days(town, days, bound):
    """F2: the seventh day after begins a new week."""
    sat, out = two_lots(town, "F2", {"most": 1, "days": 7}, days)
    assert out == (sat if bound else set())


@pytest.mark.parametrize(("days", "bound"), [(2, True), (3, False)])
def test_two_days_of_rest(town, days, bound):
    """F2c: on the third day after they may sit again."""
    sat, out = two_lots(town, "F2c", {"days": 2}, days)
    assert out == (sat if bound else set())


@pytest.mark.parametrize(("tenderee", "bound"), [({}, True), ({"tenderee": company(1).code}, False)])
def test_one_evaluation_for_one_tenderee_in_ninety_days(town, tenderee, bound):
    """F3: the tag of a tenderee differs from lot to lot and is recognised all the same; another one is free."""
    sat, out = two_lots(town, "F3", {"most": 1, "days": 90}, 10, **tenderee)
    assert out == (sat if bound else set())
