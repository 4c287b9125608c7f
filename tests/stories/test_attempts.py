"""A lot is tried again: every attempt is on record, and cancelling is no way to another panel."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from api.demo.people import OPERATOR, SUPERVISOR, deposits, pledge_all
from api.pool import names
from api.services import attempts, booking, cancelling, closing, drawing, opening, revealing
from api.services.office import open_case
from scheduler.attempts import base_of, demand_over, lot_of
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.model import LotId
from scheduler.state import Phase
from tests.town import LOT, NINE, Town, order

LATER = NINE + timedelta(days=2)


def code_of(verb: Callable[..., object], *arguments: object) -> str:
    """The code of a refusal that must come."""
    with pytest.raises(Refused) as refused:
        verb(*arguments)
    return refused.value.code


def again(town: Town) -> Town:
    """The next attempt, two days later, in a town that goes on with it."""
    state = attempts.again(town.office, OPERATOR, town.lot, LATER, LATER + timedelta(hours=3))
    return replace(town, lot=state.lot, devices={}, _people={})


def evaluated(town: Town) -> Town:
    """From a booked second attempt to its report, two days later and without incident."""
    drawing.freeze(town.office, OPERATOR, town.lot)
    pledge_all(town.office, town.lot)
    town.clock.move(LATER - timedelta(hours=20))
    town.round()
    town.accept_all()
    town.clock.move(LATER - timedelta(minutes=25))
    town.open_bids()
    town.arrive_all()
    opening.blind(town.office, OPERATOR, town.lot)
    town.score_all()
    for verb in (closing.close, closing.total, revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, town.lot)
    return town


def test_a_second_attempt_needs_a_countersigned_end_of_the_first(town):
    """Neither beside a running attempt nor after a cancellation that only the operator has signed."""
    town.drawn()
    ends = LATER + timedelta(hours=3)
    assert code_of(attempts.again, town.office, OPERATOR, town.lot, LATER, ends) == "attempt_running"
    assert code_of(attempts.endorse, town.office, SUPERVISOR, town.lot) == "attempt_running"
    cancelling.cancel(town.office, OPERATOR, town.lot, "停电")
    assert code_of(attempts.again, town.office, OPERATOR, town.lot, LATER, ends) == "attempt_not_endorsed"
    assert code_of(attempts.endorse, town.office, OPERATOR, town.lot) == "role"
    assert code_of(booking.book, town.office, OPERATOR, order(LOT)) == "lot_exists"
    assert code_of(booking.book, town.office, OPERATOR, order(LotId("TOWN-01~7"))) == "lot_mark"
    attempts.endorse(town.office, SUPERVISOR, town.lot)
    assert code_of(attempts.endorse, town.office, SUPERVISOR, town.lot) == "endorsed_twice"
    second = again(town)
    assert (second.lot, second.state.attempt) == (lot_of(LOT, 2), 2)
    assert base_of(second.lot) == LOT
    assert code_of(attempts.again, town.office, OPERATOR, LOT, LATER, ends) == "attempt_running"


def test_a_window_of_the_past_is_refused_for_a_new_attempt_too(town):
    """What a booking is refused for, the next attempt is refused for."""
    town.book()
    cancelling.cancel(town.office, OPERATOR, town.lot, "重排")
    attempts.endorse(town.office, SUPERVISOR, town.lot)
    early = NINE - timedelta(days=6)
    assert (
        code_of(attempts.again, town.office, OPERATOR, town.lot, early, early + timedelta(hours=3)) == "past"
    )
    night = NINE + timedelta(hours=12)
    assert (
        code_of(attempts.again, town.office, OPERATOR, town.lot, night, night + timedelta(hours=1))
        == "closed"
    )


def test_the_verifier_tells_every_attempt_and_its_reason(town):
    """From the second attempt's bundle alone, the public one too; members of a lawful first panel may be drawn."""
    town.drawn()
    cancelling.cancel(town.office, OPERATOR, town.lot, "评标场所停电")
    attempts.endorse(town.office, SUPERVISOR, town.lot)
    second = evaluated(again(town))
    for kind in BundleKind:
        report = verify(second.bundle(kind), Pins())
        assert [f.n for f in report.findings if f.state is Outcome.BROKEN] == [], report.findings
        assert "attempt 2" in report.findings[2].says.en
        assert "attempt 1: cancelled, reason “评标场所停电”, countersigned" in report.findings[2].says.en
    assert open_case(second.office, second.lot).request.excluded == ()


def test_members_of_an_unlawful_panel_are_out_of_the_next_attempt(town):
    """The same pseudonyms mean the same people within a lot, and nothing across lots."""
    town.drawn()
    first = {m.member for m in town.state.experts()}
    cancelling.cancel(town.office, OPERATOR, town.lot, "组成不合法", unlawful=True)
    attempts.endorse(town.office, SUPERVISOR, town.lot)
    second = evaluated(again(town))
    assert set(open_case(second.office, second.lot).request.excluded) == first
    assert first.isdisjoint(m.member for m in second.state.members)
    report = verify(second.bundle(), Pins())
    assert [f.n for f in report.findings if f.state is Outcome.BROKEN] == [], report.findings
    person = second.person(second.state.experts()[0].member).expert
    key = second.office.keys.pool
    assert names.member(key, LOT, person) == names.member(key, second.lot, person)
    assert names.member(key, LotId("TOWN-02"), person) != names.member(key, LOT, person)


def test_a_centre_that_lets_the_unlawful_panel_in_again_is_found_out(town, monkeypatch):
    """Kept out are exactly the members of unlawful attempts: the verifier counts them from the first journal."""
    town.drawn()
    cancelling.cancel(town.office, OPERATOR, town.lot, "组成不合法", unlawful=True)
    attempts.endorse(town.office, SUPERVISOR, town.lot)
    monkeypatch.setattr(attempts, "excluded", lambda _: ())
    second = evaluated(again(town))
    broken = [f.n for f in verify(second.bundle(), Pins()).findings if f.state is Outcome.BROKEN]
    assert broken == [3]


def test_seeds_of_the_first_attempt_are_no_use_in_the_second(town):
    """Keys are fresh: a deposit made for the first attempt is for other keys, and is refused at the rim."""
    town.book()
    old = deposits(town.office, town.lot, "operator")
    cancelling.cancel(town.office, OPERATOR, town.lot, "重排")
    attempts.endorse(town.office, SUPERVISOR, town.lot)
    second = again(town)
    assert {k["public"] for k in second.state.keys}.isdisjoint(k["public"] for k in town.state.keys)
    drawing.freeze(second.office, OPERATOR, second.lot)
    with pytest.raises(Refused, match="deposit_key"):
        drawing.pledge(second.office, OPERATOR, second.lot, old)
    assert second.state.pledges == ()


def test_a_lot_without_a_lawful_panel_needs_no_countersignature(town):
    """Where the record says that no panel was left (A3), the cancellation alone ends the attempt; a running one
    does not end by being stuck."""
    town.drawn()
    stuck = replace(town.state, stuck=("R12",))
    with pytest.raises(Refused, match="attempt_running"):
        demand_over(stuck)
    demand_over(replace(stuck, phase=Phase.CANCELLED))
