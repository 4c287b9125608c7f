"""S2 with stand-bys: reserves are drawn at once, sealed; three who do not answer in 20 minutes give way to them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.demo.people import OPERATOR, SUPERVISOR
from api.services import attending, booking, revealing, ticking
from api.services.engaged import engaged
from api.store import journal
from api.views import tasks
from api.views.expert import Answer
from api.views.lots import operator_lot
from api.views.transcripts import transcript
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.deadlines import Deed
from scheduler.errors import Refused
from scheduler.events import Out, PassedOver
from scheduler.model import LotId
from tests.tale import Tale
from tests.town import NINE, Town, order

MINUTES = timedelta(minutes=1)


@pytest.fixture
def reserved(town: Town) -> Town:
    """Two reserves, twenty minutes to answer; drawn, and the clock has run once."""
    pack = town.office.pack
    draw = replace(pack.draw, reserve=2, silence_minutes=20)
    town.office = replace(town.office, pack=replace(pack, draw=draw))
    town.drawn()
    return town


def events(town: Town, kind: type) -> list:
    """The events of a kind."""
    with town.office.db.reading() as session:
        return [e.event for e, _ in journal.history(session, town.lot) if isinstance(e.event, kind)]


def kinds(town: Town) -> list[str]:
    """What the journal says, in order."""
    with town.office.db.reading() as session:
        return [type(e.event).__name__ for e, _ in journal.history(session, town.lot)]


def test_reserves_are_drawn_at_once_by_rounds_of_their_own(reserved):
    """Two more rounds with their own seeds and lotteries; the panel is as it was, and nobody has a workstation more."""
    panel = {m.member for m in reserved.state.experts()}
    done = ticking.tick(reserved.office)
    assert [each.due.deed for each in done] == [Deed.STANDBY, Deed.FINISH] * 2
    state = reserved.state
    assert [(s.rank, s.role, s.round) for s in state.standing_by()] == [(1, 0, 2), (2, 1, 3)]
    assert {m.member for m in state.experts()} == panel
    assert len(state.seatings()) == 1
    assert len({r.ticket for r in state.rounds}) == len({r.lottery for r in state.rounds}) == 3
    assert state.rounds_left == 4  # stand-by rounds are beside the pack's five


def test_three_who_do_not_answer_in_twenty_minutes_give_way(reserved):
    """One promotion for the first of the kind; no more waits for that kind, so that the next round fills the rest."""
    ticking.tick(reserved.office)
    state = reserved.state
    first, second = state.standing_by()
    for standby in (first, second):
        attending.accept(reserved.office, reserved.person(standby.member), reserved.lot)
    silent = [m for m in state.experts() if m.role == 0]
    (other,) = [m for m in state.experts() if m.role == 1]
    attending.accept(reserved.office, reserved.person(other.member), reserved.lot)
    reserved.clock.move(reserved.state.rounds[0].fixed + 25 * MINUTES)
    ticking.tick(reserved.office)
    after = reserved.state
    assert [after.sitting(m.member).out for m in silent] == [Out.SILENT] * 3
    promoted = after.sitting(first.member)
    assert (promoted.sits, promoted.accepted, promoted.round) == (True, True, first.round)
    assert not sum(after.open_seats())
    assert [s.member for s in after.standing_by()] == [second.member]
    said = kinds(reserved)
    at = said.index("Left")
    assert said[at : at + 2] == ["Left", "Promoted"]  # in one transaction
    assert said.count("PassedOver") == 2
    assert all(attending.site_of(reserved.office, reserved.lot, m.member) for m in after.current())


def test_the_bundle_holds_with_promotion_and_passing_over(reserved):
    """From the stand-bys' draw to the report: every step of the verifier holds, and it counts the stand-bys."""
    ticking.tick(reserved.office)
    gone = next(m for m in reserved.state.experts() if m.role == 0)
    attending.decline(reserved.office, reserved.person(gone.member), reserved.lot)
    assert not sum(reserved.state.open_seats())
    gone = next(m for m in reserved.state.experts() if m.role == 0)
    attending.decline(reserved.office, reserved.person(gone.member), reserved.lot)
    reserved.round()
    reserved.accept_all()
    tale = Tale(reserved)
    reserved.open_bids()
    reserved.arrive_all()
    tale.evaluate()
    report = verify(reserved.bundle(), Pins())
    assert [(f.n, f.says.en) for f in report.findings if f.state is Outcome.BROKEN] == []
    assert "2 stand-by rounds counted anew" in report.findings[8].says.en
    assert "1 promoted and 1 passed over" in report.findings[8].says.en


