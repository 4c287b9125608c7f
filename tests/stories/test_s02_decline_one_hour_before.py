"""S2 An expert declines one hour before: the next round of the same draw fills the seat, the others stay."""

from datetime import timedelta

import pytest

from api.demo.people import OPERATOR
from api.services import attending, opening, ticking
from scheduler.deadlines import Deed
from scheduler.errors import Refused
from scheduler.events import Out
from scheduler.state import Phase
from tests.town import NINE

HOUR = timedelta(hours=1)


def test_the_next_round_fills_the_seat_and_the_others_stay(town):
    """One decline, one more round from seeds pledged at the freeze, and the other members are the same."""
    town.drawn()
    first = {m.member for m in town.state.experts()}
    gone = town.state.experts()[0]
    pledges = town.state.pledges
    town.clock.move(NINE - HOUR)
    for sitting in town.state.experts()[1:]:
        attending.accept(town.office, town.person(sitting.member), town.lot)
    attending.decline(town.office, town.person(gone.member), town.lot)
    done = ticking.tick(town.office)
    assert [each.due.deed for each in done] == [Deed.FIX, Deed.FINISH]
    now = {m.member for m in town.state.experts()}
    assert first - now == {gone.member}
    assert len(now) == len(first)
    assert town.state.sitting(gone.member).out is Out.DECLINED
    assert town.state.pledges == pledges
    assert [r.number for r in town.state.rounds] == [1, 2]
    newcomer = town.state.sitting((now - first).pop())
    assert newcomer.role == gone.role


def test_the_free_workstation_is_used_again_when_the_city_is_full(town):
    """Nobody shares a workstation, before and after."""
    town.drawn()
    attending.decline(town.office, town.person(town.state.experts()[0].member), town.lot)
    town.round()
    places = [attending.site_of(town.office, town.lot, m.member) for m in town.state.current()]
    assert all(places)
    assert len(places) == 5


def test_when_everybody_declines_nothing_is_opened(town):
    """Rounds run out: the case is stuck, bids stay sealed, and no seat is filled by anybody's choice (A3)."""
    town.drawn()
    while town.state.open_seats() != (3, 1) or not town.state.stuck:
        for sitting in town.state.experts():
            attending.decline(town.office, town.person(sitting.member), town.lot)
        done = ticking.tick(town.office)
        if not done:
            break
    assert town.state.phase is Phase.F1
    assert not town.state.slots
    assert sum(town.state.open_seats()) > 0


def test_the_decline_stands_in_the_log_and_opening_waits_for_nobody(town):
    """The other members open at their time; blinding waits until the seat is filled."""
    town.drawn()
    attending.decline(town.office, town.person(town.state.experts()[0].member), town.lot)
    town.accept_all()
    town.open_bids()
    assert sum(town.state.open_seats()) == 1
    with pytest.raises(Refused, match="seats_open"):
        opening.blind(town.office, OPERATOR, town.lot)
