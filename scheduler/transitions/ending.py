"""How a case ends."""

from dataclasses import replace

from scheduler.events import Archived, Cancelled, Reported, Revealed
from scheduler.release import BIDDERS
from scheduler.state import Entry, State
from scheduler.transitions.demands import Moves, demand, key_is_open


def _revealed(state: State, entry: Entry, event: Revealed) -> State:
    demand(key_is_open(state, BIDDERS), "bidders_sealed")
    return replace(state, identities=event.identities)


def _reported(state: State, entry: Entry, event: Reported) -> State:
    return replace(state, report=event.report)


def _archived(state: State, entry: Entry, event: Archived) -> State:
    demand(state.annulled is None, "annulled")
    return replace(state, archived=entry.hash)


def _cancelled(state: State, entry: Entry, event: Cancelled) -> State:
    demand(bool(event.reason.strip()), "reason_missing")
    return replace(state, cancelled=entry.hash, unlawful=event.unlawful)


MOVES: Moves = {
    Revealed: _revealed,
    Reported: _reported,
    Archived: _archived,
    Cancelled: _cancelled,
}
