"""The three desks over a real office: who asks becomes an actor, and the answer a view."""

from dataclasses import dataclass
from datetime import date

from api.actor import Actor
from api.services import acting, depositing, extending, pressing
from api.services import calendar as calendars
from api.services.acting import Deed
from api.services.office import Office
from api.services.pressing import Press, Slip
from api.store.accounts import account, password_fits
from api.views import calendar, fairness, lots, tasks, transcripts, verdicts
from api.views.expert import ExpertCard
from api.views.fairness import Compared, Fairness
from api.views.operator import OperatorLot, OperatorToday
from api.views.supervisor import SupervisorLots, SupervisorTranscript, Verdict
from api.views.tenderee import TendereeLots
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import LotId, RegionCode, Role
from scheduler.state import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What api.pages.desks.Desks asks, answered from the database."""

    office: Office

    def today(self, day: date | None, region: RegionCode | None) -> OperatorToday:
        """The lots of a day."""
        return lots.today(self.office, day=day, region=region)

    def lot(self, lot: LotId) -> OperatorLot:
        """One lot for operators."""
        return lots.operator_lot(self.office, lot)

    def act(self, user: str, lot: LotId, deed: Deed, reason: str) -> None:
        """The operator's deed."""
        acting.act(self.office, self._actor(user, Role.OPERATOR), lot, deed, reason)

    def open_bids(self, user: str, lot: LotId, package: bytes) -> None:
        """The operator opens the bids of a package."""
        acting.open_package(self.office, self._actor(user, Role.OPERATOR), lot, package)

    def over_time(self, user: str) -> Fairness:
        """All draws so far."""
        return fairness.over_time(self.office, self._actor(user, Role.SUPERVISOR))

    def spread(self, user: str, lot: LotId) -> Compared:
        """One draw beside a shuffled one."""
        return fairness.compared(self.office, self._actor(user, Role.SUPERVISOR), lot)

    def extend(self, user: str, lot: LotId, rounds: int, reason: str) -> None:
        """The supervisor signs for more rounds."""
        extending.extend(self.office, self._actor(user, Role.SUPERVISOR), lot, rounds, reason)

    def deposit(self, user: str, role: Role, lot: LotId) -> None:
        """The party's seeds."""
        depositing.deposit(self.office, self._actor(user, role), lot)

    def press(self, user: str, role: Role, lot: LotId, what: Press, slip: Slip) -> None:
        """A small form of a desk."""
        pressing.press(self.office, self._actor(user, role), lot, what, slip)

    def tenders(self, user: str) -> TendereeLots:
        """The tenderee's own lots."""
        return lots.tendered(self.office, self._actor(user, Role.TENDEREE))

    def tasks(self, user: str) -> tuple[tuple[ExpertCard, Phase], ...]:
        """The expert's own cards."""
        return tasks.cards(self.office, self._actor(user, Role.EXPERT).expert)

    def answer(self, user: str, task: Member, *, accept: bool) -> None:
        """The expert's answer."""
        tasks.answer(self.office, self._actor(user, Role.EXPERT), task, accept=accept)

    def lots(self) -> SupervisorLots:
        """All lots."""
        return lots.supervised(self.office)

    def transcript(self, lot: LotId) -> SupervisorTranscript:
        """How the panel came about."""
        return transcripts.transcript(self.office, lot)

    def verify(self, user: str, lot: LotId, *, tampered: bool) -> Verdict:
        """A fresh run of the verifier."""
        return verdicts.verdict(self.office, self._actor(user, Role.SUPERVISOR), lot, tampered=tampered)

    def calendar(self) -> calendar.CalendarPage:
        """The years of the working-day calendar."""
        return calendar.shown(calendars.years(self.office))

    def enter_year(self, user: str, year: int, notice: str, days: str) -> None:
        """The supervisor enters a year."""
        calendars.enter(self.office, self._actor(user, Role.SUPERVISOR), year, notice, days)

    def role_of(self, user: str, password: str) -> Role | None:
        """The role this password opens; None for a wrong one and for an unknown login alike."""
        with self.office.db.reading() as session:
            known = account(session, user)
            right = password_fits(session, user, password)
        return known.role if known is not None and right else None

    def _actor(self, user: str, role: Role) -> Actor:
        """The account as services know it; a session whose account is gone or changed is nobody's."""
        with self.office.db.reading() as session:
            found = account(session, user)
        if found is None or found.role is not role:
            raise Refused("role", role=role.value)
        return Actor(
            id=found.login,
            role=found.role,
            expert=found.expert or "",
            site=found.site or "",
            organisation=found.organisation or "",
        )
