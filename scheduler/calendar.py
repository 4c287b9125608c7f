"""Which days are working days in China, and which day lies so many working days before a moment?

The exceptions of a year (rest days 放假, make-up days 调休上班) come from the State Council's yearly notice and
are an argument here; a year without a notice is unknown, and nothing is ever guessed about it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scheduler.errors import Refused
from scheduler.rules.day import SHANGHAI

_SATURDAY = 5
_FARTHEST = 366  # days looked back over before the table itself must be wrong
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """The exceptions that one year's notice announces: weekdays off, and weekend days that are worked.

    A notice may reach into the December before: days off at New Year are often made up for there.
    """

    year: int
    off: tuple[date, ...]
    worked: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The years somebody has announced; of any other year nothing is said."""

    years: tuple[Year, ...] = ()

    def knows(self, year: int) -> bool:
        """Whether the exceptions of this year are known."""
        return any(each.year == year for each in self.years)

    def works(self, day: date) -> bool:
        """Whether `day` is a working day. Raises Refused("calendar_year") when nobody knows."""
        if not self.knows(day.year):
            raise Refused("calendar_year", year=day.year)
        for each in sorted(self.years, key=lambda year: -year.year):  # the later notice has the last word
            if day in each.worked or day in each.off:
                return day in each.worked
        return day.weekday() < _SATURDAY

    def only(self, years: Iterable[int]) -> "Calendar":
        """The part that concerns these years, to be written beside what it decided."""
        wanted = frozenset(years)
        wanted |= {year + 1 for year in wanted}  # its notice may reach into the December before
        return Calendar(years=tuple(each for each in self.years if each.year in wanted))


def working_days_before(moment: datetime, n: int, calendar: Calendar) -> datetime:
    """00:00 in China of the n-th working day before the day of `moment` (aware); n = 0: of that day itself.

    The day of the moment does not count (民法典 201). Raises Refused("calendar_year") when a day in between
    lies in a year that nobody has announced yet, ValueError for a negative n or a naive moment.
    """
    if n < 0 or moment.tzinfo is None:
        raise ValueError("a number of days from 0 on, and a moment with its zone")
    day = moment.astimezone(SHANGHAI).date()
    first = day - _FARTHEST * _DAY
    while n:
        day -= _DAY
        n -= calendar.works(day)
        if day < first:
            raise Refused("calendar_table", year=day.year)
    return datetime.combine(day, time.min, SHANGHAI)
