"""How another window or other sites change a case that nobody is drawn for yet."""

from dataclasses import replace

from scheduler.events import Moved
from scheduler.state import Entry, State
from scheduler.transitions.demands import Moves, demand, moment


def _moved(state: State, entry: Entry, event: Moved) -> State:
    demand(state.pool is None and not state.rounds, "moved_late")
    demand(not state.asked and not state.relaxed, "moved_late")
    demand(bool(event.reason.strip()), "reason_missing")
    demand(event.room_for != state.lot, "moved_for")
    starts, ends = moment(event.starts), moment(event.ends)
    demand(starts < ends, "window")
    return replace(state, request=event.request, booked=event.request, starts=starts, ends=ends)


MOVES: Moves = {Moved: _moved}
