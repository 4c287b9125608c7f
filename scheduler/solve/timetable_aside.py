"""Which seats of later lots can always be filled whatever a draw brings, and for which is somebody kept aside?

A seat is *plentiful* when more people can take it than all other seats of the day could ever take away or
forbid: then nobody is kept aside for it. Taken seats only shrink both sides of that count alike, so what is
plentiful once stays so until it is drawn.
"""

from collections.abc import Collection, Mapping

import numpy as np

from scheduler.solve.problem import Ints
from scheduler.solve.timetable_holds import Holds
from scheduler.solve.timetable_index import Index, Task
from scheduler.solve.timetable_state import Seating, State


class Plenty:
    """Judges seats of one day; `done` holds only what has been drawn."""

    def __init__(self, done: State, seatings: Mapping[int, Seating], held: Holds) -> None:
        index = done.index
        self._index, self._done, self._seatings = index, done, seatings
        self._lots = np.array(sorted(seatings), dtype=np.int64)
        self._row = {lot: i for i, lot in enumerate(self._lots.tolist())}
        self._demand = np.zeros((len(self._lots), len(index.roles)), dtype=np.int64)
        self._reach = np.zeros((len(self._lots), len(index.cities)), dtype=np.int64)
        self._window = np.array([seatings[lot].window for lot in self._lots.tolist()], dtype=np.int64)
        for lot, i in self._row.items():
            for role, count in index.tasks[lot].need:
                self._demand[i, role] = count
            for site, seats in held[lot].items():
                self._reach[i, index.site_city[site]] += seats
        self._open = np.ones(len(self._lots), dtype=bool)
        self._able = np.zeros((len(index.people.ids), len(index.roles)), dtype=bool)
        for role, able in enumerate(index.people.able):
            self._able[able, role] = True
        self._sure: set[tuple[int, int, tuple[int, ...]]] = set()

    def close(self, lot: int) -> None:
        """This lot is drawn; its seats are taken and ask for nobody more."""
        self._open[self._row[lot]] = False

    def cities(self, lot: int, city: int) -> tuple[int, ...]:
        """Where the successor of somebody from `city` may come from without upsetting the lot's sites."""
        task, reach = self._index.tasks[lot], self._reach[self._row[lot]]
        wide = [c for c in np.flatnonzero(reach >= task.size).tolist() if c != task.home or task.offsite == 0]
        return tuple(wide) if city in wide else (city,)

    def is_plentiful(self, lot: int, role: int, cities: tuple[int, ...]) -> bool:
        """Whether the lot's seats of this role from these cities can be filled whatever else is drawn."""
        key = (lot, role, cities)
        if key not in self._sure and self._spare(lot, role, cities) >= 0:
            self._sure.add(key)
        return key in self._sure

    def fit(self, lot: int, role: int, cities: Collection[int]) -> Ints:
        """Who can take the seat as far as drawn panels, recusals and the project's county allow."""
        index, task = self._index, self._index.tasks[lot]
        able: Ints = index.people.able[role]
        able = able[self._done.free[self._seatings[lot].window][able]]
        able = able[np.isin(index.people.city[able], list(cities))]
        if task.recused:
            able = able[~np.isin(able, list(task.recused))]
        return able

    def _spare(self, lot: int, role: int, cities: tuple[int, ...]) -> int:
        index, task = self._index, self._index.tasks[lot]
        window = self._seatings[lot].window
        fit = self.fit(lot, role, cities)
        fit = fit[self._done.that_day[index.day_of[window]][fit] == 0]
        if task.host_max < task.size:
            fit = fit[index.people.county[fit] != task.county]
        near = self._open & (self._reach[:, list(cities)].sum(axis=1) > 0)
        near[self._row[lot]] = False
        overlapping = index.clashes[window][self._window]
        there = self._able[fit].sum(axis=0)
        over = np.minimum(there, self._demand[near & overlapping].sum(axis=0)).sum()
        rest = np.minimum(2 * there, self._demand[near & ~overlapping].sum(axis=0)).sum() // 2
        return len(fit) - int(over) - int(rest) - task.size - _blocked(index, task, fit)


def _blocked(index: Index, task: Task, fit: Ints) -> int:
    """The most people whom the other members of the panel could forbid by the lot's own limits."""
    others = task.size - 1
    people = index.people
    total = 0
    for names, most in (
        (people.employer[fit], task.employer_max),
        (people.county[fit], task.region_max),
        (people.household[fit], 1),
    ):
        groups = np.unique(names[names >= 0], return_counts=True)[1]
        if most == 0:
            return len(fit)
        total += int(np.sort(groups)[::-1][: others // most].sum()) if most < task.size else 0
    return total
