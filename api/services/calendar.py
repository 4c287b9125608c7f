"""Which working days does this installation go by? A kept library, and the supervisor's table before it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from chinese_calendar import constants
from sqlmodel import Session

from api.actor import Actor
from api.intake.calendar import LONGEST_NOTICE, read_year
from api.services.office import Office, only
from api.store import calendars
from scheduler.calendar import Calendar, Year
from scheduler.errors import Refused
from scheduler.model import Role

AHEAD = 1  # years after the present one that the supervisor's page lists


class Source(StrEnum):
    """Who says what the working days of a year are."""

    LIBRARY = "library"
    SUPERVISOR = "supervisor"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownYear:
    """One year of the calendar in force: `notice` and `entered` only for a supervisor's entry."""

    year: int
    source: Source
    days: Year | None
    entry: calendars.Entered | None = None


def calendar(session: Session) -> Calendar:
    """All years known: the library's, each replaced by the supervisor's entry where there is one."""
    found = {year.year: year for year in library()}
    found |= {each.year.year: each.year for each in calendars.entered(session)}
    return Calendar(years=tuple(found[year] for year in sorted(found)))


@cache
def library() -> tuple[Year, ...]:
    """The years of `chinesecalendar`, which follows the State Council's notices from 2004 on."""
    years = sorted({day.year for day in constants.holidays})
    return tuple(
        Year(
            year=year,
            off=tuple(sorted(d for d in constants.holidays if d.year == year and d.weekday() < 5)),
            worked=tuple(sorted(d for d in constants.workdays if d.year == year and d.weekday() >= 5)),
        )
        for year in years
    )


def years(office: Office) -> tuple[KnownYear, ...]:
    """The present year, the next, and every year a supervisor has entered, each with its source."""
    with office.db.reading() as session:
        entries = {each.year.year: each for each in calendars.entered(session)}
    known, now = {year.year: year for year in library()}, office.now().year
    listed = sorted({*range(now, now + AHEAD + 1), *entries})
    return tuple(_known(year, entries.get(year), known.get(year)) for year in listed)


def _known(year: int, entry: calendars.Entered | None, library_year: Year | None) -> KnownYear:
    if entry is not None:
        return KnownYear(year=year, source=Source.SUPERVISOR, days=entry.year, entry=entry)
    source = Source.NOBODY if library_year is None else Source.LIBRARY
    return KnownYear(year=year, source=source, days=library_year)


def enter(office: Office, actor: Actor, year: int, notice: str, text: str) -> Year:
    """The supervisor enters a year as the notice says it. Raises Refused, and Faults with every faulty line."""
    only(actor, Role.SUPERVISOR)
    told = notice.strip()
    if not told or len(told) > LONGEST_NOTICE or not told.isprintable():
        raise Refused("calendar_notice", most=LONGEST_NOTICE)
    days = read_year(text, year)
    entry = calendars.Entered(year=days, notice=told, at=office.now(), actor=actor.id)
    with office.db.transaction() as session:
        calendars.enter(session, entry)
    return days
