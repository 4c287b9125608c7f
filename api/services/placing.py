"""How does the planner read lots that are booked: where each is, where it may be, and which seats are left?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from api.services.calendar import calendar
from api.services.closing_sites import Cut
from api.services.feasibility import windows_of, working_days
from api.services.office import Dossier, Office
from api.services.rooms import Venue, rooms
from api.store import journal
from scheduler.exhibits import Request, Snapshot
from scheduler.facts import case_of, numbers
from scheduler.feasibility import GUEST_SEATS, Option, bounds_of, guests_of
from scheduler.model import LotId, SiteId
from scheduler.rules.day import SHANGHAI
from scheduler.rules.place import city
from scheduler.state import Phase, State
from scheduler.timetable import Lot, Placed, Window, WindowId

AHEAD = timedelta(hours=2)  # nothing is moved into a window that begins sooner
OPEN = (Phase.F0, Phase.F1, Phase.F2, Phase.F3)
_LATER = 2  # working days after the last troubled one that may take lots


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """When and where a lot is."""

    starts: datetime
    ends: datetime
    option: Option


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A lot as planning reads it."""

    state: State
    request: Request
    spot: Spot

    @property
    def movable(self) -> bool:
        """Booked, with no pool frozen and nothing relaxed: nobody knows of it yet."""
        s = self.state
        return s.phase is Phase.F0 and s.pool is None and not s.rounds and not s.asked and not s.relaxed

    @property
    def yields(self) -> bool:
        """Whether it may be moved to make room: a normal lot whose guest sites nobody draws by lot."""
        return self.movable and not self.request.green and self.state.sites is None


def case_of_lot(office: Office, session: Session, lot: LotId) -> Case:
    """The lot with its request and the seats it holds."""
    state = journal.state_of(session, lot)
    request = Dossier(office=office, state=state).request
    counts = {site.site: site.seats for site in request.sites}
    host = next(site.site for site in request.sites if site.host)
    guests = tuple((site, seats) for site, seats in sorted(counts.items()) if site != host)
    option = Option(host=host, host_seats=counts[host], guests=guests)
    return Case(state=state, request=request, spot=Spot(starts=state.starts, ends=state.ends, option=option))


def open_cases(office: Office, session: Session, first: date, last: date) -> dict[LotId, Case]:
    """Every lot of these days (both included) that is not over and whose scoring is not closed."""
    now = office.now()
    rows = [row for row in journal.cases(session) if row.phase in OPEN and row.ends > now]
    return {
        LotId(row.lot): case_of_lot(office, session, LotId(row.lot))
        for row in rows
        if first <= day_of(row.starts) <= last
    }


Span = tuple[datetime, datetime]


def name_of(span: Span) -> WindowId:
    """What a window is called in a timetable."""
    return WindowId("/".join(moment.astimezone(SHANGHAI).isoformat() for moment in span))


def day_of(moment: datetime) -> date:
    """The day in China."""
    return moment.astimezone(SHANGHAI).date()


def window_of(span: Span) -> Window:
    """The window of a timetable; one that crosses midnight is taken to its day's end."""
    first, last = (moment.astimezone(SHANGHAI) for moment in span)
    end = last.time() if last.date() == first.date() else first.replace(hour=23, minute=59).time()
    return Window(id=name_of(span), day=first.date(), start=first.time(), end=end)


