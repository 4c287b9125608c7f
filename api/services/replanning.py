"""What should change when seats are lost? A proposal with the fewest changes, shown first, then applied whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from api.services.closing_sites import Cut, cuts, troubled
from api.services.memory import Memory
from api.services.office import Dossier, Office
from api.services.packs import ruled
from api.services.placing import (
    OPEN,
    Case,
    Span,
    Spot,
    day_of,
    free_seats,
    lot_of,
    name_of,
    open_cases,
    room_of,
    settled,
    spans_of,
    was_at,
    window_of,
)
from api.services.rooms import Venue, venues
from api.services.shown import digest_shown
from api.store import journal
from scheduler.codec import to_plain
from scheduler.explain import Reason
from scheduler.faults import Clock, fault_clock
from scheduler.feasibility import Option
from scheduler.model import LotId, SiteId
from scheduler.timetable import Days, Lot, Placed, WindowId


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
    frozen: bool = False  # its members (or those who will be drawn) may be seated elsewhere (reseating)

    @property
    def reseated(self) -> bool:
        """Other workstations at the same sites in the same window: nothing in the request changes."""
        a, b = self.before, self.after
        return b is not None and (a.starts, a.ends, a.option) == (b.starts, b.ends, b.option)

    @property
    def trimmed(self) -> bool:
        """In its window at its sites with fewer workstations to spare."""
        a, b = self.before, self.after
        if (
            b is None
            or self.reseated
            or (a.starts, a.ends, a.option.host) != (b.starts, b.ends, b.option.host)
        ):
            return False
        return {site for site, _ in a.option.guests} == {site for site, _ in b.option.guests}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """All steps in order of lots; `digest` names exactly this proposal on exactly this state of things."""

    steps: tuple[Step, ...]
    others: tuple[tuple[LotId, Spot], ...]  # lots of those days that stay, for the pictures
    lost: tuple[Cut, ...]
    least: bool
    digest: str


def propose(office: Office, memory: Memory, *, imagined: Sequence[Cut] = ()) -> Proposal:
    """The repair of what is lost, `imagined` losses included; nothing is written."""
    office, now = ruled(office), office.now()
    with office.db.reading() as session:
        lost = (*(cut for _, cut, _ in cuts(session, now)), *imagined)
        hit = troubled(session, now, lost)
        near = _near(office, session, hit, now)
        chosen = frozenset(lot for lot in hit if lot in near and near[lot].movable)
        made = placed_anew(office, memory, session, Work(near=near, chosen=chosen, lost=lost))
        if any(step.after is None for step in made.steps):  # make room by moving others too
            every = frozenset(lot for lot, case in near.items() if case.movable)
            made = placed_anew(office, memory, session, Work(near=near, chosen=every, lost=lost))
    stuck = [
        _stuck(office, near[lot], cut, now) for lot, cut in hit.items() if lot in near and lot not in chosen
    ]
    found = tuple(
        sorted((*(s for s in made.steps if s.lot in hit or not s.reseated), *stuck), key=lambda s: s.lot)
    )
    stay = tuple((lot, near[lot].spot) for lot in sorted(near) if lot not in {s.lot for s in found})
    return Proposal(
        steps=found, others=stay, lost=lost, least=made.least, digest=digest_of_steps(found, lost)
    )


def digest_of_steps(steps: Sequence[Step], lost: Sequence[Cut]) -> str:
    """Names exactly these steps and losses."""
    told = [(s.lot, s.seq, to_plain(s.before), to_plain(s.after) if s.after else None) for s in steps]
    return digest_shown([to_plain(told), [to_plain(cut) for cut in lost]])


def _stuck(office: Office, case: Case, cut: Cut | None, now: datetime) -> Step:
    since = (cut.since if cut else None) or now
    pack = Dossier(office=office, state=case.state).pack
    clock = fault_clock(pack, case.state.phase, case.state.starts, since, now)
    frozen = case.state.pool is not None
    return Step(
        lot=case.state.lot, seq=case.state.seq, before=case.spot, after=None, clock=clock, frozen=frozen
    )


def _near(office: Office, session: Session, hit: Mapping[LotId, object], now: datetime) -> dict[LotId, Case]:
    """The troubled lots and every other open lot of their days and the days that may take them."""
    rows = [row for row in journal.cases(session) if row.phase in OPEN and row.ends > now]
    days = sorted({day_of(row.starts) for row in rows if row.lot in hit})
    return open_cases(office, session, days[0], days[-1] + timedelta(days=7)) if days else {}


Seats = Mapping[tuple[WindowId, SiteId], int]  # free in a window at a site


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A lot that is not booked yet and the window it wants; `lot` reads it when the free seats are known."""

    window: Span
    lot: Callable[[Sequence[Venue], Seats], Lot]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is placed anew: the chosen ones of all lots near, without the seats lost, beside a newcomer.

    Beside a newcomer nobody who has a place loses it.
    """

    near: Mapping[LotId, Case]
    chosen: frozenset[LotId]
    lost: Sequence[Cut] = ()
    newcomer: Newcomer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anew:
    """A step for every chosen lot; where the newcomer would be, or what stands against it."""

    steps: tuple[Step, ...] = ()
    least: bool = True
    arrival: Spot | None = None
    against: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """The planner's question: windows by name, the days, where every chosen lot was, the seats that are free."""

    at: Mapping[WindowId, Span]
    days: Days
    before: Mapping[LotId, Placed]
    free: Seats
    newcomer: LotId | None = None


