"""How a draw gets more rounds than the pack gives: a signature, fresh keys, fresh seeds."""

from dataclasses import replace

from scheduler.events import KeysAdded, RoundsExtended
from scheduler.release import seeds
from scheduler.state import Entry, State
from scheduler.transitions.demands import Moves, demand

LONGEST = 500  # characters of a reason


def _extended(state: State, entry: Entry, event: RoundsExtended) -> State:
    demand(sum(state.open_seats()) > 0, "panel_full")
    demand(state.round_under_way() is None, "round_under_way")
    demand(state.rounds_left == 0, "rounds_left", left=state.rounds_left)
    demand(0 < event.rounds <= state.max_rounds, "rounds_many", most=state.max_rounds)
    demand(0 < len(event.reason.strip()) <= LONGEST, "reason_missing")
    return replace(state, extended=state.extended + event.rounds, stuck=())


def _keys(state: State, entry: Entry, event: KeysAdded) -> State:
    names = tuple(str(body.get("key_id")) for body in event.keys)
    demand(bool(names) and names == tuple(map(seeds, state.rounds_without_key)), "keys_missing")
    demand((event.ceremonies is None) == (state.ceremonies is None), "keys_missing")
    more = (event.ceremonies,) if event.ceremonies else ()
    return replace(state, keys=(*state.keys, *event.keys), more_ceremonies=(*state.more_ceremonies, *more))


MOVES: Moves = {RoundsExtended: _extended, KeysAdded: _keys}
