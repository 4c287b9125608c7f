"""Companies change hands: control that ended within three years still joins a bidder and an expert's employer."""

from dataclasses import replace
from datetime import date

import pytest

from api.demo.people import OPERATOR
from api.services import auditing, opening, ticking
from api.services.importing import apply_import
from api.services.office import open_case
from scheduler.audit import verify
from scheduler.audit.command import read_trust
from scheduler.events import Out
from scheduler.exhibits import Evidence
from scheduler.model import Kinship, OrgTag, Relation, Tie
from scheduler.records import Controller, OrganisationRecord, Registers
from tests.ruled import pack_of, rule, under
from tests.stories.test_extra_cases import finish
from tests.town import NINE, bidder, holding, package

LAST, GONE = date(2023, 12, 1), date(2023, 11, 30)  # three years before the evaluation, and a day earlier
TODAY, TOMORROW = date(2026, 12, 1), date(2026, 12, 2)
FIRST_VERSION = pack_of(rule("R11", version=1), rule("R11f", years=0), extends="anhui")


def controlled(town, since, until):
    """The holding of each expert's employer controlled a bidder (1 …) of its own in these days."""
    rows = tuple(
        OrganisationRecord(
            code=bidder(n).code,
            name=bidder(n).name,
            parent="",
            controllers=(Controller(org=holding(n).code, since=since, until=until),),
        )
        for n in range(1, 17)
    )
    with town.office.db.transaction() as session:
        apply_import(session, Registers(organisations=rows), key=town.office.keys.personal)


def opened(town, since=None, until=None):
    """Drawn and accepted; then the bidder of the first expert's holding bids with two strangers."""
    controlled(town, since, until)
    town.drawn()
    town.accept_all()
    member = town.state.experts()[0].member
    town.clock.move(NINE)
    bids = package(bidder(town.number(member)), bidder(20), bidder(21), lot=town.lot)
    opening.open_bids(town.office, OPERATOR, town.lot, bids)
    return member


@pytest.mark.parametrize(
    ("since", "until", "rule"),
    [(None, LAST, "R11"), (None, GONE, None), (TODAY, None, "R11"), (TOMORROW, None, None)],
)
def test_control_counts_to_the_day_of_the_evaluation_and_three_years_back(town, since, until, rule):
    """Sold exactly three years before: recused, a day earlier: not. Bought on the day: recused, a day later: not."""
    member = opened(town, since, until)
    assert town.state.sitting(member).out is (Out.RECUSED if rule else None)
    if rule:
        evidence = open_case(town.office, town.lot).body(town.state.evidence, Evidence)
        assert [(fact.member, fact.rule) for fact in evidence.facts] == [(member, rule)]


@pytest.mark.parametrize(("until", "recused"), [(LAST, False), (TODAY, True)])
def test_a_case_booked_under_an_earlier_version_is_drawn_and_verified_by_it(town, until, recused):
    """Version 1 of R11 knew control of the day only; the verifier recounts by the version that the booking named."""
    member = opened(under(town, FIRST_VERSION), None, until)
    assert (town.state.sitting(member).out is Out.RECUSED) is recused
    if recused:
        ticking.tick(town.office)
    finish(town)
    report = verify(town.bundle(), read_trust(auditing.trust_of(town.office.keys)))
    assert report.holds


@pytest.mark.parametrize(
    ("generations", "kinship", "out"),
    [(3, Kinship.COLLATERAL, True), (4, Kinship.COLLATERAL, False), (None, None, True)],
)
def test_a_cousin_of_a_bidders_head_is_out_and_a_second_cousin_stays(
    town, register, generations, kinship, out
):
    """Collateral blood to three generations; a relative of whom nobody said how close counts as close."""
    with town.office.db.transaction() as session:
        row = OrganisationRecord(code=bidder(1).code, name=bidder(1).name, parent="")
        apply_import(session, Registers(organisations=(row,)), key=town.office.keys.personal)
    tie = Relation(tie=Tie.KIN_HEAD, org=OrgTag(bidder(1).code), kinship=kinship, generations=generations)
    register(town, lambda record, n: replace(record, relations=(tie,)))
    town.drawn()
    town.accept_all()
    sitting = [m.member for m in town.state.experts()]
    town.open_bids()
    assert {m.member for m in town.state.left()} == (set(sitting) if out else set())
