"""What should change when seats are lost? A proposal with the fewest changes, shown first, then applied whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlmodel import Session

from api.services.calendar import calendar
from api.services.closing_sites import Cut, cuts, troubled
from api.services.feasibility import windows_of, working_days
from api.services.memory import Memory
from api.services.office import Dossier, Office
from api.services.rooms import Venue, rooms, venues
from api.store import journal
from crypto.canonical import canonical
from scheduler.codec import to_plain
from scheduler.exhibits import Request, Snapshot
from scheduler.explain import Reason
from scheduler.facts import case_of, numbers
from scheduler.faults import Clock, fault_clock
from scheduler.feasibility import Option, bounds_of, guests_of
from scheduler.model import LotId, SiteId
from scheduler.rules.day import SHANGHAI
from scheduler.rules.place import city
from scheduler.state import Phase, State
from scheduler.timetable import Days, Lot, Placed, Window, WindowId

AHEAD = timedelta(hours=2)  # nothing is moved into a window that begins sooner
_LATER = 2  # working days after the last troubled one that may take lots
_OPEN = (Phase.F0, Phase.F1, Phase.F2, Phase.F3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """When and where a lot is."""

    starts: datetime
    ends: datetime
    option: Option


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the proposal does with one lot: `after` None is no place, with what stands against it.

    `clock`: for a lot that must not be moved because it is drawn, the failure clock that runs for it.
    """

    lot: LotId
    seq: int
    before: Spot
    after: Spot | None
    against: tuple[Reason, ...] = ()
    clock: Clock | None = None

    @property
    def reseated(self) -> bool:
        """Other workstations at the same sites in the same window: nothing in the request changes."""
        a, b = self.before, self.after
        return b is not None and (a.starts, a.ends, a.option) == (b.starts, b.ends, b.option)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """All steps in order of lots; `digest` names exactly this proposal on exactly this state of things."""

    steps: tuple[Step, ...]
    others: tuple[tuple[LotId, Spot], ...]  # lots of those days that stay, for the pictures
    lost: tuple[Cut, ...]
    least: bool
    digest: str


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


def propose(office: Office, memory: Memory, *, imagined: Sequence[Cut] = ()) -> Proposal:
    """The repair of what is lost, `imagined` losses included; nothing is written."""
    now = office.now()
    with office.db.reading() as session:
        lost = (*(cut for _, cut, _ in cuts(session, now)), *imagined)
        hit = troubled(session, now, lost)
        near = _near(office, session, hit, now)
        chosen = frozenset(lot for lot in hit if lot in near and near[lot].movable)
        steps, least = _placed(office, memory, session, (near, chosen, lost))
        if any(step.after is None for step in steps):  # make room by moving others too
            every = frozenset(lot for lot, case in near.items() if case.movable)
            steps, least = _placed(office, memory, session, (near, every, lost))
    stuck = [
        _stuck(office, near[lot], cut, now) for lot, cut in hit.items() if lot in near and lot not in chosen
    ]
    found = tuple(
        sorted((*(s for s in steps if s.lot in hit or not s.reseated), *stuck), key=lambda s: s.lot)
    )
    stay = tuple((lot, near[lot].spot) for lot in sorted(near) if lot not in {s.lot for s in found})
    return Proposal(steps=found, others=stay, lost=lost, least=least, digest=_digest(found, lost))


def _digest(steps: Sequence[Step], lost: Sequence[Cut]) -> str:
    told = [(s.lot, s.seq, to_plain(s.before), to_plain(s.after) if s.after else None) for s in steps]
    return sha256(canonical([to_plain(told), [to_plain(cut) for cut in lost]])).hexdigest()


def _stuck(office: Office, case: Case, cut: Cut | None, now: datetime) -> Step:
    since = (cut.since if cut else None) or now
    clock = fault_clock(office.pack, case.state.phase, case.state.starts, since, now)
    return Step(lot=case.state.lot, seq=case.state.seq, before=case.spot, after=None, clock=clock)


def _near(office: Office, session: Session, hit: Mapping[LotId, object], now: datetime) -> dict[LotId, Case]:
    """The troubled lots and every other open lot of their days and the days that may take them."""
    rows = [row for row in journal.cases(session) if row.phase in _OPEN and row.ends > now]
    days = sorted({_day(row.starts) for row in rows if row.lot in hit})
    if not days:
        return {}
    last = days[-1] + timedelta(days=7)
    return {
        LotId(row.lot): case_of_lot(office, session, LotId(row.lot))
        for row in rows
        if days[0] <= _day(row.starts) <= last
    }


def case_of_lot(office: Office, session: Session, lot: LotId) -> Case:
    """The lot with its request and the seats it holds."""
    state = journal.state_of(session, lot)
    request = Dossier(office=office, state=state).request
    counts = {site.site: site.seats for site in request.sites}
    host = next(site.site for site in request.sites if site.host)
    guests = tuple((site, seats) for site, seats in sorted(counts.items()) if site != host)
    option = Option(host=host, host_seats=counts[host], guests=guests)
    return Case(state=state, request=request, spot=Spot(starts=state.starts, ends=state.ends, option=option))


Work = tuple[Mapping[LotId, Case], frozenset[LotId], Sequence[Cut]]


