"""How a signed step of the ladder changes a case: another request, another pool, nothing else."""

from dataclasses import replace

from scheduler.events import RelaxAsked, RelaxDenied, Relaxed
from scheduler.state import Entry, Sitting, State
from scheduler.transitions.demands import Moves, demand


def _asked(state: State, entry: Entry, event: RelaxAsked) -> State:
    demand(bool(state.stuck), "panel_possible")
    demand(not state.asked, "step_asked", step=state.asked)
    demand(state.round_under_way() is None, "round_under_way")
    demand(event.step not in state.relaxed, "step_order", step=event.step)
    demand(bool(event.reason.strip()), "reason_missing")
    return replace(state, asked=event.step)


def _decided(state: State, event: Relaxed | RelaxDenied) -> State:
    demand(bool(state.asked), "step_not_asked")
    demand(event.step == state.asked, "step_order", step=event.step)
    demand(bool(event.reason.strip()), "reason_missing")
    return replace(state, asked="")


def _relaxed(state: State, entry: Entry, event: Relaxed) -> State:
    after = _decided(state, event)
    places = sorted(set(event.roles))
    demand(len(event.roles) == len(state.seats) and places == list(range(len(places))), "S0")
    seats = [0] * len(places)
    approved = [0] * len(places)
    for role, place in enumerate(event.roles):
        seats[place] += state.seats[role]
        approved[place] += state.approved[role] if state.approved else 0

    def moved(sitting: Sitting) -> Sitting:
        return sitting if sitting.role is None else replace(sitting, role=event.roles[sitting.role])

    return replace(
        after,
        request=event.request,
        seats=tuple(seats),
        approved=tuple(approved) if state.approved else (),
        members=tuple(moved(m) for m in state.members),
        standbys=tuple(replace(s, role=event.roles[s.role]) for s in state.standbys),
        relaxed=(*state.relaxed, event.step),
        stuck=(),
        pool=None,  # to be frozen anew, so that the wider one is committed to before the next round
    )


def _denied(state: State, entry: Entry, event: RelaxDenied) -> State:
    return _decided(state, event)


MOVES: Moves = {RelaxAsked: _asked, Relaxed: _relaxed, RelaxDenied: _denied}
