"""More than a third of the members find the time too short: the evaluation must be extended (条例 48)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from api.demo.people import OPERATOR
from api.services import booking, closing, extending, revealing, ticking, voiding, voting
from api.services.seats import holds_of
from api.store import journal
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.errors import Refused
from scheduler.events import Matter, Void
from scheduler.model import LotId
from scheduler.state import Phase
from tests.town import EAST, NINE, WEST, Town, order

ENDS = NINE + timedelta(hours=3)
BUFFER = timedelta(minutes=30)


def code_of(verb: Callable[..., object], *arguments: object) -> str:
    """The code of a refusal that must come."""
    with pytest.raises(Refused) as refused:
        verb(*arguments)
    return refused.value.code


def press(town: Town, member, *, yes: bool = True) -> None:
    """A member says whether the time is too short."""
    voting.vote(town.office, town.person(member), town.lot, Matter.TIME, yes=yes)


def extend(town: Town, ends) -> None:
    """The operator gives more time."""
    extending.extend(town.office, OPERATOR, town.lot, ends)


def test_two_of_five_members_stop_the_close_until_there_is_more_time(town):
    """One of five asks in vain, two are more than a third: neither clock nor operator may close before the
    extension; seats and calendar follow the new end, and the verifier accepts it."""
    town.drawn().blinded()
    first, second, *_ = (m.member for m in town.state.current())
    press(town, first)
    assert code_of(extend, town, ENDS + timedelta(hours=1)) == "extend_unasked"
    press(town, second)
    town.score_all()
    assert ticking.tick(town.office) == ()
    assert code_of(closing.close, town.office, OPERATOR, town.lot) == "extend_first"
    assert code_of(extend, town, ENDS) == "extend_later"
    extend(town, ENDS + timedelta(hours=1))
    assert town.state.ends == ENDS + timedelta(hours=1)
    with town.office.db.reading() as session:
        assert {hold.ends for hold in holds_of(session, town.lot)} == {ENDS + timedelta(hours=1) + BUFFER}
        assert [row.ends for row in journal.cases(session)] == [ENDS + timedelta(hours=1)]
    ticking.tick(town.office)
    for verb in (revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, town.lot)
    report = verify(town.bundle(), Pins())
    assert [f.n for f in report.findings if f.state is Outcome.BROKEN] == [], report.findings


def test_a_member_may_take_it_back_and_who_is_out_does_not_count(town):
    """The last vote counts, of those who sit."""
    town.drawn().blinded()
    first, second, third, *_ = (m.member for m in town.state.experts())
    press(town, first)
    press(town, second)
    press(town, second, yes=False)
    assert code_of(extend, town, ENDS + timedelta(hours=1)) == "extend_unasked"
    press(town, third)
    voiding.leave(town.office, town.person(third), town.lot, Void.ILL)
    assert code_of(extend, town, ENDS + timedelta(hours=1)) == "extend_unasked"
    assert code_of(press, town, third) == "not_a_member"


def test_an_extension_into_anothers_seats_names_the_site(town):
    """Another lot sits at the same workstations from half past twelve on: refused with site and hour, nothing
    is changed; a shorter extension goes through."""
    town.drawn()
    later = NINE + timedelta(hours=4, minutes=30)
    other = order(
        LotId("TOWN-02"),
        starts=later,
        ends=later + timedelta(hours=1),
        host_seats=1,
        guests=(booking.Guest(site=EAST, seats=4), booking.Guest(site=WEST, seats=4)),
    )
    booking.book(town.office, OPERATOR, other)
    town.blinded()
    for sitting in town.state.current()[:2]:
        press(town, sitting.member)
    with pytest.raises(Refused, match="seats_next") as refused:
        extend(town, ENDS + timedelta(hours=2))
    assert refused.value.facts["site"] in (EAST, WEST, "S-HOST")
    assert town.state.ends == ENDS
    extend(town, ENDS + timedelta(minutes=30))
    assert town.state.ends == ENDS + timedelta(minutes=30)


def test_only_who_sits_and_scores_asks_for_time(town):
    """Before the blinding and from outside the panel there is nothing to ask."""
    town.drawn()
    town.accept_all()
    member = town.state.experts()[0].member
    assert code_of(press, town, member) == "phase"
    assert town.state.phase is Phase.F1


def test_a_disagreement_is_settled_by_the_majority_and_stays_on_record(town):
    """Statements, votes of everybody, then the clock writes down the count (重庆市招标投标条例 34)."""
    town.drawn().blinded()
    members = [m.member for m in town.state.current()]
    raised = voting.raise_dispute(town.office, town.person(members[0]), town.lot, "工期是否为实质性条款")
    assert (
        code_of(voting.raise_dispute, town.office, town.person(members[1]), town.lot, " ") == "reason_missing"
    )
    for n, member in enumerate(members[1:], 1):
        assert town.state.settled == ()
        person = town.person(member)
        voting.vote(town.office, person, town.lot, Matter.DISPUTE, yes=n < 3, about=raised, says="同意" * n)
        ticking.tick(town.office)
    assert town.state.settled == (raised,)
    late = town.person(members[0])
    with pytest.raises(Refused, match="vote_about"):
        voting.vote(town.office, late, town.lot, Matter.DISPUTE, yes=False, about=raised)
    town.score_all()
    ticking.tick(town.office)
    for verb in (revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, town.lot)
    report = verify(town.bundle(), Pins())
    assert [f.n for f in report.findings if f.state is Outcome.BROKEN] == [], report.findings
    assert "工期是否为实质性条款".encode() in town.bundle()
