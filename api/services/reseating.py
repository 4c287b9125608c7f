"""How does a drawn panel go on when workstations are lost? The same persons sit elsewhere, by the same rules.

The law lets nobody choose persons, so nobody is replaced: only the site or the workstation changes, and only
before the member has checked in (ADR 0025).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from api.actor import Actor
from api.services.lostseats import Look, Seat, look
from api.services.office import Dossier, Office, by, only, open_case, record, rehearse
from api.services.otherseats import Found, Gone, Layout, same_site, stands_in
from api.services.seats import free, holds_of
from api.services.shown import demand_shown, digest_shown
from api.store.journal import SeatHold
from api.store.tables import RoomRow, SiteRow
from scheduler.codec import to_plain
from scheduler.errors import Refused
from scheduler.events import Digest, Reseated
from scheduler.exhibits import Place, Request, Reseating, Seating, Swap
from scheduler.explain import Reason
from scheduler.faults import Clock, fault_clock
from scheduler.model import LotId, Role, SiteId, Travel
from scheduler.state import Phase, State

LONGEST = 500  # characters of a reason
_WHILE = (Phase.F0, Phase.F1, Phase.F2, Phase.F3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What one lost site means, in numbers only: operators know counts by site, never who sits where."""

    lost: SiteId
    to: SiteId | None  # None: nowhere
    members: int
    against: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Where everybody of the lost sites would sit; where somebody cannot, what stands against it and what is left.

    `clock`: the failure clock that runs for the lot, whatever is done here; `rounds_left`: of its draw.
    """

    lot: LotId
    request: Request
    shifts: tuple[Shift, ...]
    swaps: tuple[Swap, ...]
    places: tuple[Place, ...]
    taking: tuple[tuple[Seat, bool], ...]  # workstations to be held, True: for an owner representative
    giving: tuple[Seat, ...]
    travel: tuple[Travel, ...]
    clock: Clock
    rounds_left: int
    digest: str

    @property
    def works(self) -> bool:
        """Whether everybody has a seat."""
        return all(shift.to is not None for shift in self.shifts)


def propose(office: Office, lot: LotId) -> Proposal:
    """The repair of a drawn lot's lost workstations; nothing is written.

    Raises Refused("reseat_early") before the pool is frozen (such a lot is moved), "phase" once scoring is closed,
    "round_under_way" between a lottery and its ticket, "reseat_nothing" where nothing is lost.
    """
    dossier = open_case(office, lot)
    state = dossier.state
    if state.phase not in _WHILE:
        raise Refused("phase", lot=lot)
    rehearse(dossier, by(Actor(id="", role=Role.OPERATOR), _event(state)))
    with office.db.reading() as session:
        seen = look(session, dossier, office.now())
        if not seen.lost:
            raise Refused("reseat_nothing", lot=lot)
        return _proposal(office, session, dossier, seen)


def _event(state: State) -> Reseated:
    """Stands for the real one while the history is asked whether it would take one."""
    return Reseated(request=state.request, seating=state.head, cause=state.head)


def _proposal(office: Office, session: Session, dossier: Dossier, seen: Look) -> Proposal:
    state = dossier.state
    plan, shifts = Layout(request=dossier.request, plan=dict(seen.plan)), []
    for site in seen.lost_sites():
        members, reasons = len(seen.hurt(site)), list[Reason]()
        found = _first(office, session, dossier, seen, plan, site, reasons)
        if found is None:
            shifts.append(Shift(lost=site, to=None, members=members, against=tuple(reasons)))
            continue
        plan = found.layout
        shifts.append(Shift(lost=site, to=found.swap.to, members=found.members))
    places = tuple(place for who, place in sorted(plan.plan.items()) if seen.plan.get(who) != place)
    made = Proposal(
        lot=state.lot,
        request=plan.request,
        shifts=tuple(shifts),
        swaps=plan.swaps,
        places=places,
        taking=plan.taking,
        giving=plan.giving,
        travel=plan.travel,
        clock=fault_clock(dossier.pack, state.phase, state.starts, seen.since, office.now()),
        rounds_left=state.rounds_left,
        digest="",
    )
    return replace(made, digest=_digest(state, made))


def _first(
    office: Office,
    session: Session,
    dossier: Dossier,
    seen: Look,
    plan: Layout,
    site: SiteId,
    reasons: list[Reason],
) -> Found | None:
    """Other workstations of the same site where there are enough, else another site of the city."""
    gone = Gone(office=office, session=session, dossier=dossier, seen=seen, layout=plan, site=site)
    for attempt in (same_site, stands_in):
        found = attempt(gone, reasons)
        if found is not None:
            return found
    return None


def _digest(state: State, made: Proposal) -> str:
    told = [
        state.head,
        to_plain(made.request),
        to_plain(made.swaps),
        to_plain(made.places),
        to_plain([seat for seat, _ in made.taking]),
    ]
    return digest_shown(told)


def apply(office: Office, actor: Actor, lot: LotId, digest: str, reason: str) -> State:
    """Record `Reseated` and hold the new workstations in place of the lost ones.

    Raises Refused("plan_stale") when another proposal would be made by now, "plan_empty" when somebody has no seat,
    "seats_taken" when another was quicker.
    """
    only(actor, Role.OPERATOR)
    told = reason.strip()
    if not told:
        raise Refused("reason_missing")
    if len(told) > LONGEST:
        raise Refused("reason_long", most=LONGEST)
    made = propose(office, lot)
    demand_shown(made.digest, digest)
    if not made.works:
        raise Refused("plan_empty")
    dossier = open_case(office, lot)
    asked = office.exhibit("request", made.request)
    seating = office.exhibit("seating", Seating(places=made.places))
    cause = office.exhibit("reseating", Reseating(reason=told, swaps=made.swaps, travel=made.travel))
    event = Reseated(request=Digest(asked.digest), seating=seating.digest, cause=cause.digest)
    return record(
        office,
        lot,
        dossier.state,
        [by(actor, event)],
        exhibits=[asked, seating, cause],
        rows=lambda session: _rows(session, made),
    )


def _rows(session: Session, made: Proposal) -> None:
    """Exactly these workstations, under the sites' locks, if they are still free."""
    rows = holds_of(session, made.lot)
    starts, ends = min(row.starts for row in rows), max(row.ends for row in rows)
    sites = sorted({SiteId(site) for (site, _, _), _ in made.taking})
    session.exec(
        select(SiteRow).where(col(SiteRow.id).in_(sites)).order_by(col(SiteRow.id)).with_for_update()
    ).all()
    open_now = set(_open(session, sites, (starts, ends)))
    for (site, room, workstation), owner in made.taking:
        if (site, room, workstation) not in open_now:
            raise Refused("seats_taken", site=site, wanted=1, free=0)
        session.add(
            SeatHold(
                lot=made.lot,
                site=site,
                room=room,
                workstation=workstation,
                owner=owner,
                starts=starts,
                ends=ends,
            )
        )
    for row in rows:
        if (row.site, row.room, row.workstation) in made.giving:
            session.delete(row)
    session.flush()


def _open(session: Session, sites: Sequence[SiteId], window: tuple[datetime, datetime]) -> Iterator[Seat]:
    for site in sites:
        names = {row.id: row.name for row in session.exec(select(RoomRow).where(RoomRow.site == site)).all()}
        for row in free(session, site, *window):
            yield site, names[row.room], row.number
