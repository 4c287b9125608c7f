"""What a booking and its frozen pool are, in full."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

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
    Travel,
)
from scheduler.packshape import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of the score sheet; scores run from 0 to `most` in steps of `step`."""

    id: str
    name: str
    most: Decimal
    step: Decimal


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
    """The rule pack as it stood at the booking, and the versions of the rules it switches on."""

    pack: Pack
    versions: tuple[RuleVersion, ...]
