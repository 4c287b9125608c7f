"""How votes and extensions change a case."""

from dataclasses import replace

from scheduler.errors import Refused
from scheduler.events import Extended, Matter, Settled, Voted
from scheduler.motions import ayes, carried, noes, open_disputes
from scheduler.state import Ballot, Entry, Phase, State
from scheduler.transitions.demands import Moves, demand, moment, own

_WHEN = {
    Matter.TIME: (Phase.F3,),
    Matter.DISPUTE: (Phase.F3, Phase.F4, Phase.F5),
}


def _voted(state: State, entry: Entry, event: Voted) -> State:
    own(entry, event.member)
    demand(state.phase in _WHEN[event.matter], "vote_phase", matter=event.matter)
    sitting = state.sitting(event.member)
    if sitting is None or not sitting.sits:
        raise Refused("not_a_member")
    demand(bool(sitting.key), "not_checked_in")
    _about(state, event)
    ballot = Ballot(matter=event.matter, about=event.about, member=event.member, yes=event.yes)
    others = tuple(b for b in state.ballots if (b.matter, b.about, b.member) != ballot.place)
    return replace(state, ballots=(*others, ballot))


def _about(state: State, event: Voted) -> None:
    if event.matter is Matter.DISPUTE:
        raised = event.about in open_disputes(state)
        demand(raised or (event.yes and event.about == event.statement), "vote_about")
        demand(event.about not in state.settled, "vote_settled")
    else:
        demand(event.about == "", "vote_about")


def _settled(state: State, entry: Entry, event: Settled) -> State:
    demand(event.about in open_disputes(state), "vote_settled")
    counted = ayes(state, Matter.DISPUTE, event.about), noes(state, Matter.DISPUTE, event.about)
    demand(counted == (event.yes, event.no) and sum(counted) == len(state.current()), "votes_missing")
    return replace(state, settled=(*state.settled, event.about))


def _extended(state: State, entry: Entry, event: Extended) -> State:
    ends = moment(event.ends)
    demand(ends > state.ends, "extend_later")
    demand(carried(state, Matter.TIME) or state.delayed, "extend_unasked")
    rest = tuple(b for b in state.ballots if b.matter is not Matter.TIME)
    return replace(state, ends=ends, ballots=rest, delayed=False)


MOVES: Moves = {
    Voted: _voted,
    Settled: _settled,
    Extended: _extended,
}
