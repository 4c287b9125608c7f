"""Do the clocks of faults follow the pack?"""

from datetime import datetime, timedelta

from crypto.errors import Broken
from scheduler.audit.case import AuditCase
from scheduler.events import Interrupted
from scheduler.faults import cure_by
from scheduler.packshape import Times

SLACK = timedelta(minutes=1)  # the clock was read before the entry was written


def clocks(case: AuditCase, times: Times) -> None:
    """Raises Broken when a fault was given another time than the pack's."""
    for state, entry in case.moments:
        if not isinstance(entry.event, Interrupted) or state is None:
            continue
        early = cure_by(state.phase, state.starts, entry.at, times) - datetime.fromisoformat(
            entry.event.until
        )
        if not timedelta(0) <= early <= SLACK:
            raise Broken(f"entry {entry.seq}: a fault was given another time than the pack says")
