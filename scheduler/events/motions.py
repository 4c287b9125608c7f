"""What members of a panel vote on, each for the own part, by statement and majority."""

from dataclasses import dataclass
from enum import StrEnum

from scheduler.events.ids import Digest, Member


class Matter(StrEnum):
    """What a vote is about."""

    TIME = "time"  # the time is too short (条例 48): more than a third extend it
    DISPUTE = "dispute"  # members disagree (重庆市招标投标条例 34): statements, then the majority
    ABNORMAL = (
        "abnormal"  # one member's scoring is abnormal (重庆市招标投标条例 32): more than half ask for reasons
    )
    WEAK = "weak"  # the reasons do not suffice: more than half replace the scores
    DONE = "done"  # nothing (more) to say in the review of the scores
    REJECT = "reject"  # a bid fails the qualification (01) or compliance (02) check: more than half


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """A member's vote; the last one counts. `statement` (exhibit) in the member's own words.

    `about`: the member for `abnormal` and `weak`, `slot/code` for `reject`, for `dispute` the digest of the
    statement that raised it; else empty.
    """

    member: Member
    matter: Matter
    yes: bool
    about: str = ""
    statement: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Everybody has voted on a dispute: the simple majority stands."""

    about: Digest
    yes: int
    no: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """The evaluation ends later: because more than a third of the members asked for it, or after a fault."""

    ends: str  # RFC 3339, UTC
