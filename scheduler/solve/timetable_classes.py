"""Which people are alike for a few lots and windows? Whom nothing can tell apart is counted, not named."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.solve.problem import Ints
from scheduler.solve.timetable_index import Index
from scheduler.solve.timetable_state import TWO, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """People with the same city, roles, free windows and marks; `lots`: where they may sit."""

    members: tuple[int, ...]
    city: int
    county: int
    employer: int
    household: int
    roles: int  # as bits
    windows: tuple[int, ...]  # free in these
    a_day: Mapping[int, int]  # windows left per day
    lots: tuple[int, ...]


def alike(state: State, lots: Mapping[int, Sequence[int]], people: Collection[int]) -> list[Alike]:
    """The classes of `people` for these lots in these windows (per lot), in the order of first members."""
    index = state.index
    who = np.array(sorted(people), dtype=np.int64)
    windows = sorted({w for some in lots.values() for w in some})
    days = sorted({int(index.day_of[w]) for w in windows})
    marks = _Marks.needed(index, lots, who)
    recused = {p: [lot for lot in lots if p in index.tasks[lot].recused] for p in _recused(index, lots)}
    bits = 0
    for lot in lots:
        for role, _ in index.tasks[lot].need:
            bits |= 1 << role
    free = state.free[np.array(windows, dtype=np.int64)][:, who].T
    left = (TWO - state.that_day[np.array(days, dtype=np.int64)][:, who]).T
    places = {p: (int(index.people.city[p]), *marks.of(index, p)) for p in who.tolist()}
    groups: dict[tuple[object, ...], list[int]] = {}
    plain = index.plain(windows)
    for i, p in enumerate(who.tolist()):
        own = () if plain else (p,)  # no counting where overlaps are no equivalence
        apart = (tuple(recused.get(p, ())), own)
        key = (places[p], index.people.roles[p] & bits, free[i].tobytes(), left[i].tobytes(), apart)
        groups.setdefault(key, []).append(p)
    position = {p: i for i, p in enumerate(who.tolist())}
    found = []
    for members in groups.values():
        row = position[members[0]]
        city, county, employer, household = places[members[0]]
        found.append(
            Alike(
                members=tuple(members),
                city=city,
                county=county,
                employer=employer,
                household=household,
                roles=index.people.roles[members[0]] & bits,
                windows=tuple(w for w, yes in zip(windows, free[row].tolist(), strict=True) if yes),
                a_day=dict(zip(days, left[row].tolist(), strict=True)),
                lots=tuple(lot for lot in lots if lot not in recused.get(members[0], ())),
            )
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """Which counties, employers and households can bind at all; others are not told apart."""

    counties: bool
    hosts: frozenset[int]
    employers: frozenset[int]
    households: frozenset[int]

    @classmethod
    def needed(cls, index: Index, lots: Collection[int], who: Ints) -> "_Marks":
        tasks = [index.tasks[lot] for lot in lots]
        least = min((task.employer_max for task in tasks if task.employer_max < task.size), default=len(who))
        return cls(
            counties=any(task.region_max < task.size for task in tasks),
            hosts=frozenset(task.county for task in tasks if task.host_max < task.size),
            employers=_crowds(index.people.employer[who], least),
            households=_crowds(index.people.household[who], 1),
        )

    def of(self, index: Index, p: int) -> tuple[int, int, int]:
        """(county, employer, household) as far as they matter, else -1."""
        people = index.people
        county, employer, household = int(people.county[p]), int(people.employer[p]), int(people.household[p])
        return (
            county if self.counties or county in self.hosts else -1,
            employer if employer in self.employers else -1,
            household if household in self.households else -1,
        )


def _crowds(names: Ints, most: int) -> frozenset[int]:
    """Groups of more than `most`."""
    held, counts = np.unique(names[names >= 0], return_counts=True)
    return frozenset(held[counts > most].tolist())


def _recused(index: Index, lots: Collection[int]) -> set[int]:
    return {p for lot in lots for p in index.tasks[lot].recused}
