"""What beside panel and sheets may be under way in a case? Applications, votes, faults, reviews, sites, orders."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.events import Digest, Matter, Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """A bidder's application for a recusal, and how far it is; everything else is in its exhibits."""

    appeal: Digest
    answer: Digest | None = None
    decided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A member's last vote on something."""

    matter: Matter
    about: str
    member: Member
    yes: bool

    @property
    def place(self) -> tuple[Matter, str, Member]:
        """What it is the vote on, and whose."""
        return self.matter, self.about, self.member


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A fault that is not cured yet."""

    since: datetime
    until: datetime  # cured by then, the evaluation simply goes on
    before_start: bool  # scoring had not begun
    lapsed: bool = False  # not cured in time, and on record
    going_on: bool = False  # the tenderee has decided to wait on


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewing:
    """The review of the scores between totals and reveal."""

    until: datetime
    span: timedelta  # what every further step adds at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """The draw of guest sites: how many, each party's sealed seed, the committed choices, the one drawn."""

    guests: int
    pledges: tuple[tuple[str, str], ...] = ()
    choices: Digest | None = None
    count: int = 0
    ticket: str = ""
    drawn: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glass:
    """One break-glass order: who gave it, who confirmed it, what came of it."""

    order: Digest  # exhibit: case number and reason
    slot: int
    by: str
    second: str = ""
    confirmed: Digest | None = None  # hash of the confirming entry: what custodians act on
    opening: Digest | None = None
    resumed: bool = False

    @property
    def over(self) -> bool:
        """Another order may be given: this one was never confirmed, or the evaluation has been resumed."""
        return self.resumed or self.confirmed is None
