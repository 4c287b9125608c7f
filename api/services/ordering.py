"""What is a lot before it is booked? A draft, the question whether it fits, and the order it becomes."""

from dataclasses import dataclass
from datetime import date, datetime, time

from api.services.feasibility import Wish
from api.services.order import Guest, Order
from scheduler.feasibility import Option
from scheduler.model import LotId, RegionCode, Seats, SiteId


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A lot as an operator or a file describes it; what is None the planner chooses."""

    lot: LotId
    project_code: str
    project_name: str
    category: str
    region: RegionCode
    tenderee: str  # 统一社会信用代码
    seats: tuple[Seats, ...]
    budget: int | None = None
    owners: tuple[str, ...] = ()  # logins
    reserve: int | None = None  # stand-bys (D6); None: as many as the pack says
    recused: tuple[str, ...] = ()  # codes of organisations
    green: bool = False
    host: SiteId | None = None
    guests_min: int = 0
    guests_max: int | None = None
    day: date | None = None
    start: time | None = None
    hours: int = 3


def wish_of(draft: Draft) -> Wish:
    """What the feasibility answer wants to know of it."""
    return Wish(
        region=draft.region,
        category=draft.category,
        budget=draft.budget,
        seats=draft.seats,
        owner_reps=len(draft.owners),
        host=draft.host,
        guests_min=draft.guests_min,
        guests_max=draft.guests_max,
        recused=tuple(code for code in (draft.tenderee, *draft.recused) if code),
        hours=draft.hours,
    )


def order_of(draft: Draft, starts: datetime, ends: datetime, option: Option) -> Order:
    """The order for this window and these sites."""
    return Order(
        lot=draft.lot,
        project_code=draft.project_code,
        project_name=draft.project_name,
        category=draft.category,
        region=draft.region,
        starts=starts,
        ends=ends,
        host=option.host,
        host_seats=option.host_seats,
        guests=tuple(Guest(site=site, seats=seats) for site, seats in option.guests),
        seats=draft.seats,
        owners=draft.owners,
        reserve=draft.reserve,
        tenderee=draft.tenderee,
        recused=draft.recused,
        green=draft.green,
        budget=draft.budget,
    )
