"""What do staff see of a lot in which something goes wrong?"""

from dataclasses import dataclass
from datetime import datetime

from api.services.incidents import Incident, offers
from api.services.office import Office, open_case
from api.views.gate import passed, shows
from scheduler.model import LotId, Role
from scheduler.sight import Datum, may_see
from scheduler.state import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDesk:
    """One lot with what may be done about it now; `until` and `late` tell of a fault that lasts."""

    lot: LotId = shows(Datum.SCHEDULE)
    project: str | None = shows(Datum.PROJECT)  # None: not for this role
    phase: Phase = shows(Datum.SCHEDULE)
    starts: datetime = shows(Datum.SCHEDULE)
    ends: datetime = shows(Datum.SCHEDULE)
    offers: tuple[Incident, ...] = shows(Datum.SCHEDULE)
    until: datetime | None = shows(Datum.SCHEDULE, default=None)
    late: bool = shows(Datum.SCHEDULE, default=False)
    void: bool = shows(Datum.SCHEDULE, default=False)  # the conclusions are
    panel: tuple[str, ...] = shows(Datum.PANEL, default=())  # pseudonyms of the experts who sit


def incident_desk(office: Office, role: Role, lot: LotId) -> IncidentDesk:
    """The lot as this role sees it. Raises Refused("unknown_lot")."""
    dossier = open_case(office, lot)
    state = dossier.state
    sees = may_see(role, Datum.PANEL, state.phase)
    view = IncidentDesk(
        lot=state.lot,
        project=dossier.request.project_name if may_see(role, Datum.PROJECT, state.phase) else None,
        phase=state.phase,
        starts=state.starts,
        ends=state.ends,
        offers=offers(office, role, state),
        until=state.pause.until if state.pause else None,
        late=bool(state.pause and state.pause.lapsed),
        void=state.annulled is not None,
        panel=tuple(m.member for m in state.experts()) if sees else (),
    )
    return passed(view, role, state.phase)
