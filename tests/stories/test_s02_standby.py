"""S2 with stand-bys: reserves are drawn at once, sealed; three who do not answer in 20 minutes give way to them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.services import attending, ticking
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.deadlines import Deed
from scheduler.events import Out
from tests.tale import Tale
from tests.town import Town

MINUTES = timedelta(minutes=1)


@pytest.fixture
def reserved(town: Town) -> Town:
    """Two reserves, twenty minutes to answer; drawn, and the clock has run once."""
    pack = town.office.pack
    draw = replace(pack.draw, reserve=2, silence_minutes=20)
    town.office = replace(town.office, pack=replace(pack, draw=draw))
    town.drawn()
    return town


def kinds(town: Town) -> list[str]:
    """What the journal says, in order."""
    from api.store import journal

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
