"""How a beacon's pulse, or its absence, changes a round under way; no seed is opened before one or the other."""

from dataclasses import replace

from scheduler.beacon import due_at, may_name, missed_from
from scheduler.errors import Refused
from scheduler.events import Named, PulseMissed, PulseTaken
from scheduler.state import Entry, Round, State
from scheduler.transitions.demands import Moves, demand

LONGEST = 500  # characters of a reason


def named_in_time(state: State, pulse: int | None, entry: Entry) -> bool:
    """Whether a lottery names a pulse of the booked beacon that is still to come, and none without a beacon."""
    if state.beacon is None or pulse is None:
        return state.beacon is None and pulse is None
    return may_name(state.beacon, pulse, entry.at)


def _taken(state: State, entry: Entry, event: PulseTaken) -> State:
    beacon, under_way, pulse = _awaited(state, event.round)
    demand(event.pulse == pulse, "pulse_other", pulse=pulse)
    demand(entry.at >= due_at(beacon, pulse), "pulse_early", due=due_at(beacon, pulse).isoformat())
    return _round(state, replace(under_way, taken=event))


def _missed(state: State, entry: Entry, event: PulseMissed) -> State:
    beacon, under_way, pulse = _awaited(state, event.round)
    since = missed_from(beacon, pulse)
    demand(entry.at >= since, "pulse_awaited", pulse=pulse, until=since.isoformat())
    demand(0 < len(event.reason.strip()) <= LONGEST, "reason_missing")
    demand(beacon.without if event.later is None else may_name(beacon, event.later, entry.at), "pulse_other")
    missed = (*under_way.missed, pulse)
    return _round(state, replace(under_way, pulse=event.later, missed=missed))


def _awaited(state: State, number: int) -> tuple[Named, Round, int]:
    """Beacon, round and pulse, while the round waits for it."""
    under_way = state.round_under_way()
    if state.beacon is None or under_way is None or under_way.number != number:
        raise Refused("pulse_unasked")
    if under_way.awaits is None:
        raise Refused("pulse_unasked")
    return state.beacon, under_way, under_way.awaits


def _round(state: State, changed: Round) -> State:
    return replace(state, rounds=(*state.rounds[:-1], changed))


MOVES: Moves = {PulseTaken: _taken, PulseMissed: _missed}
