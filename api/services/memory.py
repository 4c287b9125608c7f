"""What is kept in memory between questions about feasibility? The pool in arrays, and what booked lots asked for.

Everything here follows from the database and is made again when the register's version has changed; it never
leaves the process.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import Protocol

from sqlmodel import Session

from api.pool.house import Inquiry
from api.services.office import Dossier, Office
from api.store import journal, registers
from api.store.rosters import roster
from scheduler.exhibits import Request
from scheduler.model import Expert, ExpertId, LotId, Seats
from scheduler.rules.day import SHANGHAI
from scheduler.rules.place import city
from scheduler.solve.supply import Supply
from scheduler.timetable import Days, Window, WindowId

PLANNING = LotId(
    "planning"
)  # under whose pseudonyms and tags a far pool owner answers; no lot is drawn there
_HOUR = 3600


def _people(office: Office, session: Session) -> tuple[Expert, ...]:
    if office.far is None:
        return roster(session)
    today = office.now().astimezone(SHANGHAI).date()
    return office.pool.people(Inquiry(lot=PLANNING, on=today)).experts


class Times(Protocol):
    """When a lot is."""

    @property
    def starts(self) -> datetime:
        """Included."""

    @property
    def ends(self) -> datetime:
        """Not included."""


class Asking(Protocol):
    """A lot that wants people meanwhile."""

    @property
    def request(self) -> Request:
        """What it asks for."""

    @property
    def spot(self) -> Times:
        """When it is."""


@dataclass(slots=True)
class Memory:
    """One per process; safe among threads."""

    _lock: Lock = field(default_factory=Lock)
    _version: int = -1
    _supply: Supply | None = None
    _wanted: dict[LotId, tuple[Seats, ...]] = field(default_factory=dict)

    def supply(self, office: Office, session: Session) -> Supply:
        """The pool as the register has it now; a pool owner elsewhere is asked once an hour."""
        far = office.far is not None
        now = int(office.now().timestamp()) // _HOUR if far else registers.version(session)
        with self._lock:
            if self._supply is None or self._version != now:
                self._supply, self._version = Supply(_people(office, session)), now
            return self._supply

    def wanted(self, office: Office, session: Session, lot: LotId) -> tuple[Seats, ...]:
        """The seats a booked lot asked for; they never change."""
        if lot not in self._wanted:
            state = journal.state_of(session, lot)
            self._wanted[lot] = Dossier(office=office, state=state).request.seats
        return self._wanted[lot]

    def peopled(self, office: Office, session: Session, days: Days, others: Sequence[Asking]) -> Days:
        """The days with everybody who could sit; for every other lot meanwhile as many as it wants are busy."""
        supply = self.supply(office, session)
        dates = sorted({window.day for window in days.windows})
        roles = sorted({seats.speciality for lot in days.lots for seats in lot.seats})
        able = {day: {at for role in roles for at in supply.able(role, day).tolist()} for day in dates}
        everybody = sorted(set().union(*able.values())) if able else []
        busy: dict[ExpertId, set[WindowId]] = {}
        for at in everybody:
            out = {w.id for w in days.windows if at not in able[w.day]}
            if out:
                busy[supply.people[at].id] = out
        for other in others:
            self._occupy(supply, days, other, busy)
        people = tuple(supply.people[at] for at in everybody)
        return replace(days, experts=people, busy={who: frozenset(some) for who, some in busy.items()})

    def _occupy(self, supply: Supply, days: Days, other: Asking, busy: dict[ExpertId, set[WindowId]]) -> None:
        """Who really sits there only the pool's owner knows: somebody of each kind stands for them."""
        spot, cities = other.spot, {city(site.region) for site in other.request.sites}
        over = {w.id for w in days.windows if meets(w, spot.starts, spot.ends)}
        for seats in other.request.seats if over else ():
            able = supply.able(seats.speciality, spot.starts.astimezone(SHANGHAI).date())
            near = supply.few(able, cities, 6 * seats.count)
            free = [at for at in near if not busy.get(supply.people[at].id, set()) & over]
            for at in free[: seats.count]:
                busy.setdefault(supply.people[at].id, set()).update(over)


def meets(window: Window, starts: datetime, ends: datetime) -> bool:
    """Whether a window of a timetable shares a moment with [starts, ends)."""
    first = datetime.combine(window.day, window.start, SHANGHAI)
    return first < ends and starts < datetime.combine(window.day, window.end, SHANGHAI)
