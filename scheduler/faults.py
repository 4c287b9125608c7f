"""How long may a fault of a venue last, and who decides when it lasts longer? (domain §2, failure clocks)"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scheduler.packshape import Pack
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
    if phase in ORDER and ORDER.index(phase) >= ORDER.index(Phase.F3):
        until = since + timedelta(minutes=pack.times.fault_cure_minutes)
        return Clock(stage=Stage.CURE, until=until) if now <= until else Clock(stage=Stage.ANEW, until=None)
    until = starts + timedelta(minutes=pack.times.fault_wait_minutes)
    return Clock(stage=Stage.WAIT, until=until) if now <= until else Clock(stage=Stage.DECIDE, until=None)
