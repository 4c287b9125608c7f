"""How much time is there between this panel and the nearest other one of that day, travel taken off?

The pool owner says who of another panel is whom here; a pool gets one number a person and no other lot's place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from api.pool.house import Marked
from api.services.office import Dossier, Office
from api.store import journal
from api.store.travel import travel
from scheduler.events import Member
from scheduler.exhibits import Request
from scheduler.limits import Numbers
from scheduler.model import ExpertId, LotId, RegionCode, Travel
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


def gaps(office: Office, request: Request, numbers: Numbers) -> Callable[[ExpertId, RegionCode], int | None]:
    """Minutes for an expert (pseudonym here, own county) to the nearest panel before or after, less the way.

    Overlapping panels are E5's. A way that nobody knows takes no time; None: no other panel that day, or no
    rule in force asks.
    """
    if time_between_panels.id not in numbers:
        return lambda expert, home: None
    panels = _panels(office, request)
    others = [Marked(lot=panel.lot, members=tuple(panel.where)) for panel in panels]
    here_as = office.pool.same_people(request.lot, others)
    seats = [
        dict(zip(marks, p.where.values(), strict=True)) for marks, p in zip(here_as, panels, strict=True)
    ]
    ways = _ways(office, request) if panels else ()

    def gap(expert: ExpertId, home: RegionCode) -> int | None:
        here = [site.region for site in request.sites if site.region[:4] == home[:4]]
        found = []
        for panel, where in zip(panels, seats, strict=True):
            there = where.get(Member(expert))
            if there is not None:
                found.append(_free(request, panel) - _longest(ways, there, here))
        return min(found, default=None)

    return gap


def _ways(office: Office, request: Request) -> tuple[Travel, ...]:
    with office.db.reading() as session:
        return travel(session, {site.region for site in request.sites})


def _free(request: Request, panel: _Panel) -> int:
    later = panel.starts >= request.ends
    free = panel.starts - request.ends if later else request.starts - panel.ends
    return int(free.total_seconds() // 60)


def _longest(ways: tuple[Travel, ...], there: RegionCode, here: list[RegionCode]) -> int:
    return max((minutes_between(ways, there, region) or 0 for region in here), default=0)


def _panels(office: Office, request: Request) -> list[_Panel]:
    day = request.starts.astimezone(SHANGHAI).date()
    with office.db.reading() as session:
        states = [
            journal.state_of(session, LotId(row.lot))
            for row in journal.cases(session)
            if row.lot != request.lot
            and row.phase != Phase.CANCELLED
            and (row.ends <= request.starts or request.ends <= row.starts)
            and row.starts.astimezone(SHANGHAI).date() == day
        ]
    return [_panel(Dossier(office=office, state=state)) for state in states if state.experts()]


def _panel(case: Dossier) -> _Panel:
    sitting = {m.member for m in case.state.experts()}
    county = {site.site: site.region for site in case.request.sites}
    where = {who: county[place.site] for who, place in case.seatplan.items() if who in sitting}
    return _Panel(lot=case.state.lot, starts=case.state.starts, ends=case.state.ends, where=where)
