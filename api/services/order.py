"""What does an operator ask for when booking an evaluation?"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from scheduler.exhibits import NOBODY_NAMED, Criterion
from scheduler.model import NO_PARTIES, LotId, Parties, RegionCode, Seats, SiteId, SpecialityCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A guest site 副场 with the seats wanted there for experts."""

    site: SiteId
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the operator asks for. Moments carry their zone; organisations are 统一社会信用代码."""

    lot: LotId
    project_code: str
    project_name: str
    category: str
    region: RegionCode
    starts: datetime
    ends: datetime
    host: SiteId
    host_seats: int  # for experts; owner representatives sit at the host beside them
    guests: tuple[Guest, ...]
    seats: tuple[Seats, ...]
    owners: tuple[str, ...]  # logins of the owner representatives
    tenderee: str
    recused: tuple[str, ...] = ()
    criteria: tuple[Criterion, ...] = (
        Criterion(id="T1", name="技术方案", most=Decimal("60"), step=Decimal("0.5")),
        Criterion(id="T2", name="组织管理", most=Decimal("40"), step=Decimal("0.5")),
    )
    green: bool = False
    overnight: bool = False
    budget: int | None = None  # yuan
    parties: Parties = NO_PARTIES  # codes of organisations, register numbers of reviewers
    regions: tuple[RegionCode, ...] = ()  # beginnings of county codes experts may come from; none: any
    mark: str = ""  # of Mark: complex, or of large social effect
    approval: str = ""  # reference of the approval that the mark rests on
    stand_in: SpecialityCode = NOBODY_NAMED  # of the seats asked for: replaces owner representatives (C10)
    reserve: int | None = None  # stand-bys (D6); None: as many as the pack says
    plea: str = ""  # why to ask for the ladder's first step (D4) where no panel is possible; empty: refused
