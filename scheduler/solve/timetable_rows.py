"""Which linear relaxation does every lawful plan satisfy? Lots by window, seats by role, city and window.

Lots and people are cut into fractions; people are counted by city, and by the scarce roles they hold.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from scheduler.solve.linear import Entries, Linear
from scheduler.solve.problem import Floats, Ints
from scheduler.solve.timetable_index import FREE, Index, Task
from scheduler.solve.timetable_state import TWO

_SCARCE = 0.4  # of what all who can take a role could do, wanted by lots: then the role counts as scarce
_FEW = 12  # a role fewer people can take is scarce too

Terms = list[tuple[int, float]]


@dataclass(slots=True, kw_only=True)
class Rows:
    """Rows of the relaxation: terms and an upper end each."""

    index: Index
    never: frozenset[int]
    at: dict[tuple[int, int], int] = field(default_factory=dict)  # (lot, window) -> variable
    filled: dict[tuple[int, int, int], int] = field(default_factory=dict)  # (role, city, window) -> variable
    count: int = 0
    point: Floats | None = None  # of the last `most`
    _able: dict[tuple[int, int], Ints] = field(default_factory=dict)  # (role, city) -> people
    _high: list[float] = field(default_factory=list)
    _rows: list[int] = field(default_factory=list)
    _columns: list[int] = field(default_factory=list)
    _values: list[float] = field(default_factory=list)

    def build(self) -> None:
        """All rows, in a fixed order."""
        for lot, task in enumerate(self.index.tasks):
            own = () if lot in self.never else task.windows
            for window in own:
                self.at[lot, window] = self._variable()
            self._row([(self.at[lot, window], 1.0) for window in own], 1.0)
        people = self.index.people
        for role, able in enumerate(people.able):
            for city in range(len(self.index.cities)):
                here = able[people.city[able] == city]
                if len(here):
                    self._able[role, city] = here
                    for window in range(len(self.index.windows)):
                        self.filled[role, city, window] = self._variable()
        self._wanted()
        self._away()
        self._crowds()
        self._scarce()
        self._seats()

    def lines(self) -> Iterator[tuple[list[tuple[int, int]], int]]:
        """Every row in whole numbers, as which they were made."""
        entries: list[list[tuple[int, int]]] = [[] for _ in self._high]
        for row, v, value in zip(self._rows, self._columns, self._values, strict=True):
            entries[row].append((v, int(value)))
        return zip(entries, map(int, self._high), strict=True)

    def most(self, cost: dict[int, float], greens: int) -> float | None:
        """An upper end of the sum of `cost` with at least `greens` green-channel lots; None: none found.

        The prices of the rows prove it: whatever the solver's rounding, the sum below is an upper end.
        """
        tasks = self.index.tasks
        extra = [v for (lot, _), v in self.at.items() if tasks[lot].green] if greens else []
        weights = np.zeros(self.count)
        weights[list(cost)] = list(cost.values())
        signs = np.array(self._values + [-1.0] * len(extra))
        rows = np.array(self._rows + [len(self._high)] * len(extra), dtype=np.int64)
        columns = np.array(self._columns + extra, dtype=np.int64)
        ceiling = np.array(self._high + [-float(greens)] * bool(extra))
        found = Linear(
            cost=weights,
            floor=np.full(len(ceiling), -np.inf),
            ceiling=ceiling,
            entries=Entries(rows=rows, columns=columns, values=signs),
        ).solve()
        if found is None:
            return None
        self.point = found.point
        prices = np.maximum(found.prices, 0.0)
        left = weights - np.bincount(columns, weights=prices[rows] * signs, minlength=self.count)
        return float(prices @ ceiling + np.maximum(left, 0.0).sum() * len(self.index.people.ids or (0,)))

    def _variable(self) -> int:
        self.count += 1
        return self.count - 1

    def _row(self, terms: Terms, high: float) -> None:
        if not terms:
            return
        self._rows += [len(self._high)] * len(terms)
        self._columns += [v for v, _ in terms]
        self._values += [value for _, value in terms]
        self._high.append(high)

    def _wanted(self) -> None:
        """The seats of every role asked for in a window are filled by people of some cities."""
        wanted: dict[tuple[int, int], Terms] = {}
        for (lot, window), v in self.at.items():
            for role, count in self.index.tasks[lot].need:
                wanted.setdefault((role, window), []).append((v, float(count)))
        filling: dict[tuple[int, int], Terms] = {}
        for (role, _, window), v in self.filled.items():
            filling.setdefault((role, window), []).append((v, -1.0))
        for key, terms in wanted.items():
            self._row(terms + filling.get(key, []), 0.0)

    def _away(self) -> None:
        """Of each city: what lots must seat elsewhere is filled elsewhere."""
        index, people = self.index, self.index.people
        away: dict[tuple[int, int], Terms] = {}
        counties = [Counter(people.county[people.city == city].tolist()) for city in range(len(index.cities))]
        for lot, task in enumerate(index.tasks):
            for city, people_by_county in enumerate(counties):
                least = float(_elsewhere(index, task, city, people_by_county))
                for window in task.windows if least and lot not in self.never else ():
                    away.setdefault((city, window), []).append((self.at[lot, window], least))
        by_window: dict[int, list[tuple[int, int]]] = {}
        for (_, home, window), v in self.filled.items():
            by_window.setdefault(window, []).append((home, v))
        for (city, window), terms in away.items():
            others = [(v, -1.0) for home, v in by_window.get(window, ()) if home != city]
            self._row(terms + others, 0.0)

    def _crowds(self) -> None:
        """People of a city, of one role and of all: once at every moment, twice a day."""
        index = self.index
        rounds = [_disjoint(index, day) for day in range(int(index.day_of.max(initial=-1)) + 1)]
        for city in range(len(index.cities)):
            seats = int(index.seats[index.site_city == city].sum())
            own = [role for role, name in self._able if name == city]
            families = [
                [r for r in own if index.roles[r].startswith(index.roles[role])]
                for role in own
                if len(self._able[role, city]) < seats * max(rounds, default=0)
            ]
            for family in [*families, own]:
                who = np.unique(np.concatenate([self._able[r, city] for r in family] or [np.zeros(0, int)]))
                self._time({w: self._sitting(family, city, w) for w in range(len(index.windows))}, who)

    def _sitting(self, family: list[int], city: int, window: int) -> Terms:
        return [(self.filled[role, city, window], 1.0) for role in family]

    def _time(self, own: dict[int, Terms], members: Ints) -> None:
        """Of these people nobody sits twice at one moment, nor in more than two windows a day."""
        index = self.index
        for moment in index.moments:
            free = (~index.busy[moment][:, members]).any(axis=0).sum()
            self._row([term for w in moment.tolist() for term in own[w]], float(free))
        for day in range(int(index.day_of.max(initial=-1)) + 1):
            same = np.flatnonzero(index.day_of == day)
            free = np.minimum(TWO, (~index.busy[same][:, members]).sum(axis=0)).sum()
            self._row([term for w in same.tolist() for term in own[w]], float(free))

    def _scarce(self) -> None:
        """Seats of scarce roles are filled by kinds of people who hold the same of them."""
        index, scarce = self.index, scarce_roles(self.index)
        serving: dict[tuple[int, int, int], Terms] = {}
        for (mask, city), members in _types(index, scarce).items():
            own: dict[int, Terms] = {}
            for window in range(len(index.windows)):
                own[window] = []
                for role in scarce:
                    if mask >> role & 1:
                        v = self._variable()
                        own[window].append((v, 1.0))
                        serving.setdefault((role, city, window), []).append((v, -1.0))
                self._row(own[window], float((~index.busy[window][members]).sum()))
            self._time(own, members)
        for (role, city, window), v in self.filled.items():
            if role in scarce:
                self._row([(v, 1.0), *serving.get((role, city, window), [])], 0.0)

    def _seats(self) -> None:
        """Seats at every moment: of every city, and of every host for those who must sit there."""
        index = self.index
        cities: dict[tuple[int, int], Terms] = {}
        for (_, city, window), v in self.filled.items():
            cities.setdefault((city, window), []).append((v, 1.0))
        hosts: dict[tuple[int, int], Terms] = {}
        for (lot, window), v in self.at.items():
            task = index.tasks[lot]
            bound = task.reps + (task.size if task.guests[1] == 0 else 0)
            if task.reps:
                cities.setdefault((int(index.site_city[task.host]), window), []).append((v, float(task.reps)))
            if bound:
                hosts.setdefault((task.host, window), []).append((v, float(bound)))
        for moment in index.moments:
            for city in range(len(index.cities)):
                terms = [term for w in moment.tolist() for term in cities.get((city, w), ())]
                self._row(terms, float(index.seats[index.site_city == city].sum()))
            for host in range(len(index.sites)):
                terms = [term for w in moment.tolist() for term in hosts.get((host, w), ())]
                self._row(terms, float(index.seats[host]))


def _elsewhere(index: Index, task: Task, city: int, counties: Mapping[int, int]) -> int:
    """How many of the lot's panel cannot sit in this city, whose people by county are given."""
    host = int(index.site_city[task.host])
    if city == host:
        there = max(0, int(index.seats[task.host]) - task.reps)
    else:
        seats = np.sort(index.seats[index.site_city == city])[::-1]
        there = int(seats[: task.guests[1]].sum())
    if city == task.home:
        there = min(there, task.size - task.offsite)
    capped = sum(
        min(count, task.region_max, task.host_max if county == task.county else FREE)
        for county, count in counties.items()
    )
    there = min(there, capped)
    return max(0, task.size - max(0, there))


