"""S1 Scarce speciality: four wanted, four there, two of one employer. Nobody is named, the way out is."""

from dataclasses import replace

import pytest

from api.demo.people import OPERATOR
from api.services import booking
from api.services.bookable import force_of
from api.services.matching import snapshot
from scheduler.exhibits import Snapshot
from scheduler.facts import case_of, numbers
from scheduler.model import RegionCode, Seats, SpecialityCode, Standing
from scheduler.rules import notices
from scheduler.rules.rooms import layout
from scheduler.solve.clash import NoPanel
from tests.town import company, expert_name, order

FOUR = ("A060101", 4)
EVERYBODY = 16


def scarcely(record, n):
    """Four know A060101 and two of them share an employer; six more know what lies beside it."""
    knows = "A060101" if n in (4, 7, 10, 13) else "A060102" if n % 2 == 0 else "A040201"
    record = replace(record, specialities=(SpecialityCode(knows),))
    return replace(record, employer=company(4).code) if n == 7 else record


@pytest.fixture
def scarce(town, register):
    """The town with such a register, and a pack without the caps of place."""
    register(town, scarcely)
    town.office = replace(
        town.office, pack=replace(town.office.pack, entries=without(town, "L3", "L4", "L5"))
    )
    return town


def without(town, *rules):
    """The pack's entries without these caps of place, which are not what this story is about."""
    return tuple(entry for entry in town.office.pack.entries if entry.rule not in rules)


def asking(code, count):
    """The lot with so many seats of one speciality, and places enough in every city."""
    plain = order()
    guests = tuple(replace(guest, seats=4) for guest in plain.guests)
    seats = (Seats(speciality=SpecialityCode(code), count=count),)
    return replace(plain, seats=seats, guests=guests, host_seats=4, region=RegionCode("340104"))


def refusal(town, asked):
    """With what the booking is refused."""
    with pytest.raises(NoPanel) as no:
        booking.book(town.office, OPERATOR, asked)
    return no.value


def test_the_clash_is_the_seats_and_the_employer_and_names_nobody(scarce):
    """Dropping either makes a panel possible; no name, no pseudonym stands in what the operator reads."""
    clash = refusal(scarce, asking(*FOUR)).clash
    assert clash.rules == ("S0", "R12")
    told = " ".join(reason.says.zh + reason.says.en + reason.title.zh for reason in clash.reasons)
    assert not any(expert_name(n) in told for n in range(1, EVERYBODY + 1))


def test_the_ladder_is_offered_in_its_fixed_order_with_an_approver_for_each_step(scarce):
    """First the parent code, then one more colleague, last direct appointment; the supervisor signs each."""
    steps = refusal(scarce, asking(*FOUR)).ladder
    assert [step.id for step in steps] == ["D4-parent", "D4-employer", "D4-neighbour", "D2"]
    assert {step.approver.value for step in steps} == {"supervisor"}


def test_with_the_parent_code_there_is_a_panel_and_the_warning_stays(scarce):
    """Asked for anew one level up there are enough; for the scarce code too few people a seat stay on record."""
    booking.book(scarce.office, OPERATOR, asking("A0601", 4))
    state = scarce.state
    assert state.seats == (4,)
    wanted = asking("A060101", 2)
    with scarce.office.db.reading() as session:
        sites = booking.expert_seats(session, wanted, layout(force_of(scarce.office, wanted)))
    request = booking._request(scarce.office, wanted, sites)
    found: Snapshot = snapshot(scarce.office, request)
    case = case_of(request, found)
    force = numbers(scarce.office.pack, case)
    assert notices(case, force) == {"D8": {"speciality": "A060101", "found": 4, "least": 3}}


def test_a_ban_reaches_the_clash_at_once(scarce, register):
    """With one of the four banned one more colleague is no way out any more."""

    def change(record, n):
        record = scarcely(record, n)
        return replace(record, standing=Standing.BANNED) if n == 13 else record

    register(scarce, change)
    assert refusal(scarce, asking(*FOUR)).clash.rules == ("S0", "S1", "E4")
    assert "D4-employer" not in [step.id for step in refusal(scarce, asking(*FOUR)).ladder]
