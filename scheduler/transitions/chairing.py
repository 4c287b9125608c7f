"""How an authorisation, a vote and a chair change a case."""

from dataclasses import replace

from scheduler.events import Authorised, Chaired, ChairVoted
from scheduler.model import Role
from scheduler.state import Entry, State
from scheduler.transitions.demands import Moves, demand, own


def _authorised(state: State, entry: Entry, event: Authorised) -> State:
    owners = [m.member for m in state.current() if m.role is None]
    demand(event.member in owners, "not_an_owner")
    demand(event.member not in state.authorised, "authorised_before")
    return replace(state, authorised=(*state.authorised, event.member))


def _voted(state: State, entry: Entry, event: ChairVoted) -> State:
    own(entry, event.member)
    demand(state.chairing() is None, "chair_there")
    present = [m.member for m in state.current() if m.key]
    demand(event.member in present, "not_checked_in")
    demand(event.choice in present, "chair_absent")
    others = tuple(vote for vote in state.votes if vote[0] != event.member)
    return replace(state, votes=(*others, (event.member, event.choice)))


def _chaired(state: State, entry: Entry, event: Chaired) -> State:
    demand(state.chairing() is None, "chair_there")
    present = [m.member for m in state.current() if m.key]
    demand(event.chair in present, "chair_absent")
    demand(event.named == (entry.role is Role.TENDEREE), "role")
    demand(event.named or state.elected() == event.chair, "chair_votes")
    return replace(state, chair=event.chair, chair_named=event.named)


MOVES: Moves = {Authorised: _authorised, ChairVoted: _voted, Chaired: _chaired}
