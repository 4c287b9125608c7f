"""What is kept in memory between questions about feasibility? The pool in arrays, and what booked lots asked for.

Everything here follows from the database and is made again when the register's version has changed; it never
leaves the process.
"""

from dataclasses import dataclass, field
from threading import Lock

from sqlmodel import Session

from api.services.office import Dossier, Office
from api.store import journal, registers
from api.store.rosters import roster
from scheduler.model import LotId, Seats
from scheduler.solve.supply import Supply


@dataclass(slots=True)
class Memory:
    """One per process; safe among threads."""

    _lock: Lock = field(default_factory=Lock)
    _version: int = -1
    _supply: Supply | None = None
    _wanted: dict[LotId, tuple[Seats, ...]] = field(default_factory=dict)

    def supply(self, session: Session) -> Supply:
        """The pool as the register has it now."""
        now = registers.version(session)
        with self._lock:
            if self._supply is None or self._version != now:
                self._supply, self._version = Supply(roster(session)), now
            return self._supply

    def wanted(self, office: Office, session: Session, lot: LotId) -> tuple[Seats, ...]:
        """The seats a booked lot asked for; they never change."""
        if lot not in self._wanted:
            state = journal.state_of(session, lot)
            self._wanted[lot] = Dossier(office=office, state=state).request.seats
        return self._wanted[lot]
