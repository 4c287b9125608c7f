"""How coming, leaving and recusal change a panel."""

from dataclasses import replace

from scheduler.awaiting import asked_since
from scheduler.events import Accepted, CheckedIn, Left, Out, Rechecked
from scheduler.model import Role
from scheduler.state import Entry, State
from scheduler.transitions import standby
from scheduler.transitions.demands import Moves, change, demand, own


def _accepted(state: State, entry: Entry, event: Accepted) -> State:
    if state.standby(event.member):
        return standby.accepted(state, entry, event)
    own(entry, event.member)
    sitting = state.sitting(event.member)
    demand(sitting is None or not sitting.accepted, "accepted_twice")
    return change(state, event.member, accepted=True, answered=entry.at)


def _left(state: State, entry: Entry, event: Left) -> State:
    if state.standby(event.member):
        return standby.left(state, entry, event)
    own(entry, event.member)
    demand(event.why not in (Out.RECUSED, Out.VOIDED), "recheck_only")
    demand((event.why is Out.DECLINED) == (entry.role is Role.EXPERT), "role", why=event.why)
    barred = event.why is Out.BARRED
    demand(not barred or entry.role is Role.SYSTEM, "role", why=event.why)
    demand(barred == bool(event.rule) == (event.evidence is not None), "rule_missing")
    demand(state.round_under_way() is None, "round_under_way")
    demand(not event.proof or event.why is Out.DECLINED, "proof_of_nothing")
    sitting = state.sitting(event.member)
    demand(sitting is None or sitting.role is not None, "owner_stays")
    if event.why is Out.SILENT and sitting:
        demand(not sitting.accepted, "accepted_before")
        demand(asked_since(state, sitting) is not None, "not_delivered")
    if event.why is not Out.ABSENT and sitting:
        demand(not sitting.key, "checked_in_before")
    return change(state, event.member, out=event.why)


def _rechecked(state: State, entry: Entry, event: Rechecked) -> State:
    demand(state.evidence is None, "recheck_twice")
    owners = {m.member for m in state.current() if m.role is None}
    gone = sum(1 for recused in event.recused if recused.member in owners)
    demand(gone in (0, len(owners)), "owner_stays")
    demand(sum(event.added) == gone and len(event.added) == (len(state.seats) if gone else 0), "S0")
    demand(all(n >= 0 for n in event.added), "S0")
    seats = tuple(map(sum, zip(state.seats, event.added, strict=True))) if gone else state.seats
    after = replace(state, evidence=event.evidence, seats=seats)
    for recused in event.recused:
        after = change(after, recused.member, out=Out.RECUSED)
    return after


def _checked_in(state: State, entry: Entry, event: CheckedIn) -> State:
    demand(state.evidence is not None, "recheck_missing")
    sitting = state.sitting(event.member)
    if sitting is not None:
        demand(sitting.accepted, "not_accepted")
        demand(not sitting.key, "checked_in_before")
    demand(event.key not in [m.key for m in state.members], "key_twice")
    return change(state, event.member, key=event.key)


MOVES: Moves = {
    Accepted: _accepted,
    Left: _left,
    Rechecked: _rechecked,
    CheckedIn: _checked_in,
}
