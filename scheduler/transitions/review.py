"""How the review of the scores changes a case."""

from dataclasses import replace

from scheduler.events import Explained, ReviewBegun, Reviewed
from scheduler.pending import Reviewing
from scheduler.release import SCORES
from scheduler.reviewing import flagged, nothing_open, replaced
from scheduler.state import Entry, State
from scheduler.transitions.demands import Moves, demand, key_is_open, moment, own


def _begun(state: State, entry: Entry, event: ReviewBegun) -> State:
    demand(key_is_open(state, SCORES) and state.totals is not None, "scores_sealed")
    demand(state.review is None, "review_twice")
    until = moment(event.until)
    demand(until > entry.at, "window")
    return replace(state, review=Reviewing(until=until, span=until - entry.at))


def _explained(state: State, entry: Entry, event: Explained) -> State:
    own(entry, event.member)
    demand(state.review is not None and state.reviewed is None, "review_over")
    demand(event.member in flagged(state), "not_asked")
    demand(event.member not in [member for member, _ in state.reasons], "explained_twice")
    said = replace(state, reasons=(*state.reasons, (event.member, event.reasons)))
    return longer(said, entry)


def longer(state: State, entry: Entry) -> State:
    """Reasons that have just been asked or given leave as much time again to answer or to judge them."""
    if state.review is None:
        return state
    until = max(state.review.until, entry.at + state.review.span)
    return replace(state, review=replace(state.review, until=until))


def _reviewed(state: State, entry: Entry, event: Reviewed) -> State:
    demand(state.review is not None and state.reviewed is None, "review_over")
    demand(
        state.review is not None and (entry.at >= state.review.until or nothing_open(state)), "review_open"
    )
    gave = replaced(state)
    # More than half of the members judge the others: they must not be those who are judged.
    demand(2 * len(gave) < len(state.current()), "replaced_many")
    demand(event.replaced == tuple(gave) and (event.record is not None) == bool(gave), "stale")
    demand(bool(gave) or event.totals == state.totals, "stale")
    return replace(state, reviewed=entry.hash, totals=event.totals, replaced=event.replaced)


MOVES: Moves = {
    ReviewBegun: _begun,
    Explained: _explained,
    Reviewed: _reviewed,
}
