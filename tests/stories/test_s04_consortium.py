"""S4 A consortium bids: every member counts, and three years count to the day."""

from dataclasses import replace
from datetime import date

import pytest

from api.demo.people import OPERATOR
from api.intake.package import Bid
from api.services import opening
from fixtures.invented import organisation_code
from scheduler.model import Job, OrgTag
from scheduler.records import OrganisationRecord, Registers
from tests.town import EXPERTS, NINE, bidder, package

FORMER = 600  # organisation serials of the former employers
HALF = EXPERTS // 2
LAST, GONE = date(2023, 12, 1), date(2023, 11, 30)  # three years before the evaluation, and a day earlier


def former(n):
    """Where expert n worked before: every expert has a former employer of the own."""
    return organisation_code("340104", FORMER + n)


@pytest.fixture
def consortium(town, register):
    """The first half of the experts left their former employer three years before, the others a day earlier."""

    def change(record, n):
        job = Job(org=OrgTag(former(n)), since=date(2010, 1, 1), until=LAST if n <= HALF else GONE)
        return replace(record, jobs=(*record.jobs, job))

    units = tuple(
        OrganisationRecord(code=former(n), name=f"旧单位{n}", parent="") for n in range(1, EXPERTS + 1)
    )
    register(town, change, Registers(organisations=units))
    town.drawn()
    town.accept_all()
    return town


def open_with(town, *members):
    """Three bids; the third is a consortium under lead M1 with these as further members."""
    town.clock.move(NINE)
    sent = package(bidder(1), bidder(2), bidder(3), lot=town.lot)
    lead = sent.bids[2]
    further = tuple(replace(bidder(4), code=code, name=f"联合体成员{code[-4:]}") for code in members)
    joint: Bid = replace(lead, members=(*lead.members, *further))
    opening.open_bids(town.office, OPERATOR, town.lot, replace(sent, bids=(*sent.bids[:2], joint)))


def test_the_third_member_recuses_whom_it_employed_within_three_years_and_nobody_else(consortium):
    """Both boundary days at once: exactly three years before is out, one day earlier stays."""
    sitting = [m.member for m in consortium.state.experts()]
    inside = [m for m in sitting if consortium.number(m) <= HALF]
    outside = [m for m in sitting if consortium.number(m) > HALF]
    assert inside
    assert outside
    open_with(consortium, *(former(consortium.number(m)) for m in (*inside, *outside)))
    left = {m.member for m in consortium.state.left()}
    assert left == set(inside)
    assert {m.member for m in consortium.state.experts()} == set(outside)


def test_one_consortium_is_one_bid_with_one_code(consortium):
    """Four legal persons, three slots."""
    open_with(consortium, former(1))
    assert len(consortium.state.slots) == 3
