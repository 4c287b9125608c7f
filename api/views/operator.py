"""What does the operator 经办 see: the day's lots on the map, and one lot without a person in it?"""

from dataclasses import dataclass
from datetime import date, datetime

from api.views.hexmap import County
from scheduler.model import LotId, RegionCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A site of a lot with the number of workstations held there; never who sits at them."""

    site: str
    county: str
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """One lot of the day; `phase` is F0 … F7, `next_action` a word of [page.next]."""

    lot: LotId
    project: str
    region: RegionCode
    county: str
    phase: str
    starts: datetime
    ends: datetime
    host: Place
    guests: tuple[Place, ...]
    wanted: int
    urgent: bool  # green channel
    next_action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorToday:
    """The desk of one day. `lots` are those of the chosen county, or all; the map always shows all."""

    day: date
    lots: tuple[LotRow, ...]
    counties: tuple[County, ...]
    chosen: County | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One phase of a lot on its rail; `at` is None while it has not begun."""

    phase: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorLot:
    """One lot: its rail, places and the public commitment of its draw, once there is one."""

    row: LotRow
    rail: tuple[Milestone, ...]
    commitment: str  # hexadecimal; empty before the draw
    rounds: int
