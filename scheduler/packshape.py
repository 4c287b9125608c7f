"""What is a rule pack? Dated numbers with their source, parameters of the draw, and the ladder."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from scheduler.limits import Numbers, Words
from scheduler.model import Category, Mark, Role, RuleId, kinds
from scheduler.rules import key


class Basis(StrEnum):
    """How we know a number; an assumed one prints as assumed in the transcript."""

    READ = "read"
    MEMORY = "memory"
    ASSUMED = "assumed"


class Does(StrEnum):
    """What a step of the ladder changes."""

    PARENT_CODE = "parent_code"  # every seat's code one level up
    NEIGHBOUR_CODE = "neighbour_code"  # two levels up: the codes beside it too
    RAISE = "raise"  # the rule's `most` by `by`
    LOWER = "lower"  # the rule's `least` by `by`
    APPOINT = "appoint"  # direct appointment, no lottery (D2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which projects an entry is about; empty: all of them.

    A category holds for what is part of it too (works for water works). An entry that asks for a budget says
    nothing of a project whose budget nobody knows.
    """

    categories: tuple[Category, ...] = ()  # only these
    excepted: tuple[Category, ...] = ()  # and not these
    budget_least: int | None = None  # yuan, this much or more
    budget_below: int | None = None  # yuan, less than this
    or_marked: tuple[Mark, ...] = ()  # or, whatever the budget, marked as one of these

    def covers(self, category: str, budget: int | None, mark: str = "") -> bool:
        """Whether a project of this category, budget (None: not known) and mark is meant."""
        of = kinds(category)
        if (self.categories and not of.intersection(self.categories)) or of.intersection(self.excepted):
            return False
        if mark and mark in self.or_marked:
            return True
        if self.by_budget and budget is None:
            return False
        known = budget or 0
        return known >= (self.budget_least or 0) and (self.budget_below is None or known < self.budget_below)

    @property
    def by_budget(self) -> bool:
        """Whether the budget decides."""
        return self.budget_least is not None or self.budget_below is not None

    def meets(self, other: "Scope") -> bool:
        """Whether some project is meant by both."""
        ends = {0, *(n for scope in (self, other) for n in (scope.budget_least, scope.budget_below) if n)}
        budgets = (None, *ends)
        return any(
            self.covers(category, budget, mark) and other.covers(category, budget, mark)
            for category in ("", *Category)
            for budget in budgets
            for mark in ("", *Mark)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A rule's numbers from one day to another, both included; `until` None: still in force.

    They are about one `version` of the rule: what the rule means later changes nothing here.
    """

    rule: RuleId
    version: int
    numbers: Mapping[str, Any]
    since: date
    until: date | None
    basis: Basis
    cite: str
    scope: Scope = Scope()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Parameters of a draw."""

    reserve: int  # stand-by rounds run at once
    max_rounds: int  # more need the supervisor's signature
    silence_minutes: int  # no answer counts as declined after this
    max_lead_hours: int  # not earlier than this before the evaluation
    seed_parties: tuple[Role, ...]
    basis: Basis
    cite: str


class AfterGlass(StrEnum):
    """How an evaluation goes on after break-glass."""

    CODES = "new_codes"  # the same panel scores anew under new codes
    PANEL = "new_panel"  # cancelled; the next attempt draws another panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """Who holds shares of a secret and how many of them open it."""

    threshold: int
    holders: tuple[Role, ...]
    basis: Basis
    cite: str
    after_glass: AfterGlass = AfterGlass.CODES


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon:
    """Whose pulses go into every ticket beside the parties' seeds, and what happens when one does not come."""

    id: str
    key: str  # Ed25519, 32 bytes, hexadecimal: what its pulses are signed with
    genesis: datetime  # when pulse 1 is due, UTC
    period_seconds: int
    lead_seconds: int  # from a lottery's commitment to the pulse it names, at least
    wait_minutes: int  # after this a pulse counts as missed
    without: int  # 1: the supervisor may then let the seeds alone decide; 0: a later pulse is named
    basis: Basis
    cite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long things take or wait."""

    checkin_minutes: int  # the gate opens so long before the start
    absent_minutes: int  # who is not there so long after the start is absent
    buffer_minutes: int  # seats stay held before and after the window
    outlier_review_minutes: (
        int  # members may flag abnormal scoring so long after the totals (A5); 0: no review
    )
    fault_wait_minutes: int
    fault_cure_minutes: int
    publicity_days: int
    archive_years: int
    basis: Basis
    cite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """How drawn experts answer and arrive. `signed`: whoever has a long-term key enrolled signs with it."""

    signed: bool
    basis: Basis
    cite: str


UNSIGNED = Answers(signed=False, basis=Basis.ASSUMED, cite="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the relaxation ladder (D4): what it changes, and who must approve it."""

    id: str
    does: Does
    rule: RuleId | None
    by: int
    approver: Role
    says: Words
    basis: Basis
    cite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A rule pack, with its parent's entries where it has none of its own."""

    id: str
    since: date
    name: Words
    entries: tuple[Entry, ...]  # by rule, then since
    draw: Draw
    custody: Custody
    times: Times
    ladder: tuple[Step, ...]
    digest: str  # of everything but this, in canonical form, 64 hexadecimal digits
    beacon: Beacon | None = None  # None: tickets come from the seeds alone
    answers: Answers = UNSIGNED

    def numbers(self, on: date, category: str = "", budget: int | None = None, mark: str = "") -> Numbers:
        """The numbers in force on a day for such a project: what `rules.limits` and `rules.refuse` take."""
        return {
            key(entry.rule, entry.version): entry.numbers
            for entry in self.in_force(on)
            if entry.scope.covers(category, budget, mark)
        }

    def asks_budget(self, on: date, category: str) -> bool:
        """Whether a number in force for this category depends on the budget."""
        return any(
            entry.scope.by_budget
            and replace(entry.scope, budget_least=None, budget_below=None).covers(category, None)
            for entry in self.in_force(on)
        )

    def in_force(self, on: date) -> tuple[Entry, ...]:
        """The entries in force on a day, for whatever project, with basis and citation."""
        return tuple(
            entry
            for entry in self.entries
            if entry.since <= on and (entry.until is None or on <= entry.until)
        )
