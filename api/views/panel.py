"""What does the supervisor see of a panel beside its draw: steps of the ladder, asked for and signed?"""

from dataclasses import dataclass
from datetime import datetime

from api.services.office import Dossier
from api.views.gate import shows
from scheduler.events import RelaxAsked, Relaxed
from scheduler.limits import Words
from scheduler.model import Role
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
