"""How recusal by word changes a panel."""

from dataclasses import replace

from scheduler.errors import Refused
from scheduler.events import AppealAnswered, AppealDecided, AppealFiled, Declared, Digest, Out, Withdrew
from scheduler.pending import Appeal
from scheduler.state import Entry, State
from scheduler.transitions.demands import Moves, change, demand, own


def _declared(state: State, entry: Entry, event: Declared) -> State:
    own(entry, event.member)
    sitting = state.sitting(event.member)
    if sitting is None or not sitting.sits:
        raise Refused("not_a_member")
    demand(bool(sitting.key), "not_checked_in")
    demand(event.member not in state.declared, "declared_before")
    return replace(state, declared=(*state.declared, event.member))


def _withdrew(state: State, entry: Entry, event: Withdrew) -> State:
    own(entry, event.member)
    demand(state.round_under_way() is None, "round_under_way")
    sitting = state.sitting(event.member)
    demand(sitting is None or sitting.role is not None, "owner_stays")
    return change(state, event.member, out=Out.RECUSED)


def _filed(state: State, entry: Entry, event: AppealFiled) -> State:
    return replace(state, appeals=(*state.appeals, Appeal(appeal=event.appeal)))


def _open(state: State, appeal: Digest) -> Appeal:
    found = next((each for each in state.appeals if each.appeal == appeal), None)
    if found is None:
        raise Refused("application_unknown")
    demand(not found.decided, "application_decided")
    return found


def _changed(state: State, old: Appeal, new: Appeal) -> State:
    return replace(state, appeals=tuple(new if each is old else each for each in state.appeals))


def _answered(state: State, entry: Entry, event: AppealAnswered) -> State:
    found = _open(state, event.appeal)
    demand(found.answer is None, "answered_before")
    return _changed(state, found, replace(found, answer=event.answer))


def _decided(state: State, entry: Entry, event: AppealDecided) -> State:
    found = _open(state, event.appeal)
    demand(state.round_under_way() is None, "round_under_way")
    after = _changed(state, found, replace(found, decided=True))
    if event.member is None:
        return after
    demand(event.upheld, "rule_missing")
    sitting = state.sitting(event.member)
    demand(sitting is None or sitting.role is not None, "owner_stays")
    return change(after, event.member, out=Out.RECUSED)


MOVES: Moves = {
    Declared: _declared,
    Withdrew: _withdrew,
    AppealFiled: _filed,
    AppealAnswered: _answered,
    AppealDecided: _decided,
}
