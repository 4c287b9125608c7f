"""What do the three desks ask of the house, and how does a view get from there through the gate to a page?"""

from datetime import date
from typing import Any, Protocol, cast

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.pages.frame import Crumb, page
from api.pages.visitor import Visitor
from api.services.acting import Deed
from api.services.alarming import Step
from api.services.incidents import Form, Incident
from api.services.pressing import Press, Slip
from api.services.telling import Said, Tell
from api.views.alarms import Alarms, PoolDesk, Suspension
from api.views.calendar import CalendarPage
from api.views.expert import ExpertCard
from api.views.fairness import Compared, Fairness
from api.views.gate import passed
from api.views.incidents import IncidentDesk
from api.views.operator import OperatorLot, OperatorToday
from api.views.packs import PackPage
from api.views.panels import PanelDesk
from api.views.score import ScorePage
from api.views.supervisor import SupervisorLots, SupervisorTranscript, Verdict
from api.views.tenderee import TendereeLots
from api.views.why import Question, WhyPage
from scheduler.events import Member
from scheduler.model import LotId, RegionCode, Role
from scheduler.packchanges import Change
from scheduler.state import Phase


class Doorkeeper(Protocol):
    """Who may come in, and at which desk."""

    def demo_role(self, user: str) -> Role | None:
        """The role of a login that one click opens; None for any other."""

    def role_of(self, user: str, password: str) -> Role | None:
        """The role this password opens, if it is right."""


class PoolOwners(Protocol):
    """The verbs of the pool owner's desk, wherever the register lies."""

    def desk(self, user: str) -> PoolDesk:
        """Declines and suspensions."""

    def propose(self, user: str, expert: str, until: date, reason: str) -> None:
        """The pool's owner proposes a suspension."""

    def look(self, user: str, number: int, *, confirm: bool) -> None:
        """Another one confirms or rejects it."""

    def end(self, user: str, number: int, reason: str) -> None:
        """A suspension ends."""


