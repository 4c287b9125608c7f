"""What can be asked before a booking, and how coarse is the answer? Bands instead of counts, sites, never names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from scheduler.limits import Numbers
from scheduler.model import OrgTag, RegionCode, RuleId, Seats, SiteId
from scheduler.timetable import Bounds

_AMPLE, _TIGHT = 6, 2  # people left over per seat, at least
GUEST_SEATS = 1  # held at every guest site of a booking, so that chance can seat somebody there
_GRAIN = 5  # counts are rounded down to this before they become a band, so that bands cannot be used to count


class Band(StrEnum):
    """How much there is."""

    AMPLE = "ample"  # 充足
    TIGHT = "tight"  # 紧张
    SHORT = "short"  # 不足


ORDER = (Band.SHORT, Band.TIGHT, Band.AMPLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A lot that is not booked yet. `hosts`: the sites that may be its host, in the order of liking."""

    region: RegionCode
    seats: tuple[Seats, ...]
    hosts: tuple[SiteId, ...]
    owner_reps: int = 0
    guests: tuple[int, int | None] = (0, None)  # at least, at most (None: any number)
    bounds: Bounds = field(default_factory=Bounds)
    recused: tuple[OrgTag, ...] = ()  # organisations whose people are out

    @property
    def size(self) -> int:
        """How many experts the panel has."""
        return sum(each.count for each in self.seats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A window with the workstations free through all of it, and the seats other lots want meanwhile."""

    starts: datetime
    ends: datetime
    day: date
    room: Mapping[SiteId, int]
    wanted: tuple[Seats, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A host with guest sites, and how many workstations for experts to hold at each."""

    host: SiteId
    host_seats: int
    guests: tuple[tuple[SiteId, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What works in one window: people per role and seats as bands, and the sites found (none: does not work)."""

    people: tuple[Band, ...]  # in the order of Ask.seats
    room: Band
    options: tuple[Option, ...]

    @property
    def band(self) -> Band:
        """The scarcest of everything; short when no sites were found."""
        return min((*self.people, self.room), key=ORDER.index) if self.options else Band.SHORT


def band(have: int, want: int) -> Band:
    """The band of `have` for `want` seats."""
    rough = have if have < 2 * _GRAIN else have - have % _GRAIN
    if rough >= _AMPLE * want:
        return Band.AMPLE
    return Band.TIGHT if rough >= _TIGHT * want else Band.SHORT


def bounds_of(numbers: Numbers, size: int) -> Bounds:
    """A lot's own limits under the rules in force for it."""

    def number(rule: str, name: str) -> int | None:
        return numbers.get(RuleId(rule), {}).get(name)

    share = number("L3p", "percent") or 0
    return Bounds(
        offsite_min=max(number("L3", "least") or 0, -(-size * share // 100)),
        same_employer_max=number("R12", "most"),
        same_region_max=number("L5", "most"),
        host_region_max=number("L4", "most"),
    )


def guests_of(numbers: Numbers, least: int = 0, most: int | None = None) -> tuple[int, int | None]:
    """How many guest sites the rules in force and the request allow: at least, at most."""
    lowest = numbers.get(RuleId("L1"), {}).get("least", 1) - 1
    highest = numbers.get(RuleId("L1m"), {}).get("most")
    tops = [n for n in (most, None if highest is None else highest - 1) if n is not None]
    return max(least, lowest, 0), min(tops, default=None)
