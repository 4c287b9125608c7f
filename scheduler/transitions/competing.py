"""How the end of another lot is noted."""

from dataclasses import replace

from scheduler.events import HadPlacesKept, KeptInVain
from scheduler.state import Entry, State
from scheduler.transitions.demands import Moves, demand


def _had(state: State, entry: Entry, event: HadPlacesKept) -> State:
    demand(list(event.lots) == sorted(set(event.lots)) and state.lot not in event.lots, "stale")
    demand(bool(event.lots) and not state.kept_in, "stale")
    return replace(state, kept_in=event.lots)


def _in_vain(state: State, entry: Entry, event: KeptInVain) -> State:
    demand(any(each.elsewhere is not None for each in state.rounds), "stale")
    demand(event.lot not in state.in_vain and event.lot != state.lot, "stale")
    return replace(state, in_vain=(*state.in_vain, event.lot))


MOVES: Moves = {HadPlacesKept: _had, KeptInVain: _in_vain}