def _disjoint(index: Index, day: int) -> int:
    """The most windows of a day of which no two share a moment."""
    last, found = None, 0
    for w in sorted((w for w in np.flatnonzero(index.day_of == day)), key=lambda w: index.windows[w].end):
        if last is None or not index.clashes[last, w]:
            last, found = w, found + 1
    return found


def scarce_roles(index: Index) -> list[int]:
    """Roles that lots want so much that people for them could run short."""
    days = int(index.day_of.max(initial=-1)) + 1
    wanted = np.zeros(len(index.roles))
    for task in index.tasks:
        for role, count in task.need:
            wanted[role] += count
    return [
        role
        for role, able in enumerate(index.people.able)
        if wanted[role] > _SCARCE * TWO * days * len(able) or len(able) < _FEW
    ]


def _types(index: Index, scarce: list[int]) -> dict[tuple[int, int], Ints]:
    """People by (scarce roles held as bits, city); who holds none is left out."""
    bits = sum(1 << role for role in scarce)
    found: dict[tuple[int, int], list[int]] = {}
    for who in sorted({p for role in scarce for p in index.people.able[role].tolist()}):
        key = index.people.roles[who] & bits, int(index.people.city[who])
        found.setdefault(key, []).append(who)
    return {key: np.array(members, dtype=np.int64) for key, members in found.items()}
