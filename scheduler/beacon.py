"""Which pulse of a beacon is due when? Whole numbers of periods from its first; no secret, no network.

The value of a pulse that is due after a commitment is unknown to whoever commits, so the commitment may name it: a
party that knew every seed beforehand would still not know the ticket (lottery.md §3, ADR 0024).
"""

from datetime import datetime, timedelta

from scheduler.events.beacon import Named
from scheduler.packshape import Pack

AFTER = 2  # pulses among which a commitment may choose: whoever takes long to record it must not be refused


def named(pack: Pack) -> Named | None:
    """The pack's beacon as a booking fixes it; None where tickets come from the seeds alone."""
    if pack.beacon is None:
        return None
    told = pack.beacon
    return Named(
        id=told.id,
        key=told.key,
        genesis=told.genesis.isoformat(),
        period_seconds=told.period_seconds,
        lead_seconds=told.lead_seconds,
        wait_minutes=told.wait_minutes,
        without=told.without == 1,
    )


def due_at(beacon: Named, pulse: int) -> datetime:
    """When a pulse (counted from 1) is due, UTC."""
    return datetime.fromisoformat(beacon.genesis) + (pulse - 1) * timedelta(seconds=beacon.period_seconds)


def first_after(beacon: Named, at: datetime) -> int:
    """The first pulse that is due at least the beacon's lead after a moment."""
    earliest = at + timedelta(seconds=beacon.lead_seconds)
    passed = earliest - datetime.fromisoformat(beacon.genesis)
    periods = -(-passed // timedelta(seconds=beacon.period_seconds))  # rounded up
    return max(1, periods + 1)


def may_name(beacon: Named, pulse: int | None, at: datetime) -> bool:
    """Whether something recorded at a moment may name this pulse: it does not exist yet, and is not far away."""
    first = first_after(beacon, at)
    return pulse is not None and first <= pulse < first + AFTER


def missed_from(beacon: Named, pulse: int) -> datetime:
    """From when on a pulse that has not come counts as missed."""
    return due_at(beacon, pulse) + timedelta(minutes=beacon.wait_minutes)
