"""The planning desk over a real office: what the pages of booking and planning ask, answered from the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from api.actor import Actor
from api.intake.faults import Faults
from api.services import filling, holding, moving, reseating, urgent, waiting, wizard
from api.services.batch import dry_run, take_in
from api.services.closing_sites import Cut, check, close_site, cuts, lift, may_run_over, run_over
from api.services.memory import Memory
from api.services.office import Office, open_case
from api.services.ordering import Draft
from api.services.overview import overview
from api.services.replanning import propose
from api.store import journal, registers
from api.store.accounts import account, accounts
from api.views.batch import BatchPage, batch_page
from api.views.booking import BookingForm, Kept, Meter, meter_of
from api.views.planning import PlanPage, page_of
from api.views.reseat import ReseatPage, nothing_to_reseat, reseat_page
from api.views.room import RoomPage, room_page
from api.views.seats import SeatsPage, seats_page
from api.views.waiting import FillPage, WaitingPage, fill_page, waiting_page
from scheduler.errors import Refused
from scheduler.feasibility import Option
from scheduler.model import LotId, Role
from scheduler.state import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """What api.pages.plandesk.PlanDesk asks."""

    office: Office
    memory: Memory = field(default_factory=Memory)

    def booking(self, user: str, step: int, typed: Mapping[str, str], token: str) -> BookingForm:
        """A step of the form; faults of the steps before lead back to the first faulty one. The last
        asks what fits, so what is typed there is judged at once."""
        actor, draft, last = self.actor(user), None, len(wizard.STEPS)
        for upto in range(1, step if step < last else last + 1):
            try:
                draft = wizard.draft_of(self.office, typed, upto)
            except Faults as no:
                return self._form(upto, typed, faults=no)
        kept = wizard.held(self.office, actor, token, draft) if token and draft else None
        return self._form(step, typed, draft=draft, kept=kept)

    def choose(self, user: str, typed: Mapping[str, str], choice: str, token: str) -> str:
        """Hold the seats of a window; the token of the hold."""
        draft = wizard.draft_of(self.office, typed, len(wizard.STEPS))
        held = wizard.choose(self.office, self.memory, self.actor(user), draft, choice, instead=token)
        return held.token

    def book(self, user: str, typed: Mapping[str, str], token: str) -> LotId:
        """Book what is held."""
        draft = wizard.draft_of(self.office, typed, len(wizard.STEPS))
        return wizard.finish(self.office, self.actor(user), draft, token).lot

    def release(self, user: str, token: str) -> None:
        """Give a hold back."""
        holding.release(self.office, self.actor(user), token)

    def room(self, user: str, typed: Mapping[str, str], choice: str) -> RoomPage:
        """What making room for an urgent lot in a window would ask of others."""
        self.actor(user)
        draft = self._draft(typed)
        found = urgent.propose(self.office, self.memory, draft, wizard.moment(choice))
        lots = [step.lot for step in found.proposal.steps]
        projects: dict[str, str] = {lot: open_case(self.office, lot).request.project_name for lot in lots}
        kept = tuple((name, typed.get(name, "")) for name in wizard.FIELDS)
        return room_page(found, kept, self._site_names(), projects)

    def make_room(self, user: str, typed: Mapping[str, str], choice: str, digest: str, reason: str) -> LotId:
        """Carry out what was shown under this digest, and book the lot."""
        draft = self._draft(typed)
        asked = urgent.Asked(draft=draft, starts=wizard.moment(choice), digest=digest, reason=reason)
        urgent.apply(self.office, self.actor(user), self.memory, asked)
        return draft.lot

    def reseat(self, user: str, lot: LotId) -> tuple[ReseatPage, Phase, Refused | None]:
        """Where members of a lot's lost workstations would sit, the lot's phase, and why not."""
        self.actor(user)
        dossier = open_case(self.office, lot)
        phase = dossier.state.phase
        try:
            made = reseating.propose(self.office, lot)
        except Refused as no:
            return nothing_to_reseat(lot, dossier.request.project_name), phase, no
        return reseat_page(made, self._site_names(), counts=phase is not Phase.F0), phase, None

    def seat_elsewhere(self, user: str, lot: LotId, digest: str, reason: str) -> None:
        """Carry out what was shown under this digest."""
        reseating.apply(self.office, self.actor(user), lot, digest, reason)

    def planning(self, user: str, imagined: Cut | None) -> PlanPage:
        """What is lost and the repair proposed."""
        self.actor(user)
        office, losses = self.office, (imagined,) if imagined else ()
        if imagined:
            with office.db.reading() as session:
                check(session, imagined)
        made = propose(office, self.memory, imagined=losses)
        with office.db.reading() as session:
            known = cuts(session, office.now())
            rows = [row for row in journal.cases(session) if row.phase in ("F1", "F2", "F3", "F4", "F5")]
            at_work = [row.lot for row in rows if may_run_over(journal.state_of(session, LotId(row.lot)))]
        lots = {*(step.lot for step in made.steps), *at_work}
        projects = {lot: open_case(office, LotId(lot)).request.project_name for lot in lots}
        return page_of(made, known, self._site_names(), projects, at_work)

    def seats(self, user: str, day: date | None) -> SeatsPage:
        """Who has which seats on a day."""
        self.actor(user)
        return seats_page(overview(self.office, day), self._site_names())

    def close_site(self, user: str, cut: Cut, reason: str) -> None:
        """Record that seats are lost."""
        close_site(self.office, self.actor(user), cut, reason)

    def lift(self, user: str, number: int) -> None:
        """They can be used again."""
        lift(self.office, self.actor(user), number)

    def run_over(self, user: str, lot: LotId, minutes: int) -> None:
        """An evaluation at work keeps its seats longer."""
        run_over(self.office, self.actor(user), lot, minutes)

    def apply(self, user: str, digest: str, reason: str) -> None:
        """Carry out the repair shown under this digest."""
        moving.apply(self.office, self.actor(user), self.memory, digest, reason)

    def dry_run(self, user: str, data: bytes, name: str, content: str) -> BatchPage:
        """Where the lots of a file would go."""
        self.actor(user)
        return batch_page(dry_run(self.office, self.memory, data, name), name, content, self._site_names())

    def take_in(self, user: str, data: bytes, name: str, digest: str) -> None:
        """Book all lots of the dry run with this digest."""
        take_in(self.office, self.actor(user), self.memory, data, name, digest)

    def wait(self, user: str, typed: Mapping[str, str]) -> None:
        """The lot goes onto the waiting list."""
        draft = self._draft(typed)
        kept = tuple((name, typed[name]) for name in wizard.FIELDS if typed.get(name))
        waiting.enter(self.office, self.actor(user), draft, kept)

    def withdraw(self, user: str, number: str) -> None:
        """It waits no more."""
        waiting.withdraw(self.office, self.actor(user), number)

    def waiting(self, user: str) -> WaitingPage:
        """The list in its order, looked through once more."""
        self.actor(user)
        waiting.look(self.office, self.memory, self._draft)
        return waiting_page(waiting.listed(self.office))

    def places(self, user: str) -> FillPage:
        """Where waiting lots would go, in their order."""
        self.actor(user)
        return fill_page(filling.propose(self.office, self.memory, self._draft), self._site_names())

    def fill(self, user: str, digest: str) -> None:
        """Book all that have a place, as shown under this digest."""
        filling.apply(self.office, self.actor(user), self.memory, self._draft, digest)

    def ready(self) -> int:
        """How many waiting lots have a place, as the clock saw it last."""
        with self.office.db.reading() as session:
            return sum(row.ready is not None for row in waiting.rows(session))

    def look(self) -> None:
        """What the clock asks: who has a place by now?"""
        with self.office.db.reading() as session:
            somebody = bool(waiting.rows(session))
        if somebody:
            waiting.look(self.office, self.memory, self._draft)

    def _draft(self, typed: Mapping[str, str]) -> Draft:
        return wizard.draft_of(self.office, typed, len(wizard.STEPS))

    def actor(self, user: str) -> Actor:
        """The operator's account; Refused("role") for anybody else."""
        with self.office.db.reading() as session:
            found = account(session, user)
        if found is None or found.role is not Role.OPERATOR:
            raise Refused("role", role=Role.OPERATOR.value)
        return Actor(id=found.login, role=found.role)

    def _form(
        self,
        step: int,
        typed: Mapping[str, str],
        *,
        draft: Draft | None = None,
        kept: tuple[holding.Held, Option] | None = None,
        faults: Faults | None = None,
    ) -> BookingForm:
        names = self._site_names()
        with self.office.db.reading() as session:
            counties = tuple((r.code, f"{r.city}{r.name}") for r in registers.regions(session))
            owners = tuple((a.login, a.label) for a in accounts(session) if a.role is Role.OWNER)
        return BookingForm(
            step=step,
            typed=tuple((name, typed.get(name, "")) for name in wizard.FIELDS),
            faults=faults.faults if faults else (),
            counties=counties,
            sites=tuple(sorted(names.items())),
            owners=owners,
            meter=self._meter(draft, names) if draft is not None and draft.seats else None,
            kept=_kept(kept, names) if kept else None,
        )

    def _meter(self, draft: Draft, names: dict[str, str]) -> Meter:
        found = wizard.outlook(self.office, self.memory, draft)
        return meter_of(found, tuple(f"{s.speciality} × {s.count}" for s in draft.seats), names)

    def _site_names(self) -> dict[str, str]:
        with self.office.db.reading() as session:
            return {site.site: site.name for site in registers.sites(session)}


def _kept(found: tuple[holding.Held, Option], names: dict[str, str]) -> Kept:
    held, option = found
    return Kept(
        token=held.token,
        starts=held.starts,
        ends=held.ends,
        until=held.until,
        host=names.get(option.host, option.host),
        host_seats=option.host_seats,
        guests=tuple((names.get(site, site), seats) for site, seats in option.guests),
    )