def placed_anew(office: Office, memory: Memory, session: Session, work: Work) -> Anew:
    """The chosen lots (and the newcomer) placed among all others, which stay."""
    from scheduler.solve.timetable_effort import Effort
    from scheduler.solve.timetable_replan import replan

    if not work.chosen and work.newcomer is None:
        return Anew()
    table = _laid(office, memory, session, work)
    must = work.chosen if work.newcomer else frozenset[LotId]()
    made = replan(table.days, table.before, Effort(clock=lambda: 0.0), must=must, room=table.free)
    owners = {lot.id: lot.owner_reps for lot in table.days.lots}
    was = {lot: work.near[lot].spot for lot in work.chosen}
    found = settled(made.placed, owners, was, room_of(office, table.at.values(), table.free))
    after = {lot: _spot(table.at[window], option) for lot, (window, option) in found.items()}
    reasons = {one.lot: one.clash for one in made.unplaced}
    new = table.newcomer
    return Anew(
        steps=tuple(_step(work.near[lot], after, reasons) for lot in sorted(work.chosen)),
        least=made.least,
        arrival=after.get(new) if new else None,
        against=reasons.get(new, ()) if new else (),
    )


def _laid(office: Office, memory: Memory, session: Session, work: Work) -> _Table:
    known, cases = venues(session), [work.near[lot] for lot in sorted(work.chosen)]
    spans = spans_of(office, session, cases) if cases else []
    if work.newcomer:
        spans = sorted({*spans, work.newcomer.window})
    free = free_seats(office, session, known, (spans, work.chosen, work.lost))
    lots = tuple(lot_of(office, case, spans, (known, free)) for case in cases)
    new = work.newcomer.lot(known, free) if work.newcomer else None
    days = Days(
        experts=(),
        sites=tuple(venue.site for venue in known),
        windows=tuple(window_of(span) for span in spans),
        lots=(*lots, new) if new else lots,
    )
    others = [case for lot, case in work.near.items() if lot not in work.chosen]
    return _Table(
        at={name_of(span): span for span in spans},
        days=memory.peopled(office, session, days, others),
        before={case.state.lot: was_at(case, free) for case in cases},
        free=free,
        newcomer=new.id if new else None,
    )


def _spot(span: Span, option: Option) -> Spot:
    return Spot(starts=span[0], ends=span[1], option=option)


def _step(case: Case, after: Mapping[LotId, Spot], reasons: Mapping[LotId, tuple[Reason, ...]]) -> Step:
    """Where it stays its moments are written as they were, so that nothing seems to change."""
    lot, before = case.state.lot, case.spot
    now = after.get(lot)
    if now is not None and (now.starts, now.ends, now.option) == (before.starts, before.ends, before.option):
        now = before
    return Step(lot=lot, seq=case.state.seq, before=before, after=now, against=reasons.get(lot, ()))
