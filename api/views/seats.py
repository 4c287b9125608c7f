"""What does the overview of seats show? Sites that are in use as lanes, each bar as high as the seats it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from api.services.overview import Overview, Taken
from api.views.gate import free, shows
from scheduler.model import SiteId
from scheduler.rules.day import SHANGHAI
from scheduler.sight import Datum

FIRST, LAST = 8, 19  # hours shown
LEFT, HOUR, HEAD, SEAT, GAP = 200, 90, 24, 7, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatBar:
    """A bar; `kind`: lot, hold or lost. A hold is hatched and says until when it lasts."""

    x: int = free()
    y: int = free()
    width: int = free()
    height: int = free()
    kind: str = free()
    lot: str = shows(Datum.SCHEDULE)
    seats: int = shows(Datum.SCHEDULE)
    starts: datetime = shows(Datum.SCHEDULE)
    ends: datetime = shows(Datum.SCHEDULE)
    until: datetime | None = free()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLane:
    """A site with its workstations."""

    name: str = shows(Datum.SCHEDULE)
    y: int = free()
    height: int = free()
    seats: int = shows(Datum.SCHEDULE)
    bars: tuple[SeatBar, ...] = shows(Datum.SCHEDULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsPage:
    """One day."""

    day: date = free()
    lanes: tuple[SeatLane, ...] = shows(Datum.SCHEDULE)
    idle: int = shows(Datum.SCHEDULE)  # sites nobody has a seat at
    height: int = free()

    @property
    def width(self) -> int:
        """Of the drawing."""
        return LEFT + (LAST - FIRST) * HOUR


def seats_page(found: Overview, names: Mapping[str, str]) -> SeatsPage:
    """The day as lanes; sites without anything to show are only counted."""
    lanes, y = [], HEAD
    busy = {taken.site for taken in found.taken} | {cut.site for cut in found.lost}
    for site, seats in found.seats:
        if site not in busy:
            continue
        height = max(3, seats) * SEAT
        bars = [_bar(found, taken, y, height) for taken in _stacked(found, site)]
        for cut in found.lost:
            if cut.site == site:
                gone = Taken(site=site, lot="", seats=seats, starts=cut.starts, ends=cut.ends)
                bars.append(_bar(found, (gone, 0), y, height, lost=True))
        lanes.append(
            SeatLane(
                name=names.get(site, site), y=y, height=height, seats=seats, bars=tuple(b for b in bars if b)
            )
        )
        y += height + GAP
    return SeatsPage(day=found.day, lanes=tuple(lanes), idle=len(found.seats) - len(lanes), height=y)


def _stacked(found: Overview, site: SiteId) -> list[tuple[Taken, int]]:
    """What is taken at a site, each above those it meets in time."""
    placed: list[tuple[Taken, int]] = []
    for taken in sorted((t for t in found.taken if t.site == site), key=lambda t: (t.starts, t.lot)):
        under = [(p.seats + level) for p, level in placed if p.starts < taken.ends and taken.starts < p.ends]
        placed.append((taken, max(under, default=0)))
    return placed


def _bar(
    found: Overview, at: tuple[Taken, int], y: int, height: int, *, lost: bool = False
) -> SeatBar | None:
    taken, level = at
    opens = datetime.combine(found.day, time(FIRST), SHANGHAI)
    since, until = max(taken.starts, opens), min(taken.ends, opens + timedelta(hours=LAST - FIRST))
    if since >= until:
        return None
    tall = height if lost else min(taken.seats * SEAT, height)
    return SeatBar(
        x=LEFT + round((since - opens).total_seconds() / 3600 * HOUR),
        y=y + height - (tall if lost else min(height, (level + taken.seats) * SEAT)),
        width=max(3, round((until - since).total_seconds() / 3600 * HOUR)),
        height=tall,
        kind="lost" if lost else "lot" if taken.lot else "hold",
        lot=taken.lot,
        seats=taken.seats,
        starts=taken.starts,
        ends=taken.ends,
        until=taken.until,
    )
