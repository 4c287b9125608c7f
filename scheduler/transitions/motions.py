"""How votes and extensions change a case."""

from dataclasses import replace

from scheduler.errors import Refused
from scheduler.events import Extended, Matter, Member, Settled, Voted
from scheduler.motions import ayes, carried, noes, open_disputes
from scheduler.pending import Ballot
from scheduler.state import Entry, Phase, State
from scheduler.transitions.demands import Moves, demand, moment, own
from scheduler.transitions.review import longer

_WHEN = {
    Matter.TIME: (Phase.F3,),
    Matter.DISPUTE: (Phase.F3, Phase.F4, Phase.F5),
    Matter.ABNORMAL: (Phase.F4,),
    Matter.WEAK: (Phase.F4,),
    Matter.DONE: (Phase.F4,),
    Matter.REJECT: (Phase.F5,),
}


def _voted(state: State, entry: Entry, event: Voted) -> State:
    own(entry, event.member)
    demand(state.phase in _WHEN[event.matter], "vote_phase", matter=event.matter)
    reviewing = state.review is not None and state.reviewed is None
    demand(reviewing or event.matter not in (Matter.ABNORMAL, Matter.WEAK, Matter.DONE), "review_over")
    sitting = state.sitting(event.member)
    if sitting is None or not sitting.sits:
        raise Refused("not_a_member")
    demand(bool(sitting.key), "not_checked_in")
    _about(state, event)
    ballot = Ballot(matter=event.matter, about=event.about, member=event.member, yes=event.yes)
    others = tuple(b for b in state.ballots if (b.matter, b.about, b.member) != ballot.place)
    after = replace(state, ballots=(*others, ballot))
    asked = event.matter is Matter.ABNORMAL and carried(after, *ballot.place[:2])
    return longer(after, entry) if asked and not carried(state, *ballot.place[:2]) else after


def _about(state: State, event: Voted) -> None:
    if event.matter is Matter.DISPUTE:
        raised = event.about in open_disputes(state)
        demand(raised or (event.yes and event.about == event.statement), "vote_about")
        demand(event.about not in state.settled, "vote_settled")
    elif event.matter is Matter.REJECT:
        slots = {f"{slot}/{code}" for slot in range(len(state.slots)) for code in ("01", "02")}
        demand(event.about in slots, "vote_about")
    elif event.matter in (Matter.ABNORMAL, Matter.WEAK):
        _on_scores(state, event)
    else:
        demand(event.about == "", "vote_about")


def _on_scores(state: State, event: Voted) -> None:
    about = Member(event.about)
    demand(event.member != about, "own_scores")
    demand(any(m.member == about for m in state.current()), "vote_about")
    given = {member for member, reasons in state.reasons if reasons is not None}
    demand(event.matter is Matter.ABNORMAL or about in given, "reasons_missing")
    explained = about in [member for member, _ in state.reasons]
    demand(event.matter is Matter.WEAK or not explained, "vote_settled")


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
