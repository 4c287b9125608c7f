"""How other workstations change a case whose members are drawn: nobody comes, nobody leaves."""

from dataclasses import replace

from scheduler.events import Reseated
from scheduler.state import Entry, State
from scheduler.transitions.demands import Moves, demand


def _reseated(state: State, entry: Entry, event: Reseated) -> State:
    """Whom it concerns stands in an exhibit: the verifier asks whether they had checked in, not the history."""
    demand(state.pool is not None and (state.sites is None or state.sites.drawn is not None), "reseat_early")
    demand(state.round_under_way() is None, "round_under_way")
    demand(not state.asked, "step_asked", step=state.asked)
    return replace(
        state,
        request=event.request,
        sited=state.sited or state.request,
        reseated=(*state.reseated, event.seating),
        causes=(*state.causes, event.cause),
    )


MOVES: Moves = {Reseated: _reseated}
