"""A booked lot gets another window or other sites, before anybody is drawn for it."""

from dataclasses import dataclass

from scheduler.events.ids import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The amended request differs from the one before in window and sites only; `reason` says why."""

    request: Digest
    starts: str  # RFC 3339, UTC
    ends: str
    reason: str
