"""How many workstations are free at every site in a window? Two queries for all sites, closures counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import select
from sqlmodel import Session, col

from api.store.journal import SeatHold
from api.store.planbook import closures
from api.store.tables import DEVICES, DeviceState, RoomRow, SiteRow, WorkstationRow
from scheduler.model import RegionCode, SiteId
from scheduler.rules.day import SHANGHAI
from scheduler.timetable import Site

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """A site with its opening hours; `seats` counts workstations whose five devices all work."""

    site: Site
    name: str
    opens: time
    closes: time

    def is_open(self, starts: datetime, ends: datetime) -> bool:
        """Whether the site is open through the window, both in China's time and on one day."""
        first, last = starts.astimezone(SHANGHAI), ends.astimezone(SHANGHAI)
        return first.date() == last.date() and self.opens <= first.time() and last.time() <= self.closes


def stations(session: Session) -> dict[SiteId, frozenset[tuple[str, int]]]:
    """Every workstation (room's name, number) whose devices all work, by site."""
    devices = [col(getattr(WorkstationRow, name)) == DeviceState.OK for name in DEVICES]
    query = (
        select(col(WorkstationRow.site), col(RoomRow.name), col(WorkstationRow.number))
        .join(RoomRow, col(RoomRow.id) == col(WorkstationRow.room))
        .where(*devices)
    )
    found: dict[SiteId, set[tuple[str, int]]] = {}
    for site, room, number in session.execute(query):
        found.setdefault(SiteId(site), set()).add((room, number))
    return {site: frozenset(some) for site, some in found.items()}


def venues(session: Session) -> tuple[Venue, ...]:
    """All sites by id."""
    usable = stations(session)
    rows = session.scalars(select(SiteRow).order_by(col(SiteRow.id)))
    return tuple(
        Venue(
            site=Site(id=SiteId(r.id), region=RegionCode(r.region), seats=len(usable.get(SiteId(r.id), ()))),
            name=r.name,
            opens=r.opens,
            closes=r.closes,
        )
        for r in rows
    )


def rooms(
    session: Session, spans: Sequence[Span], *, without: frozenset[str] = frozenset()
) -> tuple[Mapping[SiteId, int], ...]:
    """Workstations free through all of each span, by site; holds of `without` (lots) count as given back."""
    if not spans:
        return ()
    usable = stations(session)
    shut = closures(session, min(a for a, _ in spans), max(b for _, b in spans))
    found = []
    for starts, ends in spans:
        taken = _held(session, starts, ends, without)
        for each in shut:
            if each.starts < ends and each.ends > starts:
                site = SiteId(each.site)
                closed = {s for s in usable.get(site, ()) if not each.room or s[0] == each.room}
                taken.setdefault(site, set()).update(closed)
        found.append({site: len(some.difference(taken.get(site, ()))) for site, some in usable.items()})
    return tuple(found)


def _held(
    session: Session, starts: datetime, ends: datetime, without: frozenset[str]
) -> dict[SiteId, set[tuple[str, int]]]:
    """The workstations of every site that somebody holds at some moment of the span."""
    row = SeatHold
    query = select(col(row.lot), col(row.site), col(row.room), col(row.workstation))
    taken: dict[SiteId, set[tuple[str, int]]] = {}
    for lot, site, room, number in session.execute(
        query.where(col(row.starts) < ends, col(row.ends) > starts)
    ):
        if lot not in without:
            taken.setdefault(site, set()).add((room, number))
    return taken
