"""How stand-bys are drawn, answer, are promoted or passed over; while one may be due, nothing else happens."""

from dataclasses import replace

from scheduler.awaiting import asked_since
from scheduler.errors import Refused
from scheduler.events import (
    Accepted,
    Event,
    Left,
    Member,
    Out,
    Passed,
    PassedOver,
    Promoted,
    StandbyDrawn,
    StandbyFixed,
    StandbyMissing,
)
from scheduler.model import Role
from scheduler.standby import Standby, backed
from scheduler.state import Entry, Sitting, State
from scheduler.transitions.demands import Moves, demand, own
from scheduler.transitions.rounds import begun, demand_seeds

FIRST = (Promoted, PassedOver)


def moving(state: State, kind: type[Event]) -> None:
    """Raises Refused("standby_first"): to wait for a second open seat could turn a stand-by away."""
    demand(kind in FIRST or not state.standby_due, "standby_first")


def _next(state: State, rank: int, role: int) -> None:
    """What a stand-by of this rank waits for."""
    demand(rank == state.next_rank <= state.reserve, "standbys_enough", reserve=state.reserve)
    demand(role == backed(state.seats, rank), "stale")
    demand(sum(state.open_seats()) == 0, "seats_open")
    demand(bool(state.rounds) and state.pool is not None and not state.asked, "pool_missing")
    demand(state.evidence is not None or not state.slots, "recheck_missing")
    demand(state.round_under_way() is None, "round_under_way")


def _fixed(state: State, entry: Entry, event: StandbyFixed) -> State:
    _next(state, event.rank, event.role)
    demand_seeds(state)
    return replace(state, rounds=(*state.rounds, begun(state, entry, event)))


def _drawn(state: State, entry: Entry, event: StandbyDrawn) -> State:
    under_way = state.round_under_way()
    ready = under_way is not None and under_way.opened is not None and event.round == under_way.number
    if under_way is None or under_way.standby is None or not ready:
        raise Refused("round_not_ready", round=event.round)
    rank = under_way.standby
    demand([m.role for m in event.members] == [backed(state.seats, rank)], "S0")
    (seated,) = event.members
    known = state.sitting(seated.member) or state.standby(seated.member)
    demand(known is None, "R0")
    new = Standby(member=seated.member, role=seated.role, rank=rank, round=event.round, since=entry.at)
    rounds = (*state.rounds[:-1], replace(under_way, ticket=event.ticket))
    return replace(state, rounds=rounds, standbys=(*state.standbys, new))


def _missing(state: State, entry: Entry, event: StandbyMissing) -> State:
    _next(state, event.rank, event.role)
    demand(bool(event.rules) and event.round == len(state.rounds) + 1, "stale")
    return replace(state, ranks_empty=(*state.ranks_empty, event.rank))


def accepted(state: State, entry: Entry, event: Accepted) -> State:
    """A stand-by agrees to come if called."""
    own(entry, event.member)
    mine = _waiting(state, event.member)
    demand(mine.accepted is None, "accepted_twice")
    return _changed(state, mine, replace(mine, accepted=entry.at))


def left(state: State, entry: Entry, event: Left) -> State:
    """A stand-by declines, is silent past the waiting time, or barred by the register."""
    own(entry, event.member)
    mine = _waiting(state, event.member)
    demand(event.why in (Out.DECLINED, Out.SILENT, Out.BARRED), "recheck_only")
    demand((event.why is Out.DECLINED) == (entry.role is Role.EXPERT), "role", why=event.why)
    barred = event.why is Out.BARRED
    demand(not barred or entry.role is Role.SYSTEM, "role", why=event.why)
    demand(barred == bool(event.rule) == (event.evidence is not None), "rule_missing")
    demand(not event.proof or event.why is Out.DECLINED, "proof_of_nothing")
    demand(event.why is not Out.SILENT or mine.accepted is None, "accepted_before")
    demand(event.why is not Out.SILENT or asked_since(state, mine) is not None, "not_delivered")
    demand(state.round_under_way() is None, "round_under_way")
    return _changed(state, mine, replace(mine, out=event.why))


def _promoted(state: State, entry: Entry, event: Promoted) -> State:
    demand(state.standby_due, "standby_not_due")
    mine = [_waiting(state, member) for member in event.members]
    roles = [each.role for each in mine]
    demand(tuple(map(roles.count, range(len(state.seats)))) == state.open_seats(), "S0")
    last = max(each.rank for each in mine)
    beside = [s.member for s in state.standing_by() if s.rank < last and s.member not in event.members]
    demand([each.member for each in event.passed] == beside, "standby_order")
    _named(event.passed)
    demand([each.rank for each in mine] == sorted({each.rank for each in mine}), "standby_order")
    members = tuple(_sitting(each, entry) for each in mine)
    first = mine[0].round
    rounds = tuple(replace(r, seating=event.seating) if r.number == first else r for r in state.rounds)
    standbys = tuple(replace(s, promoted=True) if s in mine else s for s in state.standbys)
    return replace(state, members=(*state.members, *members), standbys=standbys, rounds=rounds)


def _passed_over(state: State, entry: Entry, event: PassedOver) -> State:
    demand(state.standby_due, "standby_not_due")
    demand([each.member for each in event.passed] == [s.member for s in state.standing_by()], "standby_order")
    _named(event.passed)
    return replace(state, passed_at=tuple(m.member for m in state.current()))


def _named(passed: tuple[Passed, ...]) -> None:
    demand(all(each.rule for each in passed), "rule_missing")


def _sitting(standby: Standby, entry: Entry) -> Sitting:
    """The member it becomes; who agreed to stand by has agreed to come, and has the time from now on to do so."""
    said = standby.accepted is not None
    return Sitting(
        member=standby.member,
        role=standby.role,
        round=standby.round,
        since=entry.at,
        accepted=said,
        answered=entry.at if said else None,
    )


def _waiting(state: State, member: Member) -> Standby:
    mine = state.standby(member)
    if mine is None or not mine.waits:
        raise Refused("not_a_member")
    return mine


def _changed(state: State, old: Standby, new: Standby) -> State:
    return replace(state, standbys=tuple(new if each is old else each for each in state.standbys))


MOVES: Moves = {
    StandbyFixed: _fixed,
    StandbyDrawn: _drawn,
    StandbyMissing: _missing,
    Promoted: _promoted,
    PassedOver: _passed_over,
}
