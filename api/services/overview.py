"""Who has which seats on a day? Lots, holds that run out, and what is closed, for every site."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import select

from api.services.closing_sites import Cut
from api.services.holding import is_hold
from api.services.office import Office
from api.services.rooms import stations
from api.store.journal import SeatHold
from api.store.planbook import HoldRow, closures
from scheduler.model import SiteId
from scheduler.rules.day import SHANGHAI


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Seats of one site that one lot, or one hold (`until` then), has."""

    site: SiteId
    lot: str  # empty for a hold
    seats: int
    starts: datetime
    ends: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One day of all sites; `seats`: workstations that work, by site."""

    day: date
    seats: tuple[tuple[SiteId, int], ...]
    taken: tuple[Taken, ...]
    lost: tuple[Cut, ...]


def overview(office: Office, day: date | None) -> Overview:
    """The day asked for, or today in China."""
    shown = day or office.now().astimezone(SHANGHAI).date()
    starts = datetime.combine(shown, time.min, SHANGHAI)
    ends = starts + timedelta(days=1)
    with office.db.reading() as session:
        usable = stations(session)
        rows = session.exec(select(SeatHold).where(SeatHold.starts < ends, SeatHold.ends > starts)).all()
        until = {row.token: row.until for row in session.exec(select(HoldRow)).all()}
        shut = closures(session, starts, ends)
    counts: dict[tuple[str, str, datetime, datetime], int] = {}
    for row in rows:
        key = (row.site, row.lot, row.starts, row.ends)
        counts[key] = counts.get(key, 0) + 1
    return Overview(
        day=shown,
        seats=tuple(sorted((site, len(some)) for site, some in usable.items())),
        taken=tuple(
            Taken(
                site=SiteId(site),
                lot="" if is_hold(lot) else lot,
                seats=n,
                starts=a,
                ends=b,
                until=until.get(lot.partition(":")[2]) if is_hold(lot) else None,
            )
            for (site, lot, a, b), n in sorted(counts.items())
        ),
        lost=tuple(
            Cut(site=SiteId(c.site), room=c.room, starts=c.starts, ends=c.ends, since=c.made) for c in shut
        ),
    )
