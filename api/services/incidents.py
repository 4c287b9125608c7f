"""Which verb stands behind each button of a lot's page for what goes wrong, and which are due now?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar

from api.actor import Actor
from api.services import attempts, cancelling, extending, pausing, voiding
from api.services.office import Office, open_case
from api.services.reasons import given
from api.store import journal
from scheduler.attempts import demand_over, lot_of
from scheduler.errors import Refused
from scheduler.events import Cancelled, Cause, Ground, Matter, Member, Void
from scheduler.exhibits import Finding
from scheduler.model import LotId, Role
from scheduler.motions import carried
from scheduler.phases import may
from scheduler.rules.day import SHANGHAI
from scheduler.state import Phase, State

K = TypeVar("K", bound=StrEnum)


class Incident(StrEnum):
    """What staff do about something that went wrong."""

    INTERRUPT = "interrupt"
    RESUME = "resume"
    EXTEND = "extend"
    UNLAWFUL = "unlawful"  # cancel because the panel was unlawfully formed
    AGAIN = "again"  # book the next attempt
    ENDORSE = "endorse"
    EXCLUDE = "exclude"
    ANNUL = "annul"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What was typed; empty where the form has no such field. Moments are local ones, `2026-12-01T09:00`."""

    reason: str = ""
    kind: str = ""  # cause, ground, why, or the decision
    member: str = ""
    feed: str = ""
    dated: str = ""
    starts: str = ""
    ends: str = ""


def offers(office: Office, role: Role, state: State) -> tuple[Incident, ...]:
    """What this role may do about this lot now."""
    if role is Role.OPERATOR:
        return _operators(office, state)
    if role is Role.SITE:
        return _faults(state)
    if role is Role.TENDEREE:
        waits = state.pause is not None and state.pause.lapsed and state.pause.before_start
        return (Incident.DECIDE,) if waits else ()
    found = []
    if state.cancelled is not None and state.endorsed is None:
        found.append(Incident.ENDORSE)
    if state.phase in (Phase.F2, Phase.F3):
        found.append(Incident.EXCLUDE)
    if state.phase in (Phase.F6, Phase.F7) and state.annulled is None:
        found.append(Incident.ANNUL)
    return tuple(found)


def _operators(office: Office, state: State) -> tuple[Incident, ...]:
    found = list(_faults(state))
    if carried(state, Matter.TIME) or state.delayed:
        found.append(Incident.EXTEND)
    if may(Role.OPERATOR, Cancelled, state.phase) is None and state.rounds:
        found.append(Incident.UNLAWFUL)
    if _next_may_begin(office, state):
        found.append(Incident.AGAIN)
    return tuple(found)


def _faults(state: State) -> tuple[Incident, ...]:
    if state.phase not in (Phase.F1, Phase.F2, Phase.F3):
        return ()
    return (Incident.INTERRUPT if state.pause is None else Incident.RESUME,)


def _next_may_begin(office: Office, state: State) -> bool:
    try:
        demand_over(state)
    except Refused:
        return False
    with office.db.reading() as session:
        return not journal.exists(session, lot_of(state.lot, state.attempt + 1))


def handle(office: Office, actor: Actor, lot: LotId, incident: Incident, form: Form) -> State:
    """Do it. Raises Refused, also for a form that was not filled in ("form_incomplete")."""
    open_case(office, lot)
    return _VERBS[incident](office, actor, lot, form)


def _interrupt(office: Office, actor: Actor, lot: LotId, form: Form) -> State:
    return pausing.interrupt(office, actor, lot, _one_of(Cause, form.kind), given(form.reason))


def _extend(office: Office, actor: Actor, lot: LotId, form: Form) -> State:
    return extending.extend(office, actor, lot, _moment(form.ends))


def _unlawful(office: Office, actor: Actor, lot: LotId, form: Form) -> State:
    return cancelling.cancel(office, actor, lot, given(form.reason), unlawful=True)


def _again(office: Office, actor: Actor, lot: LotId, form: Form) -> State:
    return attempts.again(office, actor, lot, _moment(form.starts), _moment(form.ends))


def _exclude(office: Office, actor: Actor, lot: LotId, form: Form) -> State:
    return voiding.exclude(office, actor, lot, Member(form.member), _one_of(Void, form.kind), _finding(form))


def _annul(office: Office, actor: Actor, lot: LotId, form: Form) -> State:
    member = Member(form.member) if form.member else None
    return attempts.annul(office, actor, lot, _one_of(Ground, form.kind), _finding(form), member)


def _decide(office: Office, actor: Actor, lot: LotId, form: Form) -> State:
    if form.kind not in ("wait", "end"):
        raise Refused("form_incomplete")
    return pausing.decide(office, actor, lot, go_on=form.kind == "wait")


_VERBS: dict[Incident, Callable[[Office, Actor, LotId, Form], State]] = {
    Incident.INTERRUPT: _interrupt,
    Incident.RESUME: lambda office, actor, lot, _: pausing.resume(office, actor, lot),
    Incident.EXTEND: _extend,
    Incident.UNLAWFUL: _unlawful,
    Incident.AGAIN: _again,
    Incident.ENDORSE: lambda office, actor, lot, _: attempts.endorse(office, actor, lot),
    Incident.EXCLUDE: _exclude,
    Incident.ANNUL: _annul,
    Incident.DECIDE: _decide,
}


def _finding(form: Form) -> Finding:
    try:
        dated = date.fromisoformat(form.dated) if form.dated else None
    except ValueError:
        raise Refused("form_incomplete") from None
    return Finding(says=given(form.reason), feed=form.feed.strip()[:100], dated=dated)


def _one_of(kind: type[K], value: str) -> K:
    if value not in [each.value for each in kind]:
        raise Refused("form_incomplete")
    return kind(value)


def _moment(text: str) -> datetime:
    """A local moment of a form, as UTC."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("form_incomplete") from None
    if local.tzinfo is not None:
        raise Refused("form_incomplete")
    return local.replace(tzinfo=SHANGHAI).astimezone(UTC)
