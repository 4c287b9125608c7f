"""How a delivered invitation lets the time to answer begin."""

from dataclasses import replace

from scheduler.errors import Refused
from scheduler.events import Delivered
from scheduler.state import Entry, State
from scheduler.transitions.demands import Moves, demand, moment


def _delivered(state: State, entry: Entry, event: Delivered) -> State:
    me = state.invited(event.member)
    if me is None or me.role is None or me.out is not None:
        raise Refused("not_a_member")
    demand(event.round == me.round, "stale")
    demand(event.member not in dict(state.delivered), "delivered_twice")
    at = moment(event.at)
    demand(at <= entry.at, "clock", at=event.at, last=entry.at.isoformat())
    return replace(state, delivered=(*state.delivered, (event.member, at)))


MOVES: Moves = {Delivered: _delivered}
