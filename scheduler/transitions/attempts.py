"""How endorsement, succession and annulment change a case."""

from dataclasses import replace

from scheduler.events import Annulled, Endorsed, Followed
from scheduler.state import Entry, State
from scheduler.transitions.demands import Moves, demand


def _endorsed(state: State, entry: Entry, event: Endorsed) -> State:
    demand(state.endorsed is None, "endorsed_twice")
    demand(event.cancellation == state.cancelled, "stale")
    return replace(state, endorsed=entry.hash)


def _followed(state: State, entry: Entry, event: Followed) -> State:
    demand(state.attempt > 1 and state.followed is None, "attempt")
    return replace(state, followed=event.attempts)


def _annulled(state: State, entry: Entry, event: Annulled) -> State:
    demand(state.annulled is None, "annulled_twice")
    sitting = state.sitting(event.member) if event.member is not None else None
    demand(event.member is None or (sitting is not None and sitting.sits), "not_of_the_panel")
    return replace(state, annulled=entry.hash)


MOVES: Moves = {
    Endorsed: _endorsed,
    Followed: _followed,
    Annulled: _annulled,
}
