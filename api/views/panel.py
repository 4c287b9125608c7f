"""What does the supervisor see of a panel beside its draw: steps of the ladder, applications for recusal?"""

from dataclasses import dataclass
from datetime import datetime

from api.services.office import Dossier
from api.services.recusing import pending
from api.views.gate import shows
from scheduler.appointing import approver_of
from scheduler.errors import Refused
from scheduler.events import AppointmentApproved, RelaxAsked, Relaxed
from scheduler.exhibits import Reply
from scheduler.limits import Words
from scheduler.model import Role
from scheduler.phases import may
from scheduler.relaxing import step_of
from scheduler.sight import Datum
from scheduler.state import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedStep:
    """A step of the ladder that waits for this desk's signature."""

    id: str = shows(Datum.LOG)
    says: Words = shows(Datum.LOG)
    reason: str = shows(Datum.LOG)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenStep:
    """A step that was signed: by whom, when and why."""

    id: str = shows(Datum.LOG)
    says: Words = shows(Datum.LOG)
    signer: Role = shows(Datum.LOG)
    at: datetime = shows(Datum.LOG)
    reason: str = shows(Datum.LOG)


def asked_step(case: Dossier, lines: list[Entry]) -> AskedStep | None:
    """What the supervisor is asked to sign now; None: nothing, or it is for somebody else."""
    if not case.state.asked:
        return None
    step = step_of(case.pack.ladder, case.state.asked)
    if step.approver is not Role.SUPERVISOR:
        return None
    event = next(line.event for line in reversed(lines) if isinstance(line.event, RelaxAsked))
    return AskedStep(id=step.id, says=step.says, reason=event.reason)


def taken_steps(case: Dossier, lines: list[Entry]) -> tuple[TakenStep, ...]:
    """Every signed step, in order."""
    return tuple(
        TakenStep(
            id=line.event.step,
            says=step_of(case.pack.ladder, line.event.step).says,
            signer=line.role,
            at=line.at,
            reason=line.event.reason,
        )
        for line in lines
        if isinstance(line.event, Relaxed)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAppeal:
    """A bidder's application that waits for a decision; the person by pseudonym, if the person sits."""

    digest: str = shows(Datum.CONFLICT_FACTS)
    person: str = shows(Datum.CONFLICT_FACTS)
    sits: bool = shows(Datum.CONFLICT_FACTS)
    says: str = shows(Datum.CONFLICT_FACTS)
    admits: bool | None = shows(Datum.CONFLICT_FACTS)  # None: not answered
    answer: str = shows(Datum.CONFLICT_FACTS)


def open_appeals(case: Dossier) -> tuple[OpenAppeal, ...]:
    """Every application without a decision, oldest first."""
    found = []
    for each, body in pending(case):
        reply = case.body(each.answer, Reply) if each.answer else None
        sitting = case.state.sitting(body.member)
        row = OpenAppeal(
            digest=each.appeal,
            person=body.member,
            sits=sitting is not None and sitting.sits,
            says=body.says,
            admits=reply.admits if reply else None,
            answer=reply.says if reply else "",
        )
        found.append(row)
    return tuple(found)


def may_approve(case: Dossier) -> bool | None:
    """True while the supervisor may put an approval of direct appointment on file; None otherwise."""
    if case.state.approval is not None or may(Role.SUPERVISOR, AppointmentApproved, case.state.phase):
        return None
    try:
        return approver_of(case.pack) is Role.SUPERVISOR or None
    except Refused:
        return None
