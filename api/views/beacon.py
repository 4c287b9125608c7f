"""For which pulse of a beacon does a draw wait, and since when may the supervisor sign that it did not come?"""

from dataclasses import dataclass
from datetime import datetime

from api.views.gate import shows
from scheduler.beacon import due_at, missed_from
from scheduler.sight import Datum
from scheduler.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseWait:
    """The pulse that a committed lottery has named and that is not on record yet."""

    beacon: str = shows(Datum.SCHEDULE)
    pulse: int = shows(Datum.SCHEDULE)
    due: datetime = shows(Datum.SCHEDULE)
    missed: datetime = shows(Datum.SCHEDULE)  # from then on it counts as missed


def pulse_wait(state: State) -> PulseWait | None:
    """None while no draw waits for a beacon."""
    under_way, beacon = state.round_under_way(), state.beacon
    pulse = under_way.awaits if under_way else None
    if beacon is None or pulse is None:
        return None
    return PulseWait(
        beacon=beacon.id, pulse=pulse, due=due_at(beacon, pulse), missed=missed_from(beacon, pulse)
    )
