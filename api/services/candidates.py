"""Which sites fit a lot as guests, so that chance may choose among them (L2)?"""

from dataclasses import dataclass
from datetime import datetime, time

from sqlmodel import Session, col, select

from api.services.seats import Wanted, free, spots
from api.store.registers import booth_of
from api.store.tables import SiteRow
from scheduler.errors import Refused
from scheduler.limits import Numbers
from scheduler.model import RegionCode, SiteId
from scheduler.rules.day import SHANGHAI
from scheduler.rules.place import DrawnSites, city, guests_drawn
from scheduler.rules.rooms import Layout, booths_large_enough, fits, layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What the lot asks of its guest sites; `held` is the window with its buffers, `regions` where experts live."""

    host: SiteId
    away: int  # experts who do not find a seat at the host
    window: tuple[datetime, datetime]
    held: tuple[datetime, datetime]
    overnight: bool
    regions: tuple[RegionCode, ...]


def rule_of(numbers: Numbers) -> DrawnSites | None:
    """The numbers of L2 where guest sites are to be drawn."""
    return guests_drawn.read(numbers[guests_drawn.id]) if guests_drawn.id in numbers else None


def candidates(session: Session, search: Search, numbers: Numbers, rule: DrawnSites) -> tuple[Wanted, ...]:
    """The sites that fit, with the seats to hold at each, those with most free seats first (L11), at most so many.

    In another city than the host, open in the window, with enough working workstations in rooms and booths as
    the rules in force ask. Whoever drives the order of this list can only be the register: nobody is asked.
    """
    seats = max(rule.seats, -(-search.away // max(1, rule.guests)))
    rows = {row.id: row for row in session.exec(select(SiteRow).order_by(col(SiteRow.id))).all()}
    host = rows.get(search.host)
    if host is None:
        raise Refused("site_unknown", site=search.host)
    found = []
    for row in rows.values():
        usable = len(free(session, SiteId(row.id), *search.held)) if _may(row, host, search, numbers) else 0
        want = Wanted(site=SiteId(row.id), seats=seats)
        if usable >= seats and _seatable(session, want, search, layout(numbers)):
            found.append((-usable, row.id, want))
    return tuple(want for _, _, want in sorted(found)[: max(rule.most, rule.guests)])


def is_open(site: SiteRow, starts: datetime, ends: datetime) -> bool:
    """Whether the site's opening hours cover a window of one day."""
    first, last = starts.astimezone(SHANGHAI), ends.astimezone(SHANGHAI)
    until = last.time() if last.date() == first.date() else time.max  # 24:00 is not 00:00 of that day
    return site.opens <= first.time() and until <= site.closes


def _may(site: SiteRow, host: SiteRow, search: Search, numbers: Numbers) -> bool:
    here = city(RegionCode(site.region))
    away = here != city(RegionCode(host.region))
    wanted = not search.regions or any(here.startswith(r[:4]) for r in search.regions)
    booths = booths_large_enough
    equipped = booths.id not in numbers or fits(booth_of(site), booths.read(numbers[booths.id]))
    return away and wanted and equipped and (search.overnight or is_open(site, *search.window))


def _seatable(session: Session, want: Wanted, search: Search, rooms: Layout) -> bool:
    try:
        spots(session, want, search.held, rooms)
    except Refused:
        return False
    return True
