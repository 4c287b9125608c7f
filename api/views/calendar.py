"""What does the supervisor see of the calendar of working days? No case stands in it."""

from dataclasses import dataclass
from datetime import date, datetime

from api.services.calendar import KnownYear, Source
from api.views.gate import free


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """One year with where it comes from, and its exceptions when they are known."""

    year: int = free()
    source: Source = free()
    off: tuple[date, ...] = free()
    worked: tuple[date, ...] = free()
    notice: str = free()
    entered: datetime | None = free()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPage:
    """The years that matter now."""

    years: tuple[CalendarYear, ...] = free()


def shown(known: tuple[KnownYear, ...]) -> CalendarPage:
    """The page of these years."""
    return CalendarPage(years=tuple(_year(each) for each in known))


def _year(known: KnownYear) -> CalendarYear:
    return CalendarYear(
        year=known.year,
        source=known.source,
        off=known.days.off if known.days else (),
        worked=known.days.worked if known.days else (),
        notice=known.entry.notice if known.entry else "",
        entered=known.entry.at if known.entry else None,
    )