def spans_of(office: Office, session: Session, cases: Sequence[Case]) -> list[Span]:
    """The lots' own windows, and the usual ones of their days and the next working days."""
    own = {(case.spot.starts.astimezone(SHANGHAI), case.spot.ends.astimezone(SHANGHAI)) for case in cases}
    known = calendar(session)
    first = min(day_of(case.spot.starts) for case in cases)
    last = max(day_of(case.spot.starts) for case in cases)
    days = {day_of(case.spot.starts) for case in cases}
    days |= set(working_days(known, max(first, day_of(office.now())))[0][:_LATER])
    days |= set(working_days(known, last + timedelta(days=1))[0][:_LATER])
    for hours in sorted({-(-int((b - a).total_seconds()) // 3600) for a, b in own}):
        own |= {span for day in days for span in windows_of(day, hours)}
    soon = office.now() + AHEAD
    mine = {(case.spot.starts.astimezone(SHANGHAI), case.spot.ends.astimezone(SHANGHAI)) for case in cases}
    return sorted(span for span in own if span[0] >= soon or span in mine)


def free_seats(
    office: Office,
    session: Session,
    known: Sequence[Venue],
    work: tuple[Sequence[Span], frozenset[LotId], Sequence[Cut]],
) -> dict[tuple[WindowId, SiteId], int]:
    """Seats free in every window when the chosen lots give theirs back and the lost ones are gone."""
    spans, chosen, lost = work
    buffer = timedelta(minutes=office.pack.times.buffer_minutes)
    wide = [(a - buffer, b + buffer) for a, b in spans]
    imagined = [(c.site, c.room, c.starts, c.ends) for c in lost if c.since is None]
    found = rooms(session, wide, without=frozenset(chosen), lost=imagined)
    return {
        (name_of(span), venue.site.id): room.get(venue.site.id, 0) if venue.is_open(*span) else 0
        for span, room in zip(spans, found, strict=True)
        for venue in known
    }


def lot_of(
    office: Office,
    case: Case,
    spans: Sequence[Span],
    venue: tuple[Sequence[Venue], Mapping[tuple[WindowId, SiteId], int]],
) -> Lot:
    """The lot as the planner reads it; where its host is lost in its window, the roomiest of that city."""
    request, option = case.request, case.spot.option
    pack = Dossier(office=office, state=case.state).pack
    force = numbers(pack, case_of(request, Snapshot(leaves=(), controls=())))
    length = case.spot.ends - case.spot.starts
    least, most = guests_of(force)
    return Lot(
        id=case.state.lot,
        region=request.region,
        host=_host(case, venue),
        seats=request.seats,
        owner_reps=request.owner_reps,
        windows=tuple(name_of(s) for s in spans if s[1] - s[0] == length),
        guests_min=least,
        guests_max=max(len(option.guests), least) if most is None else most,
        guest_seats=GUEST_SEATS,
        bounds=bounds_of(force, sum(s.count for s in request.seats)),
        green=request.green,
    )


def _host(case: Case, venue: tuple[Sequence[Venue], Mapping[tuple[WindowId, SiteId], int]]) -> SiteId:
    known, free = venue
    window, now = name_of((case.spot.starts, case.spot.ends)), case.spot.option.host
    if free.get((window, now), 0) > case.request.owner_reps:
        return now
    home = next(v.site for v in known if v.site.id == now)
    near = [v.site for v in known if city(v.site.region) == city(home.region)]
    return max(near, key=lambda site: (free.get((window, site.id), 0), site.id == now, site.id)).id


def was_at(case: Case, free: Mapping[tuple[WindowId, SiteId], int]) -> Placed:
    """Where the lot is; without a host, so that it cannot stay, where one of its guest sites has no seat left."""
    spot, window = case.spot, name_of((case.spot.starts, case.spot.ends))
    guests = tuple(site for site, _ in spot.option.guests)
    lost = any(free.get((window, site), 0) < 1 for site in guests)
    host = SiteId("") if lost else spot.option.host
    return Placed(lot=case.state.lot, window=window, host=host, guests=guests, panel=())


@dataclass(slots=True, kw_only=True)
class Room:
    """Seats left in every window while lots are put there; windows closer than their buffers share them."""

    left: dict[tuple[WindowId, SiteId], int]
    beside: Mapping[WindowId, tuple[WindowId, ...]]

    def has(self, window: WindowId, wanted: Mapping[SiteId, int]) -> bool:
        """Whether all of that is left."""
        return all(self.left.get((window, site), 0) >= seats for site, seats in wanted.items())

    def take(self, window: WindowId, wanted: Mapping[SiteId, int]) -> None:
        """It is left no more."""
        for near in self.beside[window]:
            for site, seats in wanted.items():
                self.left[near, site] = self.left.get((near, site), 0) - seats


def room_of(office: Office, spans: Iterable[Span], free: Mapping[tuple[WindowId, SiteId], int]) -> Room:
    """The seats of the windows before anything is put there."""
    gap = 2 * timedelta(minutes=office.pack.times.buffer_minutes)
    known = list(spans)
    beside = {
        name_of(one): tuple(name_of(two) for two in known if one[0] < two[1] + gap and two[0] < one[1] + gap)
        for one in known
    }
    return Room(left=dict(free), beside=beside)


def settled(
    placed: Iterable[Placed], owners: Mapping[LotId, int], was: Mapping[LotId, Spot], room: Room
) -> dict[LotId, tuple[WindowId, Option]]:
    """The workstations of every placed lot: all get those of their witness first; then who stays where it was keeps
    all it had where that is left, else as many as are; then who is new there gets one more at every site."""
    found: dict[LotId, tuple[WindowId, Option]] = {}
    least = {one.lot: (one, witness(one)) for one in placed}
    for lot, (one, option) in least.items():
        room.take(one.window, _wanted(option, owners[lot]))
    order = sorted(least, key=lambda lot: (not _stays(least[lot][0], was.get(lot)), lot))
    for lot in order:
        one, option = least[lot]
        more = _spare(one, option, was.get(lot), room)
        room.take(one.window, more)
        guests = tuple((site, seats + more.get(site, 0)) for site, seats in option.guests)
        host = option.host_seats + more.get(option.host, 0)
        found[lot] = one.window, Option(host=option.host, host_seats=host, guests=guests)
    return found


def witness(one: Placed) -> Option:
    """A workstation for everybody of the witness, one at least at every guest site."""
    counts: dict[SiteId, int] = dict.fromkeys((one.host, *one.guests), 0)
    for seat in one.panel:
        counts[seat.site] += 1
    guests = tuple((site, max(GUEST_SEATS, counts[site])) for site in sorted(counts) if site != one.host)
    return Option(host=one.host, host_seats=counts[one.host], guests=guests)


def _wanted(option: Option, owners: int) -> dict[SiteId, int]:
    return {option.host: option.host_seats + owners, **dict(option.guests)}


def _stays(one: Placed, was: Spot | None) -> bool:
    """In its window, with its host and its guest sites."""
    if was is None or name_of((was.starts, was.ends)) != one.window or was.option.host != one.host:
        return False
    return sorted(one.guests) == sorted(site for site, _ in was.option.guests)


def _spare(one: Placed, option: Option, was: Spot | None, room: Room) -> dict[SiteId, int]:
    """Workstations beyond the witness's that are left; fewer than its at a site only where it had fewer before."""
    seats = _wanted(option, 0)
    if was is not None and _stays(one, was):
        had = _wanted(was.option, 0)
        wished = {site: had[site] - seats[site] for site in seats}
        if room.has(one.window, {site: more for site, more in wished.items() if more > 0}):
            return wished
    else:
        wished = {site: int(used < len(one.panel)) for site, used in seats.items()}
    return {site: max(0, min(more, room.left.get((one.window, site), 0))) for site, more in wished.items()}
