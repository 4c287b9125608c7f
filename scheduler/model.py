"""The nouns: experts, roles, sites, cases; frozen values without behaviour of their own."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

ExpertId = NewType("ExpertId", str)  # inside a case: the pseudonym of that lot
LotId = NewType("LotId", str)
SiteId = NewType("SiteId", str)
RuleId = NewType("RuleId", str)
RegionCode = NewType("RegionCode", str)  # six digits, GB/T 2260: province 2, city 2, county 2
OrgTag = NewType("OrgTag", str)  # an organisation: its code in files, a keyed tag inside a case
SpecialityCode = NewType("SpecialityCode", str)  # 发改法规〔2018〕316号, or a prefix of such a code


class Role(StrEnum):
    """Who acts. `system` is a due deadline, never a person."""

    OPERATOR = "operator"
    TENDEREE = "tenderee"
    EXPERT = "expert"
    OWNER = "owner"  # owner representative 招标人代表
    SITE = "site"  # staff of a guest or host site
    POOL = "pool"  # pool owner
    SUPERVISOR = "supervisor"
    CUSTODIAN = "custodian"
    BIDDER = "bidder"
    ADMIN = "admin"  # IT administrator
    PUBLIC = "public"
    SYSTEM = "system"


class Standing(StrEnum):
    """An expert's standing in the pool (条例71)."""

    GOOD = "good"
    SUSPENDED = "suspended"
    BANNED = "banned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days from `since` to `until`, both included; an open end is None."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Employment at an organisation; `until` None while it lasts."""

    org: OrgTag
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert:
    """One person of the pool, as much of it as rules read. Files fill the first five fields only."""

    id: ExpertId
    region: RegionCode
    specialities: tuple[SpecialityCode, ...]
    employer: OrgTag = OrgTag("")  # empty: nobody's colleague
    household: str = ""  # empty: nobody's kin
    age: int | None = None  # full years on the participation date
    certificate_until: date | None = None
    standing: Standing = Standing.GOOD
    away: tuple[Span, ...] = ()
    busy: bool = False  # sits on another panel in an overlapping window
    jobs: tuple[Job, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """`count` experts wanted for a seat's speciality; the code is the role's name."""

    speciality: SpecialityCode
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One expert in one role; `speciality` is the seat's code as asked for."""

    expert: ExpertId
    speciality: SpecialityCode


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSeats:
    """A site of the lot with the workstations held there for experts."""

    site: SiteId
    region: RegionCode
    seats: int
    host: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """`parent` controls `child` (条例34): an edge of the organisation graph."""

    parent: OrgTag
    child: OrgTag


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the rules read for one round of one lot. Empty or None means: not known, or not asked here."""

    lot: LotId
    region: RegionCode  # the project's county
    pool: tuple[Expert, ...]
    seats: tuple[Seats, ...]
    recused: frozenset[ExpertId] = frozenset()  # never sit
    kept: tuple[Choice, ...] = ()  # sit already and stay
    owner_reps: int = 0
    starts: datetime | None = None
    sites: tuple[SiteSeats, ...] = ()
    tenderee: OrgTag = OrgTag("")
    bidders: frozenset[OrgTag] = frozenset()  # every consortium member on its own
    controls: tuple[Control, ...] = field(default=())
