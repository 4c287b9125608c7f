"""Which windows and sites would take a lot now? Asked after every step of a booking; nothing is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from api.services.calendar import calendar
from api.services.memory import PLANNING, Memory
from api.services.office import Office
from api.services.packs import ruled
from api.services.rooms import Venue, rooms, venues
from api.store import journal
from scheduler.calendar import Calendar
from scheduler.feasibility import Answer, Ask, Band, Candidate, bounds_of, guests_of
from scheduler.limits import Numbers
from scheduler.model import OrgTag, RegionCode, Seats, SiteId
from scheduler.rules.day import SHANGHAI
from scheduler.rules.place import city
from scheduler.state import Phase

BEGINNINGS = (time(9, 0), time(14, 0))  # of the windows that are offered
DAYS = 7  # working days that are offered
_AHEAD = timedelta(hours=2)  # nothing that begins sooner is offered
_LOOK = 31  # calendar days looked through for working days
_DONE = (Phase.F4, Phase.F5, Phase.F6, Phase.F7, Phase.CANCELLED)  # such lots want nobody any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is known of a lot while it is being booked."""

    region: RegionCode
    category: str
    budget: int | None
    seats: tuple[Seats, ...]
    owner_reps: int = 0
    host: SiteId | None = None  # None: any site of the project's city
    guests_min: int = 0
    guests_max: int | None = None
    recused: tuple[str, ...] = ()  # codes of organisations, the tenderee among them
    hours: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A window with its answer."""

    starts: datetime
    ends: datetime
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The windows offered, and the years whose working days nobody knows (nothing is offered there)."""

    slots: tuple[Slot, ...]
    unknown: tuple[int, ...]
    people: tuple[Band, ...] = ()  # per role, before any window is chosen

    @property
    def band(self) -> Band:
        """The best of all windows."""
        bands = {slot.answer.band for slot in self.slots}
        return next((b for b in (Band.AMPLE, Band.TIGHT) if b in bands), Band.SHORT)


def outlook(office: Office, memory: Memory, wish: Wish, *, since: date | None = None) -> Outlook:
    """The windows of the coming working days, in order of time."""
    first = since or office.now().astimezone(SHANGHAI).date()
    with office.db.reading() as session:
        days, unknown = working_days(calendar(session), first)
        earliest = office.now() + _AHEAD
        spans = [s for day in days for s in windows_of(day, wish.hours) if s[0] >= earliest]
        return Outlook(slots=asked(office, memory, session, wish, spans), unknown=unknown)


def asked(
    office: Office,
    memory: Memory,
    session: Session,
    wish: Wish,
    spans: Sequence[tuple[datetime, datetime]],
    *,
    without: frozenset[str] = frozenset(),
) -> tuple[Slot, ...]:
    """The answers for these windows; `without`: lots and holds that count as given back."""
    from scheduler.solve.feasible import answers  # the solver's room is slow to import

    office = ruled(office)
    known = venues(session)
    buffer = timedelta(minutes=office.pack.times.buffer_minutes)
    free = rooms(session, [(a - buffer, b + buffer) for a, b in spans], without=without)
    candidates = [
        Candidate(
            starts=starts,
            ends=ends,
            day=starts.astimezone(SHANGHAI).date(),
            room={v.site.id: room.get(v.site.id, 0) for v in known if v.is_open(starts, ends)},
            wanted=tuple(_wanted(office, memory, session, starts, ends)),
        )
        for (starts, ends), room in zip(spans, free, strict=True)
    ]
    out = office.pool.tags(PLANNING, wish.recused) if office.far else tuple(map(OrgTag, wish.recused))
    ask = replace(_ask(_numbers(office, wish, spans), wish, known), recused=out)
    told = answers(memory.supply(office, session), ask, tuple(v.site for v in known), candidates)
    return tuple(Slot(starts=a, ends=b, answer=answer) for (a, b), answer in zip(spans, told, strict=True))


def working_days(known: Calendar, since: date) -> tuple[tuple[date, ...], tuple[int, ...]]:
    """The next working days, and the years that were met of which nothing is known."""
    days: list[date] = []
    unknown: list[int] = []
    for n in range(_LOOK):
        day = since + timedelta(days=n)
        if not known.knows(day.year):
            unknown += [] if day.year in unknown else [day.year]
        elif known.works(day) and len(days) < DAYS:
            days.append(day)
        if len(days) == DAYS:
            break
    return tuple(days), tuple(unknown)


def windows_of(day: date, hours: int) -> Iterator[tuple[datetime, datetime]]:
    """The usual windows of a day."""
    for begin in BEGINNINGS:
        starts = datetime.combine(day, begin, SHANGHAI)
        yield starts, starts + timedelta(hours=hours)


def _numbers(office: Office, wish: Wish, spans: Sequence[tuple[datetime, datetime]]) -> Numbers:
    day = (spans[0][0] if spans else office.now()).astimezone(SHANGHAI).date()
    return office.pack.numbers(day, wish.category, wish.budget)


def _ask(numbers: Numbers, wish: Wish, known: Sequence[Venue]) -> Ask:
    near = [v.site for v in known if city(v.site.region) == city(wish.region) and v.site.seats]
    near.sort(key=lambda site: (site.region != wish.region, -site.seats, site.id))
    size = sum(each.count for each in wish.seats)
    return Ask(
        region=wish.region,
        seats=wish.seats,
        hosts=(wish.host,) if wish.host is not None else tuple(site.id for site in near),
        owner_reps=wish.owner_reps,
        guests=guests_of(numbers, wish.guests_min, wish.guests_max),
        bounds=bounds_of(numbers, size),
    )


def _wanted(
    office: Office, memory: Memory, session: Session, starts: datetime, ends: datetime
) -> Iterator[Seats]:
    for lot in journal.meanwhile(session, starts, ends, without=_DONE):
        yield from memory.wanted(office, session, lot)
