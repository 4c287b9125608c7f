"""The gate's desk over a real office: lots with workstations at the own site, and the members due there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from api.actor import Actor
from api.services import admitting, arriving
from api.services.admitting import Gate, Pass
from api.services.arriving import Arrival
from api.services.attending import at_site
from api.services.office import Dossier, Office, open_case
from api.store import journal, registers
from api.store.journal import SeatHold
from api.views.gate import passed
from api.views.lots import local_day, nearest
from api.views.sitedesk import Guest, Presence, SiteDay, SiteDesk, SiteLot
from scheduler.deadlines import Deed, Due, due, waits_of
from scheduler.events import Member
from scheduler.exhibits import Place, Seating
from scheduler.model import LotId, Role
from scheduler.sight import Datum, may_see
from scheduler.state import Phase, Sitting

Stations = Mapping[LotId, tuple[str, ...]]
OPEN = (Phase.F1, Phase.F2, Phase.F3)  # afterwards nobody is due at a gate


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteHouse:
    """What api.pages.sitedesk.Site asks; `actor` knows a login."""

    office: Office
    actor: Callable[[str, Role], Actor]

    def today(self, user: str, day: date | None) -> SiteDay:
        """The site's lots of a day; None: today, or the next day with lots, or the last one."""
        actor = self.actor(user, Role.SITE)
        with self.office.db.reading() as session:
            held = _held(session, actor.site)
            cases = [case for case in journal.cases(session) if case.lot in held]
            name = next((s.name for s in registers.sites(session) if s.site == actor.site), actor.site)
        days = tuple(sorted({local_day(case.starts) for case in cases}))
        chosen = day or nearest(days, local_day(self.office.now()))
        lots = [LotId(case.lot) for case in cases if local_day(case.starts) == chosen]
        rows = tuple(self._row(open_case(self.office, lot), actor, held) for lot in lots)
        return SiteDay(name=name, day=chosen, days=days, lots=rows)

    def lot(self, user: str, lot: LotId) -> SiteDesk:
        """One lot at the own gate. Raises Refused("unknown_lot"), also for a lot at other sites."""
        actor, case = self.actor(user, Role.SITE), open_case(self.office, lot)
        at_site(case, actor)
        with self.office.db.reading() as session:
            held = _held(session, actor.site)
        state, times = case.state, case.pack.times
        opens = state.starts - timedelta(minutes=times.checkin_minutes)
        return SiteDesk(
            row=self._row(case, actor, held),
            opens=opens,
            open=state.phase in (Phase.F2, Phase.F3) and self.office.now() >= opens,
            waits=times.absent_minutes,
            until=state.pause.until if state.pause else None,
            guests=tuple(self._guests(case, actor)),
        )

    def handle(self, user: str, lot: LotId, what: Gate, given: Pass) -> None:
        """What the gate does about one member."""
        admitting.handle(self.office, self.actor(user, Role.SITE), lot, what, given)

    def _row(self, case: Dossier, actor: Actor, held: Stations) -> SiteLot:
        state = case.state
        known = may_see(Role.SITE, Datum.SITE_COUNTS, state.phase)
        here = [sitting for _, sitting in _seated(case, actor)] if known else []
        row = SiteLot(
            lot=state.lot,
            phase=state.phase,
            starts=state.starts,
            ends=state.ends,
            stations=held.get(state.lot, ()),
            paused=state.pause is not None,
            due=len(here) if known else None,
            here=sum(bool(sitting.key) for sitting in here) if known else None,
        )
        return passed(row, Role.SITE, state.phase)

    def _guests(self, case: Dossier, actor: Actor) -> Iterator[Guest]:
        if case.state.phase not in OPEN:
            return
        announced = arriving.announced(self.office, case.state)
        late = due(case.state, self.office.now(), waits_of(case.pack))
        for place, sitting in _seated(case, actor):
            yield _guest(case, place, sitting, announced.get(sitting.member), late)


def _guest(
    case: Dossier, place: Place, sitting: Sitting, arrival: Arrival | None, late: tuple[Due, ...]
) -> Guest:
    at_work = case.state.phase in (Phase.F2, Phase.F3)
    return Guest(
        member=sitting.member,
        seat=_station(place.room, place.workstation),
        owner=sitting.role is None,
        presence=_presence(sitting, arrival),
        code=arrival.code if arrival else None,
        announced_at=arrival.at if arrival else None,
        may_miss=Due(deed=Deed.ABSENT, member=sitting.member) in late,
        may_leave=bool(sitting.key) and sitting.role is not None and at_work,
    )


def _presence(sitting: Sitting, arrival: Arrival | None) -> Presence:
    if sitting.key:
        return Presence.PRESENT
    if arrival is not None:
        return Presence.ARRIVED
    return Presence.EXPECTED if sitting.accepted else Presence.INVITED


def _seated(case: Dossier, actor: Actor) -> Iterator[tuple[Place, Sitting]]:
    """Who sits at the actor's site, by room and workstation: an order that tells nothing of the draw."""
    sitting: Mapping[Member, Sitting] = {m.member: m for m in case.state.current()}
    places = [place for digest in case.state.seatings() for place in case.body(digest, Seating).places]
    for place in sorted(places, key=lambda each: (each.room, each.workstation)):
        if place.site == actor.site and place.member in sitting:
            yield place, sitting[place.member]


def _held(session: Session, site: str) -> Stations:
    """Lot → workstations held at a site."""
    found: dict[LotId, list[tuple[str, int]]] = {}
    for hold in session.exec(select(SeatHold).where(col(SeatHold.site) == site)):
        found.setdefault(LotId(hold.lot), []).append((hold.room, hold.workstation))
    return {lot: tuple(_station(*each) for each in sorted(held)) for lot, held in found.items()}


def _station(room: str, workstation: int) -> str:
    return f"{room} · {workstation:02}"
