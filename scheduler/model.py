"""The nouns: experts, roles, sites, cases; frozen values without behaviour of their own."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from scheduler.calendar import Calendar

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


class Category(StrEnum):
    """What kind of project a lot belongs to; it selects conditional rules."""

    WORKS = "works"  # 工程
    BUILDING = "building"
    MUNICIPAL = "municipal"
    ROAD = "road"
    RAILWAY = "railway"
    WATER = "water"  # 水利工程
    GOODS = "goods"
    SERVICES = "services"
    PROCUREMENT = "procurement"  # 政府采购
    NEGOTIATION = "negotiation"  # 政府采购中的谈判、磋商、询价


_WORKS = (Category.BUILDING, Category.MUNICIPAL, Category.ROAD, Category.RAILWAY, Category.WATER)
_ABOVE = dict.fromkeys(_WORKS, Category.WORKS) | {Category.NEGOTIATION: Category.PROCUREMENT}


def kinds(category: str) -> frozenset[str]:
    """The category with the one it is a part of: water → water and works. Empty: nobody said."""
    known = Category(category) if category in set(Category) else None
    return frozenset({category, _ABOVE[known]}) if known in _ABOVE else frozenset({category} - {""})


class Mark(StrEnum):
    """What makes a project special whatever its budget; it rests on an approval (政府采购)."""

    COMPLEX = "complex"  # 技术复杂
    SOCIAL = "social_effect"  # 社会影响较大


class Kinship(StrEnum):
    """How two persons are related; generations 代 count from oneself: parents two, grandparents three."""

    SPOUSE = "spouse"  # 配偶
    LINEAL = "lineal"  # 直系血亲
    COLLATERAL = "collateral"  # 旁系血亲: siblings two generations, cousins, uncles and nephews three
    IN_LAW = "in_law"  # 姻亲, counted like the spouse's own blood relative


class Tie(StrEnum):
    """What joins an expert to an organisation besides work there."""

    DIRECTOR = "director"  # 董事、监事
    HOLDER = "holder"  # 控股股东、实际控制人
    KIN_HEAD = "kin_head"  # 法定代表人、负责人的亲属
    KIN_OFFICER = "kin_officer"  # 主要负责人的亲属
    INTEREST = "interest"  # 经济利益
    RETIRED = "retired"  # 从该单位退休
    SUPPLIER = "supplier"  # 与该单位有分包、协作关系
    OTHER = "other"  # raised by a bidder or the tenderee
    DECLARED = "declared"  # by the expert


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
class Relation:
    """A tie between a person and an organisation, from day to day, both included; an open end is None.

    `kinship` and `generations` say of kin how close they are; None: nobody said, and it counts as close.
    """

    tie: Tie
    org: OrgTag
    since: date | None = None
    until: date | None = None
    kinship: Kinship | None = None
    generations: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """A day on which the person sat on another panel; `same_tenderee`: for the tenderee of this lot."""

    day: date
    same_tenderee: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert:
    """One person of the pool, as much of it as rules read. Files fill the first five fields only.

    None is not known; what nobody knows binds nobody.
    """

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
    senior: bool | None = None  # senior title 高级职称 or equivalent
    practising_since: date | None = None  # first day of work in the field
    trained_until: date | None = None  # last valid day of training and certificate for e-evaluation
    penalised: bool = False  # punished for an offence in tendering
    relations: tuple[Relation, ...] = ()
    kin: tuple[ExpertId, ...] = ()  # relatives in the pool; one direction is enough
    past: tuple[Appearance, ...] = ()
    gap: int | None = (
        None  # minutes to the nearest other panel of that day, travel taken off; None: there is none
    )
    key: str = ""  # commitment to the long-term key (scheduler.vouching); empty: none is enrolled


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
class Booth:
    """A booth 评标舱 from inside, in centimetres, and what it has."""

    width: int
    depth: int
    height: int
    quiet: bool = False  # sound-proof
    gate: bool = False  # opens only to the face of who is expected


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSeats:
    """A site of the lot with the workstations held there for experts."""

    site: SiteId
    region: RegionCode
    seats: int
    host: bool = False
    rooms: int | None = None  # different rooms these workstations stand in
    booth: Booth | None = None  # what every workstation stands in; None: an open one


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a member of the panel sits; `expert` None: an owner representative."""

    expert: ExpertId | None
    site: SiteId
    room: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """`parent` controls `child` (条例34): an edge of the organisation graph, both days included."""

    parent: OrgTag
    child: OrgTag
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """Minutes of travel between two counties, the same both ways; `one` is the smaller code."""

    one: RegionCode
    other: RegionCode
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Organisations around the tender besides tenderee and bidders, and who has read its documents before."""

    agency: OrgTag = OrgTag("")  # 代理机构
    supervisors: tuple[OrgTag, ...] = ()  # 行政监督部门
    departments: tuple[OrgTag, ...] = ()  # 项目主管部门
    drafters: tuple[OrgTag, ...] = ()  # drafted the documents
    reviewers: tuple[ExpertId, ...] = ()  # drafted or reviewed the documents of this lot
    preliminary: tuple[OrgTag, ...] = ()  # designed or did other preliminary work 前期设计、咨询、分包


NO_PARTIES = Parties()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chair:
    """Who is to chair a panel: an owner representative or not, named by the tenderee or elected."""

    owner: bool
    named: bool


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
    category: str = ""  # of Category
    budget: int | None = None  # yuan
    parties: Parties = NO_PARTIES
    recused_units: tuple[OrgTag, ...] = ()  # 应回避单位 of the draw request
    regions: tuple[RegionCode, ...] = ()  # beginnings of the county codes experts may come from; none: any
    mark: str = ""  # of Mark
    stand_in: SpecialityCode = SpecialityCode("")  # role that takes the owner representatives' seats (C10)
    fixed_at: datetime | None = None  # when the lottery of the round is fixed; None: not asked here
    calendar: "Calendar | None" = None  # working days as they were known at the booking
    relaxed: tuple[str, ...] = ()  # steps of the pack's ladder (D4) that were signed
    travel: tuple[Travel, ...] = ()  # between counties of experts and of sites, as far as it is known
    placed: tuple[Placed, ...] = ()  # who sits in which room, once the members have workstations
    unauthorised: int = 0  # owner representatives who want to sit without a letter on file
    chair: Chair | None = None  # None: not asked here
