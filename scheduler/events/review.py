"""The review of the scores between totals and reveal: reasons asked, scores replaced, totals made final."""

from dataclasses import dataclass

from scheduler.events.ids import Digest, Member


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewBegun:
    """Members may say whose scoring is abnormal until then (重庆市招标投标条例 32); the pack says how long."""

    until: str  # RFC 3339, UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A member's written reasons for scores that more than half find abnormal; None: reasons are refused."""

    member: Member
    reasons: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """The review is over. `totals` without the scores of `replaced` members; the old ones stay on record.

    `record` (exhibit): whose scores gave way, why, and what they were; there when anybody's did.
    """

    replaced: tuple[Member, ...]
    totals: Digest
    record: Digest | None = None
