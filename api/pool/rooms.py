"""Which verbs stand behind the pages of the pool owner's own door? Experts answer, two people decide on suspensions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from api.actor import Actor
from api.pool.doorway import OwnHouse, Said
from api.services.office import Office
from api.store.accounts import account, one_click, opened_by
from api.views import alarms
from api.views.invited import Certifying, InvitedTasks, tasks_of
from api.views.poolhouse import PoolHouse
from fixtures.invented import expert_key
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import Role

_HERE = (Role.EXPERT, Role.POOL)


@dataclass(frozen=True, kw_only=True)
class Rooms:
    """What the pages ask, answered from the pool owner's database. `office` is the pool owner's own installation."""

    office: Office
    house: OwnHouse

    @cached_property
    def pool(self) -> PoolHouse:
        """The pool owner's desk."""
        return PoolHouse(office=self.office, actor=self._actor)

    def tasks(self, user: str) -> InvitedTasks:
        """The expert's own invitations, from now on seen; and the own suspensions."""
        expert = self._actor(user, Role.EXPERT).expert
        return tasks_of(self.house.book(expert), alarms.own_suspensions(self.office, expert))

    def answer(self, user: str, task: Member, said: Said) -> None:
        """The expert's answer, for the centre to take."""
        self.house.answer(self._actor(user, Role.EXPERT).expert, task, said)

    def enter(self, user: str, task: Member) -> str:
        """A pass to the centre."""
        return self.house.enter(self._actor(user, Role.EXPERT).expert, task)

    def certify(self, user: str, task: Member) -> Certifying:
        """What the expert's browser needs to certify a device and to bring that to the centre."""
        expert = self._actor(user, Role.EXPERT).expert
        row = self.house.invitation(expert, task)
        return Certifying(task=task, evaluation=row.evaluation, text=self.house.enter(expert, task))

    def demo_key(self, user: str) -> str:
        """The seed (hexadecimal) of a demonstration expert's long-term key; everybody can compute it."""
        with self.office.db.reading() as session:
            known = account(session, user) if self.office.keys.demo else None
        own = known is not None and known.demo and known.expert
        return expert_key(own).seed.hex() if own else ""

    def demo_role(self, user: str) -> Role | None:
        """The role of a login that one click opens."""
        with self.office.db.reading() as session:
            return _here(one_click(session, user))

    def role_of(self, user: str, password: str) -> Role | None:
        """The role this password opens."""
        with self.office.db.reading() as session:
            return _here(opened_by(session, user, password))

    def _actor(self, user: str, role: Role) -> Actor:
        with self.office.db.reading() as session:
            found = account(session, user)
        if found is None or found.role is not role:
            raise Refused("role", role=role.value)
        return Actor(id=found.login, role=role, expert=found.expert or "")


def rooms_in(office: Office, hear: Callable[[datetime], None] = lambda at: None) -> Rooms:
    """The rooms of a pool owner's installation; `hear` is told what time it is at the centre."""
    keys = office.keys
    house = OwnHouse(
        db=office.db,
        key=keys.pool,
        personal=keys.personal,
        entropy=office.entropy,
        sign=keys.log,
        now=office.now,
        hear=hear,
    )
    return Rooms(office=office, house=house)


def _here(role: Role | None) -> Role | None:
    return role if role in _HERE else None
