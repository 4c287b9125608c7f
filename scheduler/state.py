"""What a case is after its events: one frozen value, made by replay() alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from scheduler.events import (
    Correction,
    Custodian,
    Digest,
    Event,
    Member,
    Named,
    Out,
    PulseTaken,
    Slot,
)
from scheduler.model import LotId, Role
from scheduler.pending import Appeal, Ballot, Glass, Pause, Reviewing, Sites
from scheduler.standby import Standby


class Phase(StrEnum):
    """The life of one evaluation (domain: F0 booked … F7 archived)."""

    F0 = "F0"  # booked
    F1 = "F1"  # drawn, not opened
    F2 = "F2"  # opened, checking in
    F3 = "F3"  # blind scoring
    F4 = "F4"  # scoring closed
    F5 = "F5"  # unblinded
    F6 = "F6"  # report, publicity
    F7 = "F7"  # after award, archive
    CANCELLED = "cancelled"


ORDER = (Phase.F0, Phase.F1, Phase.F2, Phase.F3, Phase.F4, Phase.F5, Phase.F6, Phase.F7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a case's journal; `hash` covers all the rest and the line before."""

    lot: LotId
    seq: int
    at: datetime
    role: Role
    actor: str  # a staff login, a pseudonym, or empty for a due deadline
    event: Event
    previous: Digest
    hash: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A drawn expert or an owner representative, from the draw to the sheet."""

    member: Member
    role: int | None  # place in the request's seats; None: owner representative
    round: int
    since: datetime  # when drawn
    accepted: bool = False
    answered: datetime | None = None  # when accepted; None for owner representatives
    key: str = ""  # verifies sheets; set at check-in
    out: Out | None = None
    versions: int = 0
    sheet: Digest | None = None  # commitment of the latest version
    returned: Correction | None = None  # the sheet is awaited again, put right in this respect
    asked: tuple[Correction, ...] = ()  # every time it was
    appointed: bool = False  # directly (D2), in no lottery

    @property
    def sits(self) -> bool:
        """Still a member of the panel."""
        return self.out is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of the draw."""

    number: int
    lottery: Digest
    fixed: datetime
    opened: Digest | None = None  # exhibit with the seed key
    ticket: str = ""
    seating: Digest | None = None
    elsewhere: Digest | None = None  # exhibit about overlapping lots; None: there were none
    pulse: int | None = None  # the beacon's that is awaited or was taken
    taken: PulseTaken | None = None  # that pulse, with the beacon's signature
    missed: tuple[int, ...] = ()  # pulses that did not come

    @property
    def awaits(self) -> int | None:
        """The pulse without which no seed may be opened yet."""
        return None if self.taken else self.pulse

    standby: int | None = None  # the rank it was drawn for; None: an ordinary round


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A case as its history says; nothing here is stored anywhere else."""

    lot: LotId
    phase: Phase
    seq: int  # of the last entry
    head: Digest  # its hash
    at: datetime
    request: Digest
    pack: Digest
    attempt: int
    starts: datetime
    ends: datetime
    seats: tuple[int, ...]
    parties: tuple[str, ...]
    max_rounds: int
    members: tuple[Sitting, ...] = ()  # everyone ever drawn, in order, then owners at their booking
    custodians: tuple[Custodian, ...] = ()
    threshold: int = 0
    keys: tuple[Mapping[str, Any], ...] = ()
    ceremonies: Digest | None = None  # None: a server dealt the keys
    pool: Digest | None = None
    pool_exhibit: Digest | None = None
    pool_size: int = 0
    pledges: tuple[tuple[str, tuple[str, ...]], ...] = ()
    rounds: tuple[Round, ...] = ()
    stuck: tuple[str, ...] = ()  # rules that leave no lawful panel for the next round
    opened_keys: tuple[tuple[str, Digest], ...] = ()
    slots: tuple[Slot, ...] = ()
    bidders: Digest | None = None
    conflicts: Digest | None = None
    evidence: Digest | None = None
    codes: Digest | None = None  # exhibit of the code key
    closed: Digest | None = None  # hash of the closing entry
    sheets: tuple[Digest, ...] = ()
    totals: Digest | None = None
    totalled: Digest | None = None  # hash of the totalling entry
    identities: Digest | None = None
    report: Digest | None = None
    archived: Digest | None = None
    extended: int = 0  # rounds the supervisor allowed beyond max_rounds
    more_ceremonies: tuple[Digest, ...] = ()  # of the keys for those rounds
    in_vain: tuple[LotId, ...] = ()  # lots cancelled after a draw here had kept places for them
    kept_in: tuple[LotId, ...] = ()  # lots whose draws had kept places for this one, told at its cancellation
    glass: tuple[Glass, ...] = ()
    booked: Digest | None = (
        None  # the request as booked; `request` is the one after signed steps of the ladder
    )
    asked: str = ""  # step of the ladder that waits for its approver
    relaxed: tuple[str, ...] = ()  # steps signed, in order
    ballots: tuple[Ballot, ...] = ()
    settled: tuple[str, ...] = ()  # disputes that everybody has voted on
    review: Reviewing | None = None
    reasons: tuple[tuple[Member, Digest | None], ...] = ()  # given, or refused
    replaced: tuple[Member, ...] = ()  # whose scores gave way to the mean of the others
    reviewed: Digest | None = None  # hash of the entry that ends the review
    pause: Pause | None = None
    resumed: datetime | None = None  # when the last fault was cured
    delayed: bool = False  # a fault has cost time that no extension has given back yet
    followed: Digest | None = None  # exhibit with the journals of earlier attempts
    cancelled: Digest | None = None  # hash of the cancelling entry
    unlawful: bool = False  # cancelled because the panel was unlawfully formed
    endorsed: Digest | None = None  # hash of the supervisor's countersignature
    annulled: Digest | None = None  # hash of the entry that voids the conclusions
    authorised: tuple[Member, ...] = ()  # owner representatives with a letter on file
    votes: tuple[tuple[Member, Member], ...] = ()  # who votes for whom to chair
    chair: Member | None = None
    chair_named: bool = False  # by the tenderee; else elected
    declared: tuple[Member, ...] = ()  # who has declared to know of no relation
    appeals: tuple[Appeal, ...] = ()
    approval: Digest | None = None  # exhibit of the consent to direct appointment
    approved: tuple[int, ...] = ()  # seats per role that may be filled so
    appointed_seatings: tuple[Digest, ...] = ()
    beacon: Named | None = None  # None: tickets come from the seeds alone
    sites: Sites | None = None  # None: the operator chose the guest sites
    sited: Digest | None = None  # the request before members were first seated elsewhere; None: never
    reseated: tuple[Digest, ...] = ()  # exhibits with the places of those seated elsewhere, in order
    causes: tuple[Digest, ...] = ()  # why, one for each
    reserve: int = 0  # stand-by rounds
    standbys: tuple[Standby, ...] = ()  # by rank
    ranks_empty: tuple[int, ...] = ()  # nobody would have completed the panel
    delivered: tuple[tuple[Member, datetime], ...] = ()  # since when an invitation was there to be read
    passed_at: tuple[Member, ...] | None = None  # who sat when every waiting stand-by was passed over

    @property
    def suspended(self) -> bool:
        """A break-glass order was confirmed, and nobody has resumed the evaluation since."""
        return any(each.confirmed and not each.resumed for each in self.glass)

    def current(self) -> tuple[Sitting, ...]:
        """Members who sit now, owner representatives included."""
        return tuple(m for m in self.members if m.sits)

    def experts(self) -> tuple[Sitting, ...]:
        """Drawn members who sit now."""
        return tuple(m for m in self.current() if m.role is not None)

    def left(self) -> tuple[Sitting, ...]:
        """Drawn members who are out, in the order of their draw."""
        return tuple(m for m in self.members if not m.sits)

    def invited(self, member: Member) -> Sitting | None:
        """The person behind a pseudonym as a member, a stand-by as the member it would be."""
        mine = self.standby(member)
        if mine is None:
            return self.sitting(member)
        said = mine.accepted is not None
        return Sitting(
            member=member, role=mine.role, round=mine.round, since=mine.since, accepted=said, out=mine.out
        )

    def set_aside(self) -> tuple[Sitting | Standby, ...]:
        """Who is in no further lottery: members who are out, and stand-bys who wait or are out."""
        return (*self.left(), *(each for each in self.standbys if not each.promoted))

    def standing_by(self) -> tuple[Standby, ...]:
        """Stand-bys who may still be promoted, by rank; nobody once scoring is closed."""
        drawing = self.phase in (Phase.F1, Phase.F2, Phase.F3)
        return tuple(each for each in self.standbys if each.waits and drawing)

    def standby(self, member: Member) -> Standby | None:
        """The stand-by behind a pseudonym, until it is promoted."""
        return next((s for s in self.standbys if s.member == member and not s.promoted), None)

    @property
    def standby_due(self) -> bool:
        """A seat is open and the stand-bys were not asked yet: nothing else may happen before."""
        if not (self.standing_by() and sum(self.open_seats())):
            return False
        return self.passed_at != tuple(m.member for m in self.current())

    @property
    def next_rank(self) -> int:
        """The rank of the next stand-by to be drawn."""
        return len(self.standbys) + len(self.ranks_empty) + 1

    def open_seats(self) -> tuple[int, ...]:
        """Experts still wanted per role."""
        taken = [m.role for m in self.experts()]
        return tuple(n - taken.count(role) for role, n in enumerate(self.seats))

    def sitting(self, member: Member) -> Sitting | None:
        """The person behind a pseudonym, whether still in or out."""
        return next((m for m in self.members if m.member == member), None)

    @property
    def rounds_allowed(self) -> int:
        """For how many there are keys: the pack's number, stand-by rounds, what the supervisor has added."""
        return self.max_rounds + self.reserve + self.extended

    @property
    def rounds_left(self) -> int:
        """How many ordinary rounds may still begin."""
        return self.max_rounds + self.extended - sum(each.standby is None for each in self.rounds)

    @property
    def rounds_without_key(self) -> tuple[int, ...]:
        """Allowed rounds whose seeds have no key to be sealed to yet."""
        known = sum(str(body.get("key_id")).startswith("seeds/") for body in self.keys)
        return tuple(range(known + 1, self.rounds_allowed + 1))

    def pledged(self, party: str) -> int:
        """For how many rounds a party has deposited its seeds."""
        return next((len(deposits) for name, deposits in self.pledges if name == party), 0)

    def seatings(self) -> tuple[Digest, ...]:
        """Exhibits with the places of everybody ever seated, rounds first; of two places of one member the later
        one holds."""
        drawn = (r.seating for r in self.rounds if r.seating is not None)
        return (*drawn, *self.appointed_seatings, *self.reseated)

    def chairing(self) -> Member | None:
        """The chair, while that member sits."""
        return self.chair if any(m.member == self.chair for m in self.current()) else None

    def elected(self) -> Member | None:
        """Whom more than half of the whole panel, open seats counted, vote for; votes of who left do not count."""
        sits = {m.member for m in self.current()}
        whole = sum(self.seats) + sum(m.role is None for m in self.current())
        votes = [choice for voter, choice in self.votes if voter in sits and choice in sits]
        return next((who for who in votes if 2 * votes.count(who) > whole), None)

    def round_under_way(self) -> Round | None:
        """The round whose lottery is fixed and whose panel is not drawn yet."""
        return self.rounds[-1] if self.rounds and not self.rounds[-1].ticket else None
