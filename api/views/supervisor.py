"""What does the supervisor 监督 see: how the panel came about, recomputed line by line?"""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from api.views.beacon import PulseWait
from api.views.deposit import SeedDesk
from api.views.fairness import Compared
from api.views.gate import shows
from api.views.glass import GlassCard
from api.views.panel import AskedStep, OpenAppeal, TakenStep
from scheduler.events import Out
from scheduler.limits import Words
from scheduler.model import LotId, Role
from scheduler.sight import Datum
from scheduler.state import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisedLot:
    """One line of the supervisor's list."""

    lot: LotId = shows(Datum.SCHEDULE)
    project: str = shows(Datum.PROJECT)
    phase: Phase = shows(Datum.SCHEDULE)
    starts: datetime = shows(Datum.SCHEDULE)
    wanted: int = shows(Datum.PANEL_SIZE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorLots:
    """All lots under this supervisor's eyes."""

    lots: tuple[SupervisedLot, ...] = shows(Datum.SCHEDULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """How many of the pool the lottery left out, each under one rule; `title` has no facts of a person."""

    rule: str = shows(Datum.POOL)
    title: Words = shows(Datum.POOL)
    law: str = shows(Datum.POOL)
    count: int = shows(Datum.POOL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """Of so many people at most so many could be drawn in a round, for the sake of other lots (F6)."""

    round: int = shows(Datum.POOL)
    people: int = shows(Datum.POOL)
    most: int = shows(Datum.POOL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A lot in the same hours; `waits`: places were kept for it; `cancelled`: in vain."""

    lot: LotId = shows(Datum.SCHEDULE)
    waits: bool = shows(Datum.POOL)
    cancelled: bool = shows(Datum.SCHEDULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """From the frozen pool to the drawn panel, with the chances that the lottery published."""

    pool: int = shows(Datum.POOL)
    eligible: int = shows(Datum.LOTTERY)
    drawn: int = shows(Datum.LOTTERY)
    smallest: Fraction = shows(Datum.LOTTERY)
    largest: Fraction = shows(Datum.LOTTERY)
    gini: Fraction = shows(Datum.LOTTERY)
    bound: Fraction = shows(Datum.LOTTERY)  # no lottery over lawful panels can give everybody more
    scarce: tuple[Words, ...] = shows(Datum.POOL, default=())  # fewer candidates than three for a seat
    aside: tuple[Aside, ...] = shows(Datum.POOL, default=())  # people left for other lots
    others: tuple[Other, ...] = shows(Datum.POOL, default=())  # lots in the same hours
    excluded: tuple[Excluded, ...] = shows(Datum.POOL)

    def share(self, count: int, width: int) -> int:
        """Length of a bar of `count`, of `width` for the pool; never invisible while there is one."""
        return max(3, round(width * count / self.pool)) if count and self.pool else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of the draw: how many left before it and why (none: the first draw), how many joined."""

    number: int = shows(Datum.OUTS)
    at: datetime = shows(Datum.OUTS)
    left: tuple[tuple[Out, int], ...] = shows(Datum.OUTS)
    joined: int = shows(Datum.OUTS)
    standby: int | None = shows(Datum.OUTS, default=None)  # the rank it was drawn for; None: for the panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """A stand-by by pseudonym: `how` it stands (a word of [page.reserve]), and the rules it was passed over by."""

    rank: int = shows(Datum.PANEL)
    pseudonym: str = shows(Datum.PANEL)
    speciality: str = shows(Datum.PANEL)
    how: str = shows(Datum.OUTS)
    passed: tuple[str, ...] = shows(Datum.OUTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One seat of the panel by pseudonym."""

    pseudonym: str = shows(Datum.PANEL)
    speciality: str | None = shows(Datum.PANEL)  # None: owner representative
    site: str = shows(Datum.PANEL)
    round: int = shows(Datum.PANEL)
    name: str | None = shows(Datum.EXPERT_NAMES, default=None)  # once the expert-identity key is open


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A custody key: `what` it seals (a word of [page.sealed]), its public key, and when it was opened."""

    what: str = shows(Datum.LOG)
    number: str = shows(Datum.LOG)  # of the round; empty: one key for the lot
    key: str = shows(Datum.LOG)
    opened_at: datetime | None = shows(Datum.LOG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A custodian's signed no. `proven`: two entries with the log's own signatures contradict each other."""

    custodian: str = shows(Datum.LOG)
    thing: Words = shows(Datum.LOG)  # what the key seals
    at: datetime = shows(Datum.LOG)
    why: Words = shows(Datum.LOG)
    signature: str = shows(Datum.LOG)
    proven: bool = shows(Datum.LOG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event of the case: its place in the chain, its kind (a class of scheduler.events) and its digest.

    `reason` and `room_for` are told of a move: why, and for which urgent lot.
    """

    seq: int = shows(Datum.LOG)
    at: datetime = shows(Datum.LOG)
    kind: str = shows(Datum.LOG)
    role: Role = shows(Datum.LOG)
    digest: str = shows(Datum.LOG)
    reason: str = shows(Datum.LOG, default="")
    room_for: str | None = shows(Datum.LOG, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One numbered step of the offline verifier."""

    number: int = shows(Datum.LOG)
    name: Words = shows(Datum.LOG)
    state: str = shows(Datum.LOG)  # holds | broken | not yet revealed
    says: Words = shows(Datum.LOG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One run of the verifier over the lot's bundle; `changed_line` tells of a demo's tampering."""

    result: str = shows(Datum.LOG)  # holds | broken | unreadable | break-glass
    steps: tuple[Step, ...] = shows(Datum.LOG)
    at: datetime = shows(Datum.LOG)
    changed_line: int | None = shows(Datum.LOG, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorTranscript:
    """The whole transcript; `funnel` is None before the draw, `verdict` None until verify is pressed."""

    lot: LotId = shows(Datum.SCHEDULE)
    project: str = shows(Datum.PROJECT)
    phase: Phase = shows(Datum.SCHEDULE)
    published: bool = shows(Datum.SCHEDULE)  # bundles leave the house from then on
    history: tuple[Entry, ...] = shows(Datum.LOG)
    funnel: Funnel | None = shows(Datum.LOTTERY)
    rounds: tuple[Round, ...] = shows(Datum.OUTS)
    panel: tuple[Member, ...] = shows(Datum.PANEL)
    reserves: tuple[Reserve, ...] = shows(Datum.PANEL, default=())
    sealed: tuple[Sealed, ...] = shows(Datum.LOG)
    verdict: Verdict | None = shows(Datum.LOG)
    compared: Compared | None = shows(Datum.LOTTERY, default=None)  # on request
    kept_in: tuple[LotId, ...] = shows(Datum.SCHEDULE, default=())  # draws that had kept places for this lot
    pulse: PulseWait | None = shows(Datum.SCHEDULE, default=None)
    seeds: SeedDesk | None = shows(Datum.OWN_SEEDS, default=None)
    extend: int = shows(Datum.SCHEDULE, default=0)  # rounds the supervisor may add now; 0: none are needed
    asked: AskedStep | None = shows(Datum.LOG, default=None)
    steps: tuple[TakenStep, ...] = shows(Datum.LOG, default=())
    may_approve: bool | None = shows(
        Datum.LOG, default=None
    )  # a direct appointment, with the authority's consent
    appeals: tuple[OpenAppeal, ...] = shows(Datum.CONFLICT_FACTS, default=())
    refusals: tuple[Refusal, ...] = shows(Datum.LOG, default=())
    glass: GlassCard | None = shows(Datum.GLASS, default=None)
    may_name: bool | None = shows(Datum.EXPERT_NAMES, default=None)  # the expert-identity key may be opened
