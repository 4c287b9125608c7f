"""How an approved direct appointment changes a panel."""

from dataclasses import replace

from scheduler.events import Appointed, AppointmentApproved
from scheduler.state import Entry, Sitting, State
from scheduler.transitions.demands import Moves, demand


def _approved(state: State, entry: Entry, event: AppointmentApproved) -> State:
    demand(state.approval is None, "approved_before")
    fits = len(event.seats) == len(state.seats) and sum(event.seats) > 0
    fits = fits and all(0 <= n <= most for n, most in zip(event.seats, state.seats, strict=False))
    demand(fits, "appoint_seats")
    return replace(state, approval=event.approval, approved=event.seats)


def _appointed(state: State, entry: Entry, event: Appointed) -> State:
    demand(state.approval is not None, "appoint_approval")
    demand(not state.asked, "step_asked", step=state.asked)
    demand(state.pool is not None, "pool_missing")
    missing = sorted(set(state.parties) - {party for party, _ in state.pledges})
    demand(not missing, "seeds_missing", parties=", ".join(missing))  # a seat that falls open is drawn
    demand(state.round_under_way() is None, "round_under_way")
    ids, roles = [m.member for m in event.members], [m.role for m in event.members]
    demand(bool(ids) and len(set(ids)) == len(ids), "S1")
    demand(all(state.sitting(m) is None for m in ids), "R0")
    demand(all(0 <= role < len(state.seats) for role in roles), "appoint_seats")
    seated = [m.role for m in state.experts() if m.appointed]
    for role, (approved, still_open) in enumerate(zip(state.approved, state.open_seats(), strict=True)):
        new = roles.count(role)
        demand(new <= still_open and seated.count(role) + new <= approved, "appoint_seats")
    new_ones = tuple(
        Sitting(member=m.member, role=m.role, round=0, since=entry.at, appointed=True) for m in event.members
    )
    return replace(
        state,
        members=(*state.members, *new_ones),
        appointed_seatings=(*state.appointed_seatings, event.seating),
        stuck=(),
    )


MOVES: Moves = {AppointmentApproved: _approved, Appointed: _appointed}
