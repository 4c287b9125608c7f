"""Bids and bidders joined, report, archive, cancellation."""

from dataclasses import dataclass

from scheduler.events.ids import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed:
    """Slot and bidder are joined."""

    identities: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """The evaluation report, ranked."""

    report: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """Publicity is over and the winner is determined."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """The attempt ends without a result; a new one must name this one."""

    reason: str
    unlawful: bool = (
        False  # the panel was unlawfully formed: its members are out of the next attempt (条例 70)
    )
