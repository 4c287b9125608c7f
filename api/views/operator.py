"""What does the operator 经办 see: the day's lots on the map, and one lot without a person in it?"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from api.services.acting import Deed
from api.views.beacon import PulseWait
from api.views.deposit import SeedDesk
from api.views.gate import free, shows
from api.views.hexmap import County
from scheduler.limits import Words
from scheduler.model import LotId, RegionCode, Role
from scheduler.sight import Datum
from scheduler.state import Phase


class Next(StrEnum):
    """What a lot waits for."""

    FREEZE = "freeze"
    PLEDGE = "pledge"
    SITES = "sites"
    DRAW = "draw"
    ANSWERS = "answers"
    OPEN = "open"
    RECHECK = "recheck"
    CHECK_IN = "check_in"
    BLIND = "blind"
    SCORE = "score"
    CLOSE = "close"
    TOTAL = "total"
    CORRECT = "correct"
    REVIEW = "review"
    REVEAL = "reveal"
    REPORT = "report"
    ARCHIVE = "archive"
    NOTHING = "nothing"
    RELAX = "relax"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A site of a lot with the number of workstations held there; never who sits at them."""

    site: str = shows(Datum.SCHEDULE)
    county: str = shows(Datum.SCHEDULE)
    seats: int = shows(Datum.SCHEDULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """One lot of the day."""

    lot: LotId = shows(Datum.SCHEDULE)
    project: str = shows(Datum.PROJECT)
    region: RegionCode = shows(Datum.SCHEDULE)
    county: str = shows(Datum.SCHEDULE)
    phase: Phase = shows(Datum.SCHEDULE)
    starts: datetime = shows(Datum.SCHEDULE)
    ends: datetime = shows(Datum.SCHEDULE)
    host: Place = shows(Datum.SCHEDULE)
    guests: tuple[Place, ...] = shows(Datum.SCHEDULE)
    wanted: int = shows(Datum.PANEL_SIZE)
    urgent: bool = shows(Datum.SCHEDULE)  # green channel
    next_action: Next = shows(Datum.SCHEDULE)
    offer: Deed | None = shows(Datum.SCHEDULE, default=None)  # what the operator may do about it now


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorToday:
    """The desk of one day. `lots` are those of the chosen county, or all; the map always shows all."""

    day: date = shows(Datum.SCHEDULE)
    days: tuple[date, ...] = shows(Datum.SCHEDULE)  # all that have lots
    lots: tuple[LotRow, ...] = shows(Datum.SCHEDULE)
    counties: tuple[County, ...] = shows(Datum.SCHEDULE)
    chosen: County | None = free()


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One phase of a lot on its rail; `at` is None while it has not begun."""

    phase: Phase = shows(Datum.SCHEDULE)
    at: datetime | None = shows(Datum.SCHEDULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorLot:
    """One lot: its rail, places and the public commitment of its draw, once there is one."""

    row: LotRow = shows(Datum.SCHEDULE)
    rail: tuple[Milestone, ...] = shows(Datum.SCHEDULE)
    commitment: str | None = shows(Datum.PROOF)  # hexadecimal; None before the draw
    rounds: int | None = shows(Datum.PROOF)
    pulse: PulseWait | None = shows(Datum.SCHEDULE, default=None)
    seeds: SeedDesk | None = shows(Datum.OWN_SEEDS, default=None)
    offers: tuple[Deed, ...] = shows(Datum.SCHEDULE, default=())  # the next deed and, while lawful, to cancel
    scarce: tuple[Words, ...] = shows(
        Datum.SCHEDULE, default=()
    )  # titles of notices about the pool, without facts
    draw_from: datetime | None = shows(Datum.SCHEDULE, default=None)  # while no draw is lawful yet
    missing: tuple[Role, ...] = shows(Datum.SCHEDULE, default=())  # parties whose seeds are awaited
    accepted: int | None = shows(Datum.SITE_COUNTS, default=None)  # experts, of `row.wanted`
    present: int | None = shows(Datum.SITE_COUNTS, default=None)  # experts checked in, of `row.wanted`
    replaced: tuple[tuple[str, int], ...] = shows(Datum.SITE_COUNTS, default=())  # site by name: how many new
    undelivered: int | None = shows(Datum.SITE_COUNTS, default=None)  # invitations not known to be there
    reserve: int = shows(Datum.PANEL_SIZE, default=0)  # stand-bys asked for
    standing_by: int | None = shows(Datum.SITE_COUNTS, default=None)  # stand-bys who may be promoted
