"""The pool owner's desk over a real office: who declines too often, and suspensions that two people decide."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from api.actor import Actor
from api.services import suspending
from api.services.office import Office
from api.views import alarms
from api.views.alarms import PoolDesk
from scheduler.model import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolHouse:
    """What api.pages.desks.PoolOwners asks; `actor` knows a login."""

    office: Office
    actor: Callable[[str, Role], Actor]

    def desk(self, user: str) -> PoolDesk:
        """Declines and suspensions."""
        return alarms.pool_desk(self.office, self.actor(user, Role.POOL).id)

    def propose(self, user: str, expert: str, until: date, reason: str) -> None:
        """A suspension is proposed."""
        suspending.propose(self.office, self.actor(user, Role.POOL), expert, until, reason)

    def look(self, user: str, number: int, *, confirm: bool) -> None:
        """The second look."""
        suspending.look(self.office, self.actor(user, Role.POOL), number, confirm=confirm)

    def end(self, user: str, number: int, reason: str) -> None:
        """A suspension ends."""
        suspending.end(self.office, self.actor(user, Role.POOL), number, reason)
