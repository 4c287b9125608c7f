"""How a stand-by is drawn, and what becomes of it when a seat falls open (D6)."""

from dataclasses import dataclass

from scheduler.events.drawing import Seated
from scheduler.events.ids import Digest, Member


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyFixed:
    """The lottery of a stand-by round, committed before its seeds are opened.

    Drawn while the panel is complete: everybody has the same chance who would complete it in place of at least one
    member of `role`. `rank`: from 1, in the order in which stand-bys are used.
    """

    round: int
    rank: int
    role: int  # place in the request's seats
    lottery: Digest
    kept: tuple[Member, ...]
    out: tuple[Member, ...]
    elsewhere: Digest | None = None  # what other lots in the same hours mean; None: there are none
    pulse: int | None = None  # of the booking's beacon, not due yet; its value goes into the ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyDrawn:
    """The ticket of a stand-by round and the one whom it adds; no workstation yet."""

    round: int
    ticket: str  # 32 bytes, hexadecimal
    members: tuple[Seated, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyMissing:
    """Nobody would complete the panel in place of a member of the role: that rank stays empty."""

    round: int  # that would have been
    rank: int
    role: int
    rules: tuple[str, ...]
    elsewhere: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A waiting stand-by with whom the panel would break this rule."""

    member: Member
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted:
    """The first stand-bys in rank order who together complete the panel take the open seats.

    `passed`: those of a lower rank who wait and do not fit. `seating`: exhibit with the workstations.
    """

    members: tuple[Member, ...]
    passed: tuple[Passed, ...]
    seating: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """No stand-by who waits completes the panel: the next ordinary round goes on; each with the rule against it."""

    passed: tuple[Passed, ...]