def _placed(office: Office, memory: Memory, session: Session, work: Work) -> tuple[list[Step], bool]:
    """The chosen lots placed anew among all others, which stay."""
    from scheduler.solve.timetable_effort import Effort
    from scheduler.solve.timetable_replan import replan

    near, chosen, lost = work
    if not chosen:
        return [], True
    known = venues(session)
    spans = _spans(office, session, [near[lot] for lot in sorted(chosen)])
    free = _free(office, session, known, (spans, chosen, lost))
    lots = tuple(_lot(office, near[lot], spans, (known, free)) for lot in sorted(chosen))
    days = Days(
        experts=(),
        sites=tuple(venue.site for venue in known),
        windows=tuple(window_of(span) for span in spans),
        lots=lots,
    )
    days = memory.peopled(office, session, days, [near[lot] for lot in near if lot not in chosen])
    before = {lot: _was(near[lot], free) for lot in sorted(chosen)}
    made = replan(days, before, Effort(clock=lambda: 0.0), room=free)
    at = {name_of(span): span for span in spans}
    after = {one.lot: _spot(one, near[one.lot], at, free) for one in made.placed}
    reasons = {one.lot: one.clash for one in made.unplaced}
    steps = [
        Step(
            lot=lot,
            seq=near[lot].state.seq,
            before=near[lot].spot,
            after=after.get(lot),
            against=reasons.get(lot, ()),
        )
        for lot in sorted(chosen)
    ]
    return steps, made.least


def _was(case: Case, free: Mapping[tuple[WindowId, SiteId], int]) -> Placed:
    """Where the lot is; without a host, so that it cannot stay, where one of its guest sites has no seat left."""
    spot, window = case.spot, name_of((case.spot.starts, case.spot.ends))
    guests = tuple(site for site, _ in spot.option.guests)
    lost = any(free.get((window, site), 0) < 1 for site in guests)
    host = SiteId("") if lost else spot.option.host
    return Placed(lot=case.state.lot, window=window, host=host, guests=guests, panel=())


Span = tuple[datetime, datetime]


def name_of(span: Span) -> WindowId:
    """What a window is called in a timetable."""
    return WindowId("/".join(moment.astimezone(SHANGHAI).isoformat() for moment in span))


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def window_of(span: Span) -> Window:
    """The window of a timetable; one that crosses midnight is taken to its day's end."""
    first, last = (moment.astimezone(SHANGHAI) for moment in span)
    end = last.time() if last.date() == first.date() else first.replace(hour=23, minute=59).time()
    return Window(id=name_of(span), day=first.date(), start=first.time(), end=end)


def _spans(office: Office, session: Session, cases: Sequence[Case]) -> list[Span]:
    """The lots' own windows, and the usual ones of their days and the next working days."""
    own = {(case.spot.starts.astimezone(SHANGHAI), case.spot.ends.astimezone(SHANGHAI)) for case in cases}
    known = calendar(session)
    first = min(_day(case.spot.starts) for case in cases)
    last = max(_day(case.spot.starts) for case in cases)
    days = {_day(case.spot.starts) for case in cases}
    days |= set(working_days(known, max(first, _day(office.now())))[0][:_LATER])
    days |= set(working_days(known, last + timedelta(days=1))[0][:_LATER])
    for hours in sorted({-(-int((b - a).total_seconds()) // 3600) for a, b in own}):
        own |= {span for day in days for span in windows_of(day, hours)}
    soon = office.now() + AHEAD
    mine = {(case.spot.starts.astimezone(SHANGHAI), case.spot.ends.astimezone(SHANGHAI)) for case in cases}
    return sorted(span for span in own if span[0] >= soon or span in mine)


def _free(
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


def _lot(
    office: Office,
    case: Case,
    spans: Sequence[Span],
    venue: tuple[Sequence[Venue], Mapping[tuple[WindowId, SiteId], int]],
) -> Lot:
    """The lot as the planner reads it; where its host is lost in its window, the roomiest of that city."""
    request, option = case.request, case.spot.option
    force = numbers(office.pack, case_of(request, Snapshot(leaves=(), controls=())))
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


def _spot(
    one: Placed, case: Case, at: Mapping[WindowId, Span], free: Mapping[tuple[WindowId, SiteId], int]
) -> Spot:
    """Where it is now: its own seats where it stays, else those of the witness and one more where there is room."""
    starts, ends = at[one.window]
    old = case.spot
    same = (old.starts, old.ends, old.option.host) == (starts, ends, one.host)
    if same and sorted(one.guests) == sorted(site for site, _ in old.option.guests):
        wanted = {old.option.host: old.option.host_seats + case.request.owner_reps, **dict(old.option.guests)}
        if all(free.get((one.window, site), 0) >= seats for site, seats in wanted.items()):
            return old
    counts: dict[SiteId, int] = dict.fromkeys((one.host, *one.guests), 0)
    for seat in one.panel:
        counts[seat.site] += 1
    for site, used in counts.items():
        taken = used + (case.request.owner_reps if site == one.host else 0)
        counts[site] += int(free.get((one.window, site), 0) > taken and used < len(one.panel))
    guests = tuple((site, max(1, counts[site])) for site in sorted(counts) if site != one.host)
    return Spot(
        starts=starts, ends=ends, option=Option(host=one.host, host_seats=counts[one.host], guests=guests)
    )
