"""The planning desk over a real office: what the pages of booking and planning ask, answered from the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.actor import Actor
from api.intake.faults import Faults
from api.services import holding, wizard
from api.services.memory import Memory
from api.services.office import Office
from api.services.ordering import Draft
from api.store import registers
from api.store.accounts import account, accounts
from api.views.booking import BookingForm, Kept, Meter, meter_of
from scheduler.errors import Refused
from scheduler.feasibility import Option
from scheduler.model import LotId, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """What api.pages.plandesk.PlanDesk asks."""

    office: Office
    memory: Memory = field(default_factory=Memory)

    def booking(self, user: str, step: int, typed: Mapping[str, str], token: str) -> BookingForm:
        """A step of the form; faults of the steps before lead back to the first faulty one."""
        actor, draft = self.actor(user), None
        for upto in range(1, min(step, len(wizard.STEPS) + 1)):
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
