"""What stands behind a review: whose scores gave way to the mean of the others, why, and what they were."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from scheduler.events import Member


class Gave(StrEnum):
    """Why a member's scores gave way."""

    REFUSED = "refused"  # no reasons were given
    WEAK = "weak"  # more than half found the reasons insufficient


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotScores:
    """One slot: the member's own sum, and the mean of the others that took its place."""

    slot: int
    own: Decimal
    others: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """One member whose scores gave way."""

    member: Member
    why: Gave
    ayes: int  # members who found the scoring abnormal
    scores: tuple[SlotScores, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The written statement on a review (重庆市招标投标条例 32)."""

    replacements: tuple[Replacement, ...]
