"""A booked lot gets another window or other sites, before anybody is drawn for it."""

from dataclasses import dataclass

from scheduler.events.ids import Digest
from scheduler.model import LotId


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The amended request differs from the one before in window and sites only; `reason` says why.

    `room_for`: the green-channel lot that took its place; None: seats were lost.
    """

    request: Digest
    starts: str  # RFC 3339, UTC
    ends: str
    reason: str
    room_for: LotId | None = None
