"""What a booking and its frozen pool are, in full."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from scheduler.calendar import Calendar
from scheduler.events import Member
from scheduler.model import (
    NO_PARTIES,
    Control,
    Expert,
    LotId,
    OrgTag,
    Parties,
    RegionCode,
    RuleId,
    Seats,
    SiteSeats,
    SpecialityCode,
    Travel,
)
from scheduler.packshape import Pack

NO_CALENDAR = Calendar()
NOBODY_NAMED = SpecialityCode("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of the score sheet; scores run from 0 to `most` in steps of `step`."""

    id: str
    name: str
    most: Decimal
    step: Decimal
    objective: bool = False  # 客观分: no matter of opinion, so members must not differ


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was booked. Organisations are keyed tags of this lot."""

    lot: LotId
    project_code: str
    project_name: str
    category: str  # of model.Category
    region: RegionCode
    starts: datetime
    ends: datetime
    seats: tuple[Seats, ...]
    sites: tuple[SiteSeats, ...]  # workstations held for experts; the host first
    owner_reps: int
    tenderee: OrgTag
    recused: tuple[OrgTag, ...]  # organisations whose people are out: tenderee's list
    criteria: tuple[Criterion, ...]
    green: bool = False  # green channel: goes first
    budget: int | None = None  # yuan
    parties: Parties = NO_PARTIES
    regions: tuple[RegionCode, ...] = ()  # beginnings of county codes experts may come from; none: any
    mark: str = ""  # of model.Mark: complex, or of large social effect
    approval: str = ""  # reference of the approval that the mark rests on
    stand_in: SpecialityCode = NOBODY_NAMED  # replaces owner representatives (C10); empty: who is wanted most
    relaxed: tuple[str, ...] = ()  # steps of the ladder (D4) signed for this lot, in order
    excluded: tuple[Member, ...] = ()  # members of an unlawful panel of an earlier attempt (R0)
    reserve: int | None = None  # stand-bys asked for (D6); None: as many as the pack says


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One expert of the snapshot with the salt of its Merkle leaf."""

    expert: Expert
    salt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All experts of the pool with a speciality that the request asks for, in the order of pseudonyms."""

    leaves: tuple[Leaf, ...]
    controls: tuple[Control, ...]
    travel: tuple[Travel, ...] = ()  # where a rule in force asks for it


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """Which statement of a rule was in force: its meaning never changes under one version."""

    rule: RuleId
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """The rule pack as it stood at the booking, and the versions of the rules it switches on.

    `calendar`: the years of working days that a rule of this case reads, as they were known then.
    """

    pack: Pack
    versions: tuple[RuleVersion, ...]
    calendar: Calendar = NO_CALENDAR
