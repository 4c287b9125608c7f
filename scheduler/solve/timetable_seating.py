"""Can this lot sit in this window among the seats and people still free, and how? Quick, not exhaustive.

Who is named here is never drawn: a seating only shows that a lawful panel exists beside all others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from scheduler.solve.problem import Ints
from scheduler.solve.timetable_index import Index, Task
from scheduler.solve.timetable_state import Seating, State

_FEW = 16  # people looked at per role and city; the rest are much like them
_STEPS = 600  # of the search for one panel


def by_worth(index: Index) -> list[Ints]:
    """Per role who can take it, those first whom nobody else wants.

    How wanted somebody is: the sum, over the roles held, of seats asked for per person able.
    """
    pressure = np.zeros(len(index.roles))
    for task in index.tasks:
        for role, count in task.need:
            pressure[role] += count / max(1, len(index.people.able[role]))
    worth = np.zeros(len(index.people.ids))
    for role, able in enumerate(index.people.able):
        worth[able] += pressure[role]
    return [able[np.lexsort((able, worth[able]))] for able in index.people.able]


class Seater:
    """Finds seatings in one state; people nobody else wants are seated first."""

    def __init__(self, state: State, able: Sequence[Ints] | None = None) -> None:
        index = state.index
        self.state = state
        self._index = index
        self.able = able or by_worth(index)  # per role: who can take it, the least wanted first

    def free_for(self, task: Task, window: int) -> list[tuple[int, int, Ints]]:
        """(role, seats wanted, who is free and may) of every role, the least wanted people first."""
        free = self.state.free[window]
        found = []
        for role, count in task.need:
            able = self.able[role]
            able = able[free[able]]
            if task.recused:
                able = able[~np.isin(able, list(task.recused))]
            found.append((role, count, able))
        return found

    def seat(self, task: Task, window: int) -> Seating | None:
        """A lawful seating among what is free, or None where none was found."""
        room = self.state.room(window)
        room[task.host] -= task.reps
        if room[task.host] < 0:
            return None
        roles = self.free_for(task, window)
        if any(len(able) < count for _, count, able in roles):
            return None
        for guests in self._guest_sets(task, room, roles):
            panel = self._panel(task, room, roles, guests)
            if panel is not None:
                return Seating(window=window, guests=guests, panel=panel)
        return None

    def seat_at(self, task: Task, window: int, guests: tuple[int, ...]) -> Seating | None:
        """A lawful seating with exactly these guest sites, or None where none was found."""
        room = self.state.room(window)
        room[task.host] -= task.reps
        if room[task.host] < 0 or not task.guests[0] <= len(guests) <= task.guests[1]:
            return None
        if any(room[site] < task.guest_seats for site in guests):
            return None
        panel = self._panel(task, room, self.free_for(task, window), guests)
        return None if panel is None else Seating(window=window, guests=guests, panel=panel)

    def _guest_sets(
        self, task: Task, room: Ints, roles: Sequence[tuple[int, int, Ints]]
    ) -> Iterator[tuple[int, ...]]:
        """Sets of guest sites, each one site larger than the one before, best addition first."""
        index = self._index
        home = int(index.site_city[task.host])
        guests = list(np.argsort(-room / np.maximum(1, index.seats), kind="stable").tolist())
        guests = [s for s in guests if index.site_city[s] != home and room[s] >= task.guest_seats]
        most = min(task.guests[1], len(guests))
        if most < task.guests[0]:
            return
        supply = _Supply(index=index, task=task, room=room, roles=roles)
        supply.add(task.host)
        chosen: list[int] = []
        while True:
            if len(chosen) >= task.guests[0] and supply.missing() == 0:
                yield tuple(sorted(chosen))
            if len(chosen) == most:
                return
            best = min((s for s in guests if s not in chosen), key=supply.missing_with)
            chosen.append(best)
            supply.add(best)

    def _panel(
        self, task: Task, room: Ints, roles: Sequence[tuple[int, int, Ints]], guests: tuple[int, ...]
    ) -> tuple[tuple[int, int, int], ...] | None:
        index = self._index
        sites = [task.host, *guests]
        seats: dict[int, int] = {}
        for site in sites:
            seats[int(index.site_city[site])] = seats.get(int(index.site_city[site]), 0) + int(room[site])
        search = Search(index=index, task=task, seats=seats)
        cities = sorted(seats, key=lambda c: (-seats[c], c))
        for role, count, able in roles:
            here = index.people.city[able]
            search.slots += [(role, [able[here == c][:_FEW] for c in cities])] * count
        chosen = search.run()
        return None if chosen is None else _at_sites(index, chosen, sites, room)


@dataclass(slots=True, kw_only=True)
class _Supply:
    """What a growing set of sites offers, against what the lot needs."""

    index: Index
    task: Task
    room: Ints
    roles: Sequence[tuple[int, int, Ints]]
    by_city: Ints = field(init=False)  # role × city: people free
    seats: Ints = field(init=False)  # per city: seats at the sites so far

    def __post_init__(self) -> None:
        cities = len(self.index.cities)
        rows = [np.bincount(self.index.people.city[able], minlength=cities) for _, _, able in self.roles]
        self.by_city = np.array(rows, dtype=np.int64).reshape(len(rows), cities)
        self.seats = np.zeros(cities, dtype=np.int64)

    def add(self, site: int) -> None:
        self.seats[self.index.site_city[site]] += max(0, int(self.room[site]))

    def missing_with(self, site: int) -> int:
        before = self.seats.copy()
        self.add(site)
        found = self.missing()
        self.seats = before
        return found

    def missing(self) -> int:
        """How far the sites so far are from seating the panel; 0 is hopeful, not certain."""
        offered = np.minimum(self.by_city, self.seats[None, :])
        wanted = np.array([count for _, count, _ in self.roles])
        short = int(np.maximum(0, wanted - offered.sum(axis=1)).sum())
        usable = np.minimum(self.seats, np.minimum(offered, wanted[:, None]).sum(axis=0))
        away = int(usable.sum()) - (int(usable[self.task.home]) if self.task.home >= 0 else 0)
        size = int(wanted.sum())
        return max(short, size - int(usable.sum()), self.task.offsite - away, 0)


@dataclass(slots=True, kw_only=True)
class Search:
    """Depth-first choice of one panel under the lot's own limits."""

    index: Index
    task: Task
    seats: dict[int, int]  # per city: seats left
    slots: list[tuple[int, list[Ints]]] = field(default_factory=list)  # (role, people per city) per seat
    chosen: list[tuple[int, int]] = field(default_factory=list)
    _steps: int = 0
    _used: dict[tuple[str, int], int] = field(default_factory=dict)

    def run(self) -> list[tuple[int, int]] | None:
        """(person, role) of every seat, or None."""
        if self.task.offsite > self.task.size:
            return None
        self.slots.sort(key=lambda slot: (sum(map(len, slot[1])), slot[0]))
        return self.chosen if self._fill(0) else None

    def _fill(self, at: int) -> bool:
        if at == len(self.slots):
            return True
        role, by_city = self.slots[at]
        for who in self._in_turn(by_city):
            self._steps += 1
            if self._steps > _STEPS:
                return False
            if self.seats[int(self.index.people.city[who])] <= 0 or not self.lawful(who):
                continue
            self.count(who)
            self.chosen.append((who, role))
            if self._fill(at + 1):
                return True
            self.chosen.pop()
            self.count(who, -1)
        return False

    def _in_turn(self, by_city: list[Ints]) -> Iterator[int]:
        """People by turns from the cities, the one with most seats left first."""
        people = self.index.people
        some = [one for one in by_city if len(one)]
        some.sort(key=lambda one: -self.seats[int(people.city[one[0]])])
        for place in range(max(map(len, some), default=0)):
            for one in some:
                if place < len(one):
                    yield int(one[place])

    def _keys(self, who: int) -> Iterator[tuple[tuple[str, int], int]]:
        """What this person counts towards, and the most that may be counted."""
        people, task = self.index.people, self.task
        yield ("person", who), 1
        county = int(people.county[who])
        if task.region_max < task.size:
            yield ("county", county), task.region_max
        if county == task.county:
            yield ("host", county), task.host_max
        if people.employer[who] >= 0 and task.employer_max < task.size:
            yield ("employer", int(people.employer[who])), task.employer_max
        if people.household[who] >= 0 and task.household_max < task.size:
            yield ("household", int(people.household[who])), task.household_max
        if people.city[who] == task.home:
            yield ("home", task.home), task.size - task.offsite

    def lawful(self, who: int) -> bool:
        """Whether the lot's limits allow this person beside those counted."""
        return all(self._used.get(key, 0) < most for key, most in self._keys(who))

    def count(self, who: int, sign: int = 1) -> None:
        """Count this person as a member, or no longer."""
        city = int(self.index.people.city[who])
        self.seats[city] = self.seats.get(city, 0) - sign
        for key, _ in self._keys(who):
            self._used[key] = self._used.get(key, 0) + sign


def _at_sites(
    index: Index, chosen: Sequence[tuple[int, int]], sites: Sequence[int], room: Ints
) -> tuple[tuple[int, int, int], ...]:
    """Each to the site of the own city with most seats left."""
    left = {site: int(room[site]) for site in sites}
    panel = []
    for who, role in chosen:
        there = [site for site in sites if index.site_city[site] == index.people.city[who]]
        best = max(there, key=lambda site: (left[site], -site))
        left[best] -= 1
        panel.append((who, role, best))
    return tuple(sorted(panel))