class Desks(Doorkeeper, Protocol):
    """The verbs behind the pages; an unknown lot or task is Refused("not_found")."""

    def admit(self, text: str) -> tuple[str, Member]:
        """Who bears a pool owner's pass: the user name of the session that it opens, and the pseudonym."""

    def today(self, day: date | None, region: RegionCode | None) -> OperatorToday:
        """The lots of a day (None: the nearest one with lots), of one county if asked."""

    def lot(self, lot: LotId) -> OperatorLot:
        """One lot as operators see it."""

    def act(self, user: str, lot: LotId, deed: Deed, reason: str) -> None:
        """The operator does it; Refused when the law or the phase says no."""

    def open_bids(self, user: str, lot: LotId, package: bytes) -> None:
        """The operator opens the bids; Faults when the package is not sound."""

    def deposit(self, user: str, role: Role, lot: LotId, data: bytes) -> None:
        """The seeds of the party that the user stands for, sealed on its own device."""

    def seeds_wanted(self, user: str, role: Role, lot: LotId) -> bytes:
        """The file that `yuanping deposit` reads on that party's machine."""

    def press(self, user: str, role: Role, lot: LotId, what: Press, slip: Slip) -> None:
        """A small form of that desk."""

    def tenders(self, user: str) -> TendereeLots:
        """The tenderee's own lots."""

    def tasks(self, user: str, role: Role) -> tuple[tuple[ExpertCard, Phase], ...]:
        """The member's own cards, each with its case's phase."""

    def answer(self, user: str, task: Member, proof: str = "", *, accept: bool) -> None:
        """The expert accepts or declines; `proof`: the own signature, sealed in the browser, hexadecimal."""

    def press_task(self, user: str, role: Role, task: Member, what: Press, slip: Slip) -> None:
        """A small form of the member about one of the own invitations."""

    def scoring(self, user: str, role: Role, task: Member) -> tuple[ScorePage, Phase]:
        """The member's own scoring page, with its case's phase."""

    def arrive(self, user: str, role: Role, task: Member, key: str, certificate: str = "") -> None:
        """The member's device announces its public key (hexadecimal) to the gate."""

    def hand_in(self, user: str, role: Role, task: Member, envelope: str, commitment: str) -> None:
        """A sheet that the member's device has sealed."""

    def name_experts(self, user: str, lot: LotId) -> None:
        """The supervisor has the custodians open the expert-identity key."""

    def why(self, user: str, lot: LotId, asked: Question) -> WhyPage:
        """Why somebody is not on the panel."""

    def lots(self) -> SupervisorLots:
        """All lots under supervision."""

    def transcript(self, lot: LotId) -> SupervisorTranscript:
        """The transcript, not yet verified."""

    def verify(self, user: str, lot: LotId, *, tampered: bool) -> Verdict:
        """Run the offline verifier over the lot's bundle; `tampered`: over a copy with one byte changed."""

    def over_time(self, user: str) -> Fairness:
        """All draws so far against the published chances."""

    def spread(self, user: str, lot: LotId) -> Compared:
        """One draw against "shuffle and take the first that fits"."""

    def extend(self, user: str, lot: LotId, rounds: int, reason: str) -> None:
        """The supervisor allows more rounds than the pack gives."""

    def calendar(self) -> CalendarPage:
        """The years of the working-day calendar."""

    def enter_year(self, user: str, year: int, notice: str, days: str) -> None:
        """The supervisor enters a year's days off and make-up days; Faults with every faulty line."""

    def incidents(self, user: str, role: Role, lot: LotId) -> IncidentDesk:
        """A lot in which something goes wrong, for this role."""

    def handle(self, user: str, role: Role, lot: LotId, incident: Incident, form: Form) -> LotId:
        """Do it: the lot to go on with, another one after a new attempt."""

    def panel(self, user: str, role: Role, task: Member) -> tuple[PanelDesk, Phase]:
        """The member's own panel, with its case's phase."""

    def tell(self, user: str, role: Role, task: Member, what: Tell, said: Said) -> None:
        """The member tells the own panel."""

    def alarms(self) -> Alarms:
        """Every alarm that the pack switches on."""

    def note_alarm(self, user: str, mark: str, step: Step, reason: str, whom: str) -> None:
        """A supervisor's step on an alarm."""

    def suspensions(self, user: str) -> tuple[Suspension, ...]:
        """The expert's own."""

    def packs(self, user: str) -> PackPage:
        """The rule pack in force and every proposal."""

    def look_at_pack(self, user: str, role: Role, name: str, text: str, since: date) -> tuple[Change, ...]:
        """What a shipped pack (`name`) or a file's text would change from a day on."""

    def propose_pack(self, user: str, role: Role, name: str, text: str, since: date) -> None:
        """Propose it for another login to confirm."""

    def confirm_pack(self, user: str, role: Role, number: int) -> None:
        """The second person confirms a proposal."""

    def withdraw_pack(self, user: str, role: Role, number: int) -> None:
        """A proposal is withdrawn."""

    def demo_key(self, user: str) -> str:
        """The seed (hexadecimal) of a demonstration expert's long-term key; empty for anybody else."""


def doorkeeper(request: Request) -> Doorkeeper:
    """Who lets people into this app."""
    return cast(Doorkeeper, request.app.state.setup.desks)


def pool_owners(request: Request) -> PoolOwners:
    """The pool owner's verbs in this app."""
    return cast(PoolOwners, request.app.state.setup.desks.pool)


def desks(request: Request) -> Desks:
    """The verbs of this app."""
    return cast(Desks, request.app.state.setup.desks)


def show(
    request: Request,
    template: str,
    view: Any,
    who: Visitor,
    *,
    phase: Phase,
    trail: tuple[Crumb, ...],
    **more: Any,
) -> HTMLResponse:
    """`view` through the gate, then on its page."""
    return page(request, template, view=passed(view, who.role, phase), trail=trail, **more)
