"""What a province's TOML decides without a line of code: marks, thresholds, specialities, working days, stand-ins."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from api.demo.people import OPERATOR, SUPERVISOR, pledge_all
from api.services import booking, drawing, opening, ticking
from api.services.calendar import enter
from scheduler.errors import Refused
from scheduler.model import Mark, SpecialityCode
from scheduler.pack import read
from tests.ruled import under
from tests.stories.test_extra_cases import LINKED, broken, finish, refused, seats
from tests.town import NINE, TENDEREE, bidder, order, package

PROVINCE = """
id = "made-up"
extends = "national"
since = 2026-01-01
name = { zh = "虚构省", en = "Made-up province" }

[[rules.C7]]
least = 3
categories = ["negotiation"]
budget_below = 2_000_000
since = 2026-01-01
basis = "assumed"
cite = "虚构省公开招标数额标准"

[[rules.C7]]
least = 5
categories = ["negotiation"]
budget_least = 2_000_000
since = 2026-01-01
basis = "assumed"
cite = "虚构省公开招标数额标准"

[[rules.C8e]]
parts = 4
codes = ["A0601"]
categories = ["municipal"]
since = 2026-01-01
basis = "assumed"
cite = "虚构省办法 8"

[[rules.D3w]]
days = 2
categories = ["procurement"]
except = ["negotiation"]
since = 2026-01-01
basis = "assumed"
cite = "虚构省办法 14"

[[rules.R12p]]
parts = 3
since = 2026-01-01
basis = "assumed"
cite = "虚构省办法 12"

[custody]
threshold = 2
holders = ["operator", "supervisor", "pool"]
basis = "assumed"
cite = "虚构省办法 20"

[draw]
reserve = 0
max_rounds = 3
silence_minutes = 20
max_lead_hours = 24
seed_parties = ["supervisor", "tenderee", "operator"]
basis = "assumed"
cite = "虚构省办法 15"
"""


@pytest.fixture
def province(town):
    """The town under the made-up province's rules."""
    under(town, read(PROVINCE))
    return town


def test_a_made_up_province_is_one_toml_and_its_evaluation_verifies(province):
    """From booking to report by its numbers alone: rounds and specialities are the file's."""
    short = order(seats=seats(("A0402", 4)))
    assert refused(booking.book, province.office, OPERATOR, short) == "C8e"
    province.drawn()
    assert province.state.max_rounds == 3
    province.accept_all()
    province.open_bids(province.state.experts()[0].member)
    ticking.tick(province.office)
    finish(province)
    assert broken(province) == []


def test_the_threshold_of_open_tendering_is_the_provinces(province):
    """Three members below two million yuan, five from there on."""
    three = {"category": "negotiation", "seats": seats(("A0402", 2))}
    large = order(**three, budget=2_000_000)
    assert refused(booking.book, province.office, OPERATOR, large) == "C7"
    booking.book(province.office, OPERATOR, order(**three, budget=1_999_999))


@pytest.mark.parametrize("mark", Mark)
def test_a_procurement_marked_as_special_wants_seven_and_an_approval(town, mark):
    """C6 by the mark, whatever the budget; a mark rests on a reference, and an unknown one is none."""
    small = {"category": "procurement", "budget": 100_000}
    marked = {**small, "mark": mark.value, "approval": "某财采〔2026〕1号"}
    assert refused(booking.book, town.office, OPERATOR, order(**marked)) == "C6"
    assert refused(booking.book, town.office, OPERATOR, order(**{**marked, "approval": " "})) == "mark"
    assert refused(booking.book, town.office, OPERATOR, order(**{**marked, "mark": "odd"})) == "mark"
    booking.book(town.office, OPERATOR, order(**small))


def test_the_request_names_who_takes_the_owners_seat(town):
    """渝30 asks for a drawn expert and not of which speciality: the one the request named beforehand."""
    under(town, LINKED)
    stranger = order(stand_in=SpecialityCode("B01"))
    assert refused(booking.book, town.office, OPERATOR, stranger) == "stand_in"
    booking.book(town.office, OPERATOR, order(town.lot, stand_in=SpecialityCode("A0601")))
    town.prepare()
    town.round()
    town.accept_all()
    town.clock.move(NINE - timedelta(minutes=45))
    sister = replace(bidder(3), parent=TENDEREE.code)
    sent = package(bidder(1), bidder(2), sister, lot=town.lot)
    opening.open_bids(town.office, OPERATOR, town.lot, sent)
    assert town.state.seats == (3, 2)
    ticking.tick(town.office)
    finish(town)
    assert broken(town) == []


def procured(province):
    """A procurement of the Tuesday 1 December, pledged; the Friday before it is made a day off."""
    enter(province.office, SUPERVISOR, 2026, "虚构通知", "2026-11-27 休\n2026-11-28 班\n")
    asked = order(province.lot, category="procurement", budget=100_000)
    booking.book(province.office, OPERATOR, asked)
    drawing.freeze(province.office, OPERATOR, province.lot)
    pledge_all(province.office, province.lot)


def test_a_procurement_is_drawn_from_its_working_days_on(province):
    """Monday and the worked Saturday: from 00:00 of the 28th on, not a minute before; the verifier agrees."""
    procured(province)
    opens = datetime(2026, 11, 27, 16, tzinfo=UTC)
    province.clock.move(opens - timedelta(minutes=1))
    with pytest.raises(Refused) as no:
        drawing.fix(province.office, OPERATOR, province.lot)
    assert (no.value.code, no.value.facts["opens"]) == ("D3w", "2026-11-28T00:00:00+08:00")
    province.clock.move(opens)
    province.round()
    province.accept_all()
    province.open_bids()
    finish(province)
    assert broken(province) == []