def test_the_bundle_holds_when_experts_are_named(reserved):
    """Whoever was drawn, stand-bys too, is named once: a promotion names nobody anew and trips no step."""
    ticking.tick(reserved.office)
    gone = next(m for m in reserved.state.experts() if m.role == 0)
    attending.decline(reserved.office, reserved.person(gone.member), reserved.lot)
    reserved.accept_all()
    reserved.open_bids()
    reserved.arrive_all()
    Tale(reserved).evaluate()
    revealing.archive(reserved.office, OPERATOR, reserved.lot, "中标人已确定")
    revealing.name_experts(reserved.office, SUPERVISOR, reserved.lot)
    report = verify(reserved.bundle(), Pins())
    assert report.holds
    drawn = sum(reserved.state.seats) + len(reserved.state.standbys)
    assert report.findings[17].says.en == f"{drawn} identities match their pseudonyms"


def test_the_pages_tell_a_standby_so_and_an_operator_nobody(reserved):
    """The stand-by's card says stand-by and shows no seat; the operator reads a count and a site."""
    ticking.tick(reserved.office)
    first = reserved.state.standing_by()[0]
    person = reserved.person(first.member)
    ((card, _),) = tasks.cards(reserved.office, person)
    assert (card.answer, card.seat, card.project) == (Answer.STANDBY_ASKED, None, None)
    tasks.answer(reserved.office, person, first.member, "", accept=True)
    ((card, _),) = tasks.cards(reserved.office, person)
    assert card.answer is Answer.STANDBY
    gone = next(m for m in reserved.state.experts() if m.role == 0)
    attending.decline(reserved.office, reserved.person(gone.member), reserved.lot)
    ((card, _),) = tasks.cards(reserved.office, person)
    assert card.answer is Answer.ACCEPTED
    seen = operator_lot(reserved.office, reserved.lot)
    assert sum(count for _, count in seen.replaced) == 1
    assert seen.standing_by == 1
    told = transcript(reserved.office, reserved.lot)
    assert [(r.number, r.standby) for r in told.rounds] == [(1, None), (2, 1), (3, 2)]
    assert [r.how for r in told.reserves] == ["promoted", "asked"]


def test_a_standby_who_declines_or_is_silent_is_out_for_good(reserved):
    """Neither is promoted nor drawn again; the panel does not feel it."""
    ticking.tick(reserved.office)
    first, second = reserved.state.standing_by()
    attending.decline(reserved.office, reserved.person(first.member), reserved.lot)
    for member in reserved.state.experts():
        attending.accept(reserved.office, reserved.person(member.member), reserved.lot)
    reserved.clock.move(reserved.state.rounds[-1].fixed + 25 * MINUTES)
    ticking.tick(reserved.office)
    assert [s.out for s in reserved.state.standbys] == [Out.DECLINED, Out.SILENT]
    gone = reserved.state.experts()[0]
    attending.decline(reserved.office, reserved.person(gone.member), reserved.lot)
    reserved.round()
    sits = {m.member for m in reserved.state.experts()}
    assert sits.isdisjoint({first.member, second.member})


def test_a_standby_in_a_bidders_group_is_passed_over_at_the_opening(reserved):
    """The re-check opens the seat, and the stand-by who may not take it is named with the rule; the next round does."""
    ticking.tick(reserved.office)
    first = reserved.state.standing_by()[0]
    gone = next(m for m in reserved.state.experts() if m.role == 0)
    reserved.accept_all()
    reserved.open_bids(gone.member, first.member)
    assert reserved.state.sitting(gone.member).out is Out.RECUSED
    assert sum(reserved.state.open_seats()) == 1
    (event,) = events(reserved, PassedOver)
    assert [p.rule for p in event.passed] == ["R11", "S0"]
    assert event.passed[0].member == first.member
    reserved.round()
    reserved.accept_all()
    reserved.arrive_all()
    Tale(reserved).evaluate()
    report = verify(reserved.bundle(), Pins())
    assert [(f.n, f.says.en) for f in report.findings if f.state is Outcome.BROKEN] == []


def test_nobody_sits_elsewhere_while_standing_by(reserved):
    """A stand-by has these hours: other lots see somebody who is engaged."""
    ticking.tick(reserved.office)
    waiting = {s.member for s in reserved.state.standing_by()}
    assert waiting <= engaged(reserved.state)


def test_more_reserves_than_the_pack_may_be_asked_for_and_fewer_may_not(reserved):
    """The request's number counts from the pack's upwards."""
    for number, code in ((1, "reserve_number"), (10, "reserve_number"), (3, None)):
        day = {"starts": NINE + timedelta(days=1), "ends": NINE + timedelta(hours=27)}
        asked = order(LotId("TOWN-02"), reserve=number, **day)
        if code:
            with pytest.raises(Refused, match=code):
                booking.book(reserved.office, OPERATOR, asked)
        else:
            state = booking.book(reserved.office, OPERATOR, asked)
            assert (state.reserve, state.rounds_allowed) == (3, 8)
