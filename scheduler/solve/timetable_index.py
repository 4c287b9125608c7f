"""Which whole numbers stand for the lots, windows, sites and people of a timetable?

Everything is numbered in the order of its id (windows in the order of time), so that nothing found later
depends on the order of rows in a file. People who fit no seat of any lot, or have no site in their own city,
are left out: they can sit nowhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.model import Expert, ExpertId, RegionCode, SiteId, SpecialityCode
from scheduler.rules.place import city
from scheduler.solve.problem import Ints
from scheduler.timetable import Bounds, Days, Lot, Site, Window, WindowId, overlap

Truths = NDArray[np.bool_]
FREE = 10**6  # stands for "no bound": no panel is that large


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A lot in numbers. `home` and `county` are -1 where nobody and no site is there."""

    host: int
    need: tuple[tuple[int, int], ...]  # (role, how many), by role
    reps: int
    windows: tuple[int, ...]
    guests: tuple[int, int]  # at least, at most
    guest_seats: int  # taken at each guest site at least
    home: int  # the city of the project
    county: int  # its county
    offsite: int
    employer_max: int
    region_max: int
    host_max: int
    household_max: int
    green: bool
    recused: frozenset[int]

    @property
    def size(self) -> int:
        """How many experts the panel has."""
        return sum(count for _, count in self.need)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everyone who fits some seat, by position: city, county, employer and household (-1: none)."""

    ids: tuple[ExpertId, ...]
    city: Ints
    county: Ints
    employer: Ints
    household: Ints
    roles: tuple[int, ...]  # per person: the set of roles as bits
    able: tuple[Ints, ...]  # per role: who can take it


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A timetable's world in numbers."""

    days: Days
    lots: tuple[Lot, ...]  # in the order of ids, as are the tasks
    tasks: tuple[Task, ...]
    sites: tuple[Site, ...]
    seats: Ints  # per site
    site_city: Ints
    cities: tuple[str, ...]
    windows: tuple[Window, ...]
    day_of: Ints  # per window
    clashes: Truths  # windows × windows: they share a moment (each with itself too)
    moments: tuple[Ints, ...]  # largest sets of windows that share one moment
    roles: tuple[SpecialityCode, ...]
    people: People
    busy: Truths  # windows × people

    def plain(self, windows: Sequence[int]) -> bool:
        """Whether those of these windows that overlap a third one overlap each other: then like people can be
        counted."""
        clashes = self.clashes[np.ix_(windows, windows)]
        return all(bool(clashes[np.ix_(m, m)].all()) for m in map(np.flatnonzero, clashes))

    def moments_of(self, window: int) -> int:
        """How many of the moments a window crosses."""
        return sum(window in moment for moment in self.moments)


def index(days: Days) -> Index:
    """The world in numbers. Ids in `days` are unique and what lots name exists (the intake saw to that)."""
    sites = tuple(sorted(days.sites, key=lambda site: site.id))
    windows = tuple(sorted(days.windows, key=lambda w: (w.day, w.start, w.end, w.id)))
    lots = tuple(sorted(days.lots, key=lambda lot: lot.id))
    cities = tuple(sorted({city(site.region) for site in sites}))
    roles = tuple(sorted({seat.speciality for lot in lots for seat in lot.seats}))
    where = {name: i for i, name in enumerate(cities)}
    people, county = _people(days.experts, where, roles)
    clashes = np.array([[overlap(a, b) for b in windows] for a in windows], dtype=bool)
    clashes = clashes.reshape(len(windows), len(windows)) | np.eye(len(windows), dtype=bool)
    place = {site.id: i for i, site in enumerate(sites)}
    slot = {window.id: i for i, window in enumerate(windows)}
    person = {who: i for i, who in enumerate(people.ids)}
    busy = np.zeros((len(windows), len(people.ids)), dtype=bool)
    for who, held in days.busy.items():
        for window in held if who in person else ():
            busy[clashes[slot[window]], person[who]] = True
    dates = {day: i for i, day in enumerate(sorted({w.day for w in windows}))}
    return Index(
        days=days,
        lots=lots,
        tasks=tuple(_task(lot, (place, slot, person), (where, county, roles)) for lot in lots),
        sites=sites,
        seats=np.array([site.seats for site in sites], dtype=np.int64),
        site_city=np.array([where[city(site.region)] for site in sites], dtype=np.int64),
        cities=cities,
        windows=windows,
        day_of=np.array([dates[w.day] for w in windows], dtype=np.int64),
        clashes=clashes,
        moments=_moments(windows),
        roles=roles,
        people=people,
        busy=busy,
    )


