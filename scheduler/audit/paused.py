"""Do the clocks of faults follow the pack?"""

from datetime import datetime, timedelta

from crypto.errors import Broken
from scheduler.audit.case import AuditCase
from scheduler.events import Interrupted
from scheduler.packshape import Times
from scheduler.state import Phase, State

SLACK = timedelta(minutes=1)  # the clock was read before the entry was written


def cure_by(state: State, at: datetime, times: Times) -> datetime:
    """Until when a fault that begins at `at` may be cured and the evaluation simply go on."""
    if state.phase is Phase.F3:
        return at + timedelta(minutes=times.fault_cure_minutes)
    return max(state.starts, at) + timedelta(minutes=times.fault_wait_minutes)


def clocks(case: AuditCase, times: Times) -> None:
    """Raises Broken when a fault was given another time than the pack's."""
    for state, entry in case.moments:
        if not isinstance(entry.event, Interrupted) or state is None:
            continue
        early = cure_by(state, entry.at, times) - datetime.fromisoformat(entry.event.until)
        if not timedelta(0) <= early <= SLACK:
            raise Broken(f"entry {entry.seq}: a fault was given another time than the pack says")
