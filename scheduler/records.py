"""What one row of a register file says, once it has passed every check."""

from dataclasses import dataclass, field
from datetime import date, time

from scheduler.model import Booth, Job, RegionCode, Relation, SiteId, Span, SpecialityCode, Standing, Travel


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRecord:
    """A county with its place on the hexagon map (odd rows shifted half a tile) and its service desk."""

    code: RegionCode
    name: str
    city: str
    tile_x: int
    tile_y: int
    desk_phone: str
    desk_email: str
    desk_hours: str  # such as 09:00-17:00


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialityRecord:
    """A code of 发改法规〔2018〕316号; level 1 to 4."""

    code: SpecialityCode
    level: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """Who controls an organisation from day to day, both included; an open end is None."""

    org: str  # 统一社会信用代码
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRecord:
    """A legal person by its 18-character 统一社会信用代码, with the organisations that control it."""

    code: str
    name: str
    parent: str  # code of the controlling organisation, since nobody knows when; empty: none known
    controllers: tuple[Controller, ...] = ()  # with dates: present, former and coming ones


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkstationRecord:
    """One workstation 工位 of a room; `broken` names the devices that do not work (camera, pc, …)."""

    room: str
    number: int
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRecord:
    """A venue with its opening hours (Asia/Shanghai) and workstations."""

    site: SiteId
    name: str
    region: RegionCode
    opens: time
    closes: time
    workstations: tuple[WorkstationRecord, ...]
    booth: Booth | None = None  # what every workstation stands in; None: an open one


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertRecord:
    """An expert of the pool with personal data; only the store sees this whole, and encrypts it."""

    expert: str  # register number
    name: str
    id_number: str  # 18 characters; invented ones carry a wrong check digit
    phone: str
    born: date
    region: RegionCode
    employer: str  # 统一社会信用代码; empty: none
    title: str
    specialities: tuple[SpecialityCode, ...]
    household: str
    kin: tuple[str, ...]  # register numbers of relatives in the pool
    certificate_until: date
    standing: Standing
    leave: tuple[Span, ...]
    jobs: tuple[Job, ...]  # Job.org is a 统一社会信用代码 here
    senior: bool | None = None  # senior title or equivalent; None: nobody said
    practising_since: date | None = None
    trained_until: date | None = None
    penalised: bool = False
    relations: tuple[Relation, ...] = ()  # Relation.org is a 统一社会信用代码 here
    key: str = ""  # long-term public key (Ed25519, hexadecimal); empty: nothing is said of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Registers:
    """Rows of several register files, to be taken in together; an empty kind is not touched."""

    regions: tuple[RegionRecord, ...] = ()
    specialities: tuple[SpecialityRecord, ...] = ()
    organisations: tuple[OrganisationRecord, ...] = ()
    sites: tuple[SiteRecord, ...] = ()
    experts: tuple[ExpertRecord, ...] = field(default=(), repr=False)
    travel: tuple[Travel, ...] = ()
