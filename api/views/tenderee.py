"""What does the tenderee 招标人 see: the own lots, and whether its seeds are awaited?"""

from dataclasses import dataclass
from datetime import datetime

from api.views.deposit import SeedDesk
from api.views.gate import shows
from scheduler.events import Member
from scheduler.model import LotId
from scheduler.sight import Datum
from scheduler.state import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class TendereeLot:
    """One lot of the tenderee who asks."""

    lot: LotId = shows(Datum.SCHEDULE)
    project: str = shows(Datum.PROJECT)
    phase: Phase = shows(Datum.SCHEDULE)
    starts: datetime = shows(Datum.SCHEDULE)
    ends: datetime = shows(Datum.SCHEDULE)
    wanted: int = shows(Datum.PANEL_SIZE)
    seeds: SeedDesk | None = shows(Datum.OWN_SEEDS, default=None)
    letters: int | None = shows(
        Datum.AUTHORISATION, default=None
    )  # representatives without one, while it is due
    appoints: bool | None = shows(Datum.SCHEDULE, default=None)  # seats are approved for direct appointment
    ballot: tuple[Member, ...] = shows(Datum.BALLOT, default=())  # whom the tenderee may name to chair


@dataclass(frozen=True, slots=True, kw_only=True)
class TendereeLots:
    """All own lots, soonest first."""

    lots: tuple[TendereeLot, ...] = shows(Datum.SCHEDULE)
