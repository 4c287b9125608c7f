"""How much time is there between this panel and the nearest other one of that day, travel taken off?

Asked by pseudonym as in api/services/engaged.py; the pool of a lot gets one number a person and no other lot's place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from api.services import names
from api.services.office import Dossier, Office
from api.store import journal
from api.store.travel import travel
from scheduler.events import Member
from scheduler.exhibits import Request, Seating
from scheduler.limits import Numbers
from scheduler.model import LotId, RegionCode, Travel
from scheduler.rules.day import SHANGHAI
from scheduler.rules.travel import minutes_between, time_between_panels
from scheduler.state import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """Another panel of that day: when, and in which county each member sits."""

    lot: LotId
    starts: datetime
    ends: datetime
    where: Mapping[Member, RegionCode]


def gaps(
    office: Office, session: Session, request: Request, numbers: Numbers
) -> Callable[[str, RegionCode], int | None]:
    """Minutes for an expert (register number, own county) to the nearest panel before or after, less the way.

    Overlapping panels are E5's. A way that nobody knows takes no time; None: no other panel that day, or no
    rule in force asks.
    """
    if time_between_panels.id not in numbers:
        return lambda number, home: None
    panels = list(_panels(office, session, request))
    ways = travel(session, {site.region for site in request.sites}) if panels else ()

    def gap(number: str, home: RegionCode) -> int | None:
        here = [site.region for site in request.sites if site.region[:4] == home[:4]]
        found = []
        for panel in panels:
            there = panel.where.get(names.member(office.keys.pool, panel.lot, number))
            if there is not None:
                found.append(_free(request, panel) - _longest(ways, there, here))
        return min(found, default=None)

    return gap


def _free(request: Request, panel: _Panel) -> int:
    later = panel.starts >= request.ends
    free = panel.starts - request.ends if later else request.starts - panel.ends
    return int(free.total_seconds() // 60)


def _longest(ways: tuple[Travel, ...], there: RegionCode, here: list[RegionCode]) -> int:
    return max((minutes_between(ways, there, region) or 0 for region in here), default=0)


def _panels(office: Office, session: Session, request: Request) -> list[_Panel]:
    day, found = request.starts.astimezone(SHANGHAI).date(), []
    for row in journal.cases(session):
        apart = row.ends <= request.starts or request.ends <= row.starts
        same_day = row.starts.astimezone(SHANGHAI).date() == day
        if row.lot == request.lot or row.phase == Phase.CANCELLED or not apart or not same_day:
            continue
        case = Dossier(office=office, state=journal.state_of(session, LotId(row.lot)))
        sitting = {m.member for m in case.state.experts()}
        if sitting:
            county = {site.site: site.region for site in case.request.sites}
            drawn = [case.body(each.seating, Seating) for each in case.state.rounds if each.seating]
            where = {p.member: county[p.site] for each in drawn for p in each.places if p.member in sitting}
            found.append(_Panel(lot=case.state.lot, starts=row.starts, ends=row.ends, where=where))
    return found
