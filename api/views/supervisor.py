"""What does the supervisor 监督 see: how the panel came about, recomputed line by line?"""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from scheduler.model import LotId


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisedLot:
    """One line of the supervisor's list."""

    lot: LotId
    project: str
    phase: str
    starts: datetime
    rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorLots:
    """All lots under this supervisor's eyes."""

    lots: tuple[SupervisedLot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """How many of the pool a rule alone kept out; `title` has no facts of a person."""

    rule: str
    title: str
    law: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """From the frozen pool to the drawn panel, with the chances that the lottery published."""

    pool: int
    eligible: int
    drawn: int
    smallest: Fraction
    largest: Fraction
    excluded: tuple[Excluded, ...]

    def share(self, count: int, width: int) -> int:
        """Length of a bar of `count`, of `width` for the pool; never invisible while there is one."""
        return max(3, round(width * count / self.pool)) if count and self.pool else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of the draw: `reason` is a word of [page.reason]."""

    number: int
    at: datetime
    reason: str
    left: int
    joined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One seat of the panel by pseudonym."""

    pseudonym: str
    speciality: str
    site: str
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A sealed thing: `what` a word of [page.sealed], the digest that stands for it, and whether it is open."""

    what: str
    digest: str
    opened_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event of the case: its place in the chain, its kind (a word of [page.event]) and its digest."""

    seq: int
    at: datetime
    kind: str
    actor: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One numbered step of the offline verifier."""

    number: int
    name: str
    state: str  # holds | broken | not yet revealed
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One run of the verifier over the lot's bundle; `changed_line` tells of a demo's tampering."""

    result: str  # holds | broken | unreadable | break-glass
    steps: tuple[Step, ...]
    at: datetime
    changed_line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorTranscript:
    """The whole transcript; `funnel` is None before the draw, `verdict` None until verify is pressed."""

    lot: LotId
    project: str
    phase: str
    history: tuple[Entry, ...]
    funnel: Funnel | None
    rounds: tuple[Round, ...]
    panel: tuple[Member, ...]
    sealed: tuple[Sealed, ...]
    verdict: Verdict | None
