"""The three desks over a real office: who asks becomes an actor, and the answer a view."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from api.actor import Actor
from api.services import acting, alarming, depositing, entering, lengthening, parties, pressing, telling
from api.services import calendar as calendars
from api.services import packs as rulebook
from api.services.acting import Deed
from api.services.alarming import Step
from api.services.attending import at_site
from api.services.incidents import Form, Incident, handle
from api.services.office import Office, open_case
from api.services.pressing import Press, Slip
from api.services.telling import Said, Tell
from api.store.accounts import account, one_click, opened_by
from api.views import alarms, calendar, fairness, lots, packs, tasks, transcripts, verdicts
from api.views.alarms import Alarms, Suspension
from api.views.expert import ExpertCard
from api.views.fairness import Compared, Fairness
from api.views.incidents import IncidentDesk, incident_desk
from api.views.operator import OperatorLot, OperatorToday
from api.views.packs import PackPage
from api.views.panels import PanelDesk, panel_desk
from api.views.planner import Planner
from api.views.poolhouse import PoolHouse
from api.views.score import ScorePage
from api.views.sitehouse import SiteHouse
from api.views.supervisor import SupervisorLots, SupervisorTranscript, Verdict
from api.views.tenderee import TendereeLots
from api.views.why import Question, WhyPage, why_page
from fixtures.invented import expert_key
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import LotId, RegionCode, Role
from scheduler.pack import known
from scheduler.packchanges import Change
from scheduler.state import Phase


@dataclass(frozen=True, kw_only=True)
class House:
    """What api.pages.desks.Desks asks, answered from the database."""

    office: Office

    @cached_property
    def site(self) -> SiteHouse:
        """The desk of a site's staff."""
        return SiteHouse(office=self.office, actor=self._actor)

    @cached_property
    def pool(self) -> PoolHouse:
        """The pool owner's desk."""
        return PoolHouse(office=self.office, actor=self._actor)

    @cached_property
    def planner(self) -> Planner:
        """The planning desk."""
        return Planner(office=self.office)

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
        lengthening.extend(self.office, self._actor(user, Role.SUPERVISOR), lot, rounds, reason)

    def deposit(self, user: str, role: Role, lot: LotId, data: bytes) -> None:
        """The party's sealed seeds."""
        depositing.deposit(self.office, self._actor(user, role), lot, data)

    def seeds_wanted(self, user: str, role: Role, lot: LotId) -> bytes:
        """What `yuanping deposit` reads."""
        return depositing.request_file(self.office, self._actor(user, role), lot)

    def press(self, user: str, role: Role, lot: LotId, what: Press, slip: Slip) -> None:
        """A small form of a desk."""
        pressing.press(self.office, self._actor(user, role), lot, what, slip)

    def tenders(self, user: str) -> TendereeLots:
        """The tenderee's own lots."""
        return lots.tendered(self.office, self._actor(user, Role.TENDEREE))

    def tasks(self, user: str, role: Role) -> tuple[tuple[ExpertCard, Phase], ...]:
        """The member's own cards."""
        return tasks.cards(self.office, self._actor(user, role))

    def answer(self, user: str, task: Member, proof: str = "", *, accept: bool) -> None:
        """The expert's answer."""
        tasks.answer(self.office, self._actor(user, Role.EXPERT), task, proof, accept=accept)

    def press_task(self, user: str, role: Role, task: Member, what: Press, slip: Slip) -> None:
        """A small form of the member."""
        tasks.press(self.office, self._actor(user, role), task, what, slip)

    def scoring(self, user: str, role: Role, task: Member) -> tuple[ScorePage, Phase]:
        """The member's own scoring page."""
        return tasks.scoring(self.office, self._actor(user, role), task)

    def arrive(self, user: str, role: Role, task: Member, key: str, certificate: str = "") -> None:
        """The member's device at the gate."""
        tasks.arrive(self.office, self._actor(user, role), task, key, certificate)

    def hand_in(self, user: str, role: Role, task: Member, envelope: str, commitment: str) -> None:
        """The member's sealed sheet."""
        tasks.hand_in(self.office, self._actor(user, role), task, envelope, commitment)

    def name_experts(self, user: str, lot: LotId) -> None:
        """The supervisor has experts named."""
        acting.act(self.office, self._actor(user, Role.SUPERVISOR), lot, Deed.NAME)

    def why(self, user: str, lot: LotId, asked: Question) -> WhyPage:
        """Why somebody is not on the panel."""
        return why_page(self.office, self._actor(user, Role.SUPERVISOR), lot, asked)

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

    def incidents(self, user: str, role: Role, lot: LotId) -> IncidentDesk:
        """A lot in which something goes wrong; a tenderee and a site see the own ones only."""
        self._own(user, role, lot)
        return incident_desk(self.office, role, lot)

    def handle(self, user: str, role: Role, lot: LotId, incident: Incident, form: Form) -> LotId:
        """What staff do about it."""
        self._own(user, role, lot)
        return handle(self.office, self._actor(user, role), lot, incident, form).lot

    def panel(self, user: str, role: Role, task: Member) -> tuple[PanelDesk, Phase]:
        """The member's own panel."""
        case, me = tasks.mine(self.office, self._actor(user, role), task)
        return panel_desk(case, me, role), case.state.phase

    def tell(self, user: str, role: Role, task: Member, what: Tell, said: Said) -> None:
        """What the member tells it."""
        actor = self._actor(user, role)
        case, _ = tasks.mine(self.office, actor, task)
        telling.tell(self.office, actor, case.state.lot, what, said)

    def _own(self, user: str, role: Role, lot: LotId) -> None:
        """A tenderee's or a site's strange lot is refused as if there were none."""
        actor = self._actor(user, role)
        if role is Role.SITE:
            at_site(open_case(self.office, lot), actor)
        if role is Role.TENDEREE and not parties.is_party(open_case(self.office, lot), actor):
            raise Refused("unknown_lot", lot=lot)

    def alarms(self) -> Alarms:
        """Every alarm in force."""
        return alarms.alarms(self.office)

    def note_alarm(self, user: str, mark: str, step: Step, reason: str, whom: str) -> None:
        """The supervisor's step."""
        alarming.note(self.office, self._actor(user, Role.SUPERVISOR), mark, step, reason, whom)

    def suspensions(self, user: str) -> tuple[Suspension, ...]:
        """The expert's own."""
        return alarms.own_suspensions(self.office, self._actor(user, Role.EXPERT).expert)

    def packs(self, user: str) -> PackPage:
        """The rule pack in force and every proposal."""
        office = rulebook.ruled(self.office)
        found = rulebook.history(self.office)
        return packs.shown(office.pack, rulebook.today(office), known(), found, user)

    def look_at_pack(self, user: str, role: Role, name: str, text: str, since: date) -> tuple[Change, ...]:
        """What a pack would change."""
        return rulebook.look(self.office, self._actor(user, role), _file(name, text), since)[1]

    def propose_pack(self, user: str, role: Role, name: str, text: str, since: date) -> None:
        """Propose a pack."""
        rulebook.propose(self.office, self._actor(user, role), _file(name, text), since)

    def confirm_pack(self, user: str, role: Role, number: int) -> None:
        """The second person confirms."""
        rulebook.confirm(self.office, self._actor(user, role), number)

    def withdraw_pack(self, user: str, role: Role, number: int) -> None:
        """A proposal is withdrawn."""
        rulebook.withdraw(self.office, self._actor(user, role), number)

    def demo_key(self, user: str) -> str:
        """Everybody can compute it: it follows from the register number."""
        with self.office.db.reading() as session:
            known = account(session, user) if self.office.keys.demo else None
        return (
            expert_key(known.expert).seed.hex() if known is not None and known.demo and known.expert else ""
        )

    def demo_role(self, user: str) -> Role | None:
        """The role of a login that one click opens."""
        with self.office.db.reading() as session:
            return self._here(one_click(session, user))

    def role_of(self, user: str, password: str) -> Role | None:
        """The role this password opens; None for a wrong one and for an unknown login alike."""
        with self.office.db.reading() as session:
            return self._here(opened_by(session, user, password))

    def admit(self, text: str) -> tuple[str, Member]:
        """Whoever bears a pool owner's pass."""
        user = entering.enter(self.office, text)
        return user, self._actor(user, Role.EXPERT).member

    def _here(self, role: Role | None) -> Role | None:
        """Experts sign in with the pool owner, where that is another house."""
        return None if role is Role.EXPERT and self.office.far is not None else role

    def _actor(self, user: str, role: Role) -> Actor:
        """The account as services know it; a session whose account is gone or changed is nobody's."""
        sent = entering.bearer(self.office, user) if role is Role.EXPERT else None
        if sent is not None:
            return sent
        with self.office.db.reading() as session:
            found = account(session, user)
        if found is None or self._here(found.role) is not role:
            raise Refused("role", role=role.value)
        return Actor(
            id=found.login,
            role=found.role,
            expert=found.expert or "",
            site=found.site or "",
            organisation=found.organisation or "",
        )


def _file(name: str, text: str) -> str:
    """The file of a proposal: what was typed, or one that takes a shipped pack as it is."""
    return text if text.strip() or not name else rulebook.shipped(name)
