"""Recusal by word: the member's own, and a bidder's application with the person's answer and a decision."""

from dataclasses import dataclass

from scheduler.events.ids import Digest, Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A member who stands at the site and has seen who bids declares to know of no relation."""

    member: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrew:
    """A member recuses in person before blinding; `ground` is the exhibit with the member's words."""

    member: Member
    ground: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealFiled:
    """A bidder has applied in writing for somebody's recusal; whose, and why, is in the exhibit alone."""

    appeal: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealAnswered:
    """The person named has answered. Recorded without a pseudonym: it would tell the applicant who sits."""

    appeal: Digest
    answer: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDecided:
    """Upheld or not, with grounds in `evidence`. `member`: who leaves by it; None when nobody who sits does."""

    appeal: Digest
    upheld: bool
    evidence: Digest
    member: Member | None = None
