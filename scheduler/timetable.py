"""The nouns of a timetable: sites, windows, lots asked for, and a plan that places them; frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import NewType

from scheduler.explain import Reason
from scheduler.model import Expert, ExpertId, LotId, RegionCode, Seats, SiteId, SpecialityCode

WindowId = NewType("WindowId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place with `seats` usable workstations at once."""

    id: SiteId
    region: RegionCode
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From `start` (included) to `end` (not included) on one day, Asia/Shanghai."""

    id: WindowId
    day: date
    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A lot's own limits; None: no such limit."""

    offsite_min: int | None = None
    same_employer_max: int | None = None
    same_region_max: int | None = None
    host_region_max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A lot to be placed: what it asks for, and where and when it may be."""

    id: LotId
    region: RegionCode  # the project's county
    host: SiteId
    seats: tuple[Seats, ...]  # one entry a code
    owner_reps: int = 0  # seats of the owner's representatives, at the host site
    windows: tuple[WindowId, ...] = ()  # empty: any
    guests_min: int = 0
    guests_max: int | None = None  # None: any number
    guest_seats: int = 0  # taken at each guest site at least, even where nobody of the panel sits
    bounds: Bounds = field(default_factory=Bounds)
    green: bool = False  # green channel: before all others
    recused: frozenset[ExpertId] = frozenset()
    frozen: bool = False  # drawn and notified: where a plan is made again it stays unless it must move


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Everything a timetable is made from. `busy`: windows in which an expert cannot sit."""

    experts: tuple[Expert, ...]
    sites: tuple[Site, ...]
    windows: tuple[Window, ...]
    lots: tuple[Lot, ...]
    busy: Mapping[ExpertId, frozenset[WindowId]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """One member of a panel; `speciality` is the seat's code as asked for."""

    expert: ExpertId
    speciality: SpecialityCode
    site: SiteId


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A lot with its window, its sites and a lawful panel."""

    lot: LotId
    window: WindowId
    host: SiteId
    guests: tuple[SiteId, ...]
    panel: tuple[Seated, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """A lot without a place, and what stands against it."""

    lot: LotId
    clash: tuple[Reason, ...]


def overlap(one: Window, other: Window) -> bool:
    """Whether two windows share a moment; one that begins when the other ends does not."""
    return one.day == other.day and one.start < other.end and other.start < one.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """A plan: every lot is in `placed` or in `unplaced`, both in the order of ids.

    `proved`: no plan has more green-channel lots, and none with as many of them has more lots; else
    `upper_bound` is the number of lots that no plan with as many green-channel lots exceeds.
    """

    placed: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...]
    proved: bool
    upper_bound: int
