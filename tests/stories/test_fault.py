"""A fault stops an evaluation: cured in time it goes on; otherwise the tenderee decides, or a new panel is formed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from api.actor import Actor
from api.demo.people import OPERATOR
from api.demo.people import TENDEREE as PARTY
from api.services import cancelling, extending, pausing, revealing, ticking, voting
from api.services.office import open_case
from api.services.parties import is_party
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.errors import Refused
from scheduler.events import Cause, Matter
from scheduler.model import Role
from scheduler.state import Phase
from tests.town import NINE, TENDEREE, Town

HOURS = timedelta(hours=1)
OWNER_OF_LOT = Actor(id="tenderee", role=Role.TENDEREE, organisation=TENDEREE.code)


def code_of(verb: Callable[..., object], *arguments: object, **more: object) -> str:
    """The code of a refusal that must come."""
    with pytest.raises(Refused) as refused:
        verb(*arguments, **more)
    return refused.value.code


def fails(town: Town) -> None:
    """The power goes out."""
    pausing.interrupt(town.office, OPERATOR, town.lot, Cause.POWER, "场所停电")


def scoring(town: Town) -> Town:
    """One hour into the scoring."""
    town.drawn().blinded()
    town.clock.move(NINE + HOURS)
    return town


def test_nothing_goes_on_while_a_fault_lasts(town):
    """No sheet, no close, no vote; nobody becomes absent; the fault is told once."""
    scoring(town)
    fails(town)
    members = [m.member for m in town.state.current()]
    assert code_of(town.score, members[0]) == "interrupted"
    assert code_of(voting.vote, town.office, town.person(members[0]), town.lot, Matter.TIME, yes=True) == (
        "interrupted"
    )
    assert code_of(fails, town) == "interrupted"
    assert ticking.tick(town.office) == ()


def test_a_fault_cured_within_four_hours_goes_on_with_the_sheets_in(town):
    """What was handed in stands; the time lost may be given back; the verifier knows the pack's clock."""
    scoring(town)
    *rest, first = (m.member for m in town.state.current())
    town.score(first)
    fails(town)
    town.clock.move(NINE + HOURS * 4)
    pausing.resume(town.office, OPERATOR, town.lot)
    assert town.state.pause is None
    extending.extend(town.office, OPERATOR, town.lot, NINE + HOURS * 6)
    assert code_of(extending.extend, town.office, OPERATOR, town.lot, NINE + HOURS * 7) == "extend_unasked"
    for member in rest:
        town.score(member)
    ticking.tick(town.office)
    for verb in (revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, town.lot)
    report = verify(town.bundle(), Pins())
    assert [f.n for f in report.findings if f.state is Outcome.BROKEN] == [], report.findings


def test_after_four_hours_the_materials_are_sealed_and_a_new_panel_is_formed(town):
    """The clock puts it on record; nobody, the tenderee included, may go on; cancelling stays open."""
    scoring(town)
    fails(town)
    town.clock.move(NINE + HOURS * 5 + timedelta(seconds=1))
    ticking.tick(town.office)
    assert town.state.pause.lapsed
    assert ticking.tick(town.office) == ()
    assert code_of(pausing.resume, town.office, OPERATOR, town.lot) == "fault_too_long"
    assert code_of(pausing.decide, town.office, OWNER_OF_LOT, town.lot, go_on=True) == "nothing_to_decide"
    cancelling.cancel(town.office, OPERATOR, town.lot, "故障超过四小时，重新组建")
    assert town.state.phase is Phase.CANCELLED


def test_before_the_start_the_tenderee_decides_after_two_hours(town):
    """Two hours after the planned start; the lot's own tenderee only; then it goes on, and who was shut out by the
    fault is not absent for it."""
    town.drawn()
    town.accept_all()
    town.open_bids()
    fails(town)
    assert town.state.pause.until.replace(microsecond=0) == NINE + HOURS * 2
    assert code_of(pausing.decide, town.office, OWNER_OF_LOT, town.lot, go_on=True) == "nothing_to_decide"
    town.clock.move(NINE + HOURS * 2 + timedelta(seconds=1))
    ticking.tick(town.office)
    assert code_of(pausing.resume, town.office, OPERATOR, town.lot) == "fault_too_long"
    assert code_of(pausing.decide, town.office, OPERATOR, town.lot, go_on=True) == "role"
    assert not is_party(open_case(town.office, town.lot), PARTY)
    assert code_of(pausing.decide, town.office, PARTY, town.lot, go_on=True) == "unknown_lot"
    pausing.decide(town.office, OWNER_OF_LOT, town.lot, go_on=False)
    assert code_of(pausing.resume, town.office, OPERATOR, town.lot) == "fault_too_long"
    pausing.decide(town.office, OWNER_OF_LOT, town.lot, go_on=True)
    pausing.resume(town.office, OPERATOR, town.lot)
    assert ticking.tick(town.office) == ()
    town.arrive_all()
    assert all(m.key for m in town.state.current())


def test_a_fault_has_a_reason_and_an_end_needs_a_beginning(town):
    """No blank reason; nothing to resume where nothing stopped; a booked lot has nothing to interrupt."""
    town.book()
    assert code_of(fails, town) == "phase"
    town.prepare()
    town.round()
    assert code_of(pausing.interrupt, town.office, OPERATOR, town.lot, Cause.SITE, " ") == "reason_missing"
    assert code_of(pausing.resume, town.office, OPERATOR, town.lot) == "not_interrupted"


def test_a_longer_clock_than_the_packs_is_found_out(town, monkeypatch):
    """The verifier computes by when a fault had to be cured from the pack and the entry's own time."""
    scoring(town)
    monkeypatch.setattr(pausing, "cure_by", lambda phase, starts, since, times: since + HOURS * 9)
    fails(town)
    pausing.resume(town.office, OPERATOR, town.lot)
    town.score_all()
    ticking.tick(town.office)
    for verb in (revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, town.lot)
    assert [f.n for f in verify(town.bundle(), Pins()).findings if f.state is Outcome.BROKEN] == [5]
