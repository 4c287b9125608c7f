"""How long may a fault of a venue last, and who decides when it lasts longer? (domain §2, failure clocks)"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scheduler.packshape import Pack, Times
from scheduler.state import ORDER, Phase


class Stage(StrEnum):
    """Where a lot stands whose venue has failed."""

    WAIT = "wait"  # before or shortly after the planned start: may wait for the cure
    DECIDE = "decide"  # not cured in time after the planned start: the tenderee decides
    CURE = "cure"  # during the evaluation: cured in time, it goes on
    ANEW = "anew"  # not cured in time: materials sealed, a new panel, evaluated anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The stage now, and until when it lasts; None: nothing runs any more, people must act."""

    stage: Stage
    until: datetime | None


def fault_clock(pack: Pack, phase: Phase, starts: datetime, since: datetime, now: datetime) -> Clock:
    """The clock of a fault that began at `since`, for a lot planned to start at `starts`."""
    until = cure_by(phase, starts, since, pack.times)
    running, over = (Stage.CURE, Stage.ANEW) if _scoring(phase) else (Stage.WAIT, Stage.DECIDE)
    return Clock(stage=running, until=until) if now <= until else Clock(stage=over, until=None)


def cure_by(phase: Phase, starts: datetime, since: datetime, times: Times) -> datetime:
    """Until when a fault that begins at `since` may be cured and the evaluation simply go on."""
    if _scoring(phase):
        return since + timedelta(minutes=times.fault_cure_minutes)
    return max(starts, since) + timedelta(minutes=times.fault_wait_minutes)


def _scoring(phase: Phase) -> bool:
    return phase in ORDER and ORDER.index(phase) >= ORDER.index(Phase.F3)