def _people(
    experts: Iterable[Expert], where: dict[str, int], roles: Sequence[SpecialityCode]
) -> tuple[People, dict[RegionCode, int]]:
    fitting: dict[tuple[SpecialityCode, ...], int] = {}
    held: list[Expert] = []
    masks: list[int] = []
    for expert in sorted(experts, key=lambda expert: expert.id):
        codes = expert.specialities
        if codes not in fitting:
            fitting[codes] = sum(
                1 << r for r, role in enumerate(roles) if any(code.startswith(role) for code in codes)
            )
        if fitting[codes] and city(expert.region) in where:
            held.append(expert)
            masks.append(fitting[codes])
    county: dict[RegionCode, int] = {}
    for expert in held:
        county.setdefault(expert.region, len(county))
    able: list[list[int]] = [[] for _ in roles]
    for i, mask in enumerate(masks):
        while mask:
            low = mask & -mask
            able[low.bit_length() - 1].append(i)
            mask ^= low
    people = People(
        ids=tuple(expert.id for expert in held),
        city=_whole(where[city(expert.region)] for expert in held),
        county=_whole(county[expert.region] for expert in held),
        employer=_groups(expert.employer for expert in held),
        household=_groups(expert.household for expert in held),
        roles=tuple(masks),
        able=tuple(_whole(some) for some in able),
    )
    return people, county


def _whole(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _groups(names: Iterable[str]) -> Ints:
    """A number for every name; an empty one is no group."""
    known: dict[str, int] = {}
    return _whole(known.setdefault(name, len(known)) if name else -1 for name in names)


def _task(
    lot: Lot,
    places: tuple[dict[SiteId, int], dict[WindowId, int], dict[ExpertId, int]],
    regions: tuple[dict[str, int], dict[RegionCode, int], Sequence[SpecialityCode]],
) -> Task:
    (place, slot, person), (where, county, roles) = places, regions
    position = {role: r for r, role in enumerate(roles)}
    need: dict[int, int] = {}
    for seat in lot.seats:
        need[position[seat.speciality]] = need.get(position[seat.speciality], 0) + seat.count
    bounds: Bounds = lot.bounds
    windows = {slot[name] for name in lot.windows} if lot.windows else set(slot.values())
    return Task(
        host=place[lot.host],
        need=tuple(sorted(need.items())),
        reps=lot.owner_reps,
        windows=tuple(sorted(windows)),
        guests=(lot.guests_min, _top(lot.guests_max)),
        guest_seats=lot.guest_seats,
        home=where.get(city(lot.region), -1),
        county=county.get(lot.region, -1),
        offsite=bounds.offsite_min or 0,
        employer_max=_top(bounds.same_employer_max),
        region_max=_top(bounds.same_region_max),
        host_max=_top(bounds.host_region_max),
        household_max=1,
        green=lot.green,
        recused=frozenset(person[who] for who in lot.recused if who in person),
    )


def _top(bound: int | None) -> int:
    return FREE if bound is None else min(bound, FREE)


def _moments(windows: Sequence[Window]) -> tuple[Ints, ...]:
    """The largest sets of windows that share a moment: those running at some window's beginning."""
    running = {
        frozenset(
            i for i, w in enumerate(windows) if w.day == at.day and w.start <= at.start and at.start < w.end
        )
        for at in windows
    }
    largest = [one for one in running if not any(one < other for other in running)]
    return tuple(np.array(sorted(one), dtype=np.int64) for one in sorted(largest, key=sorted))
