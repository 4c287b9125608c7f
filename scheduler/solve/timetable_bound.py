"""How many lots can any plan place at most? Honest upper ends from a linear relaxation.

The relaxation cuts lots and people into fractions and knows of people only by city and by the scarce
specialities they hold. Every lawful plan is a point of it, so no plan is better than its best point.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from scheduler.limits import Words
from scheduler.solve.linear import Entries, Linear
from scheduler.solve.problem import Ints
from scheduler.solve.timetable_index import Index
from scheduler.solve.timetable_state import TWO, State

_SCARCE = 0.4  # of what all who can take a role could do, wanted by lots: then the role counts as scarce
_LARGEST = 120_000  # variables
_EACH = 2e-4  # seconds a variable may take
_SLACK = 1e-5  # of rounding: a bound of 17.999999 is 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """No plan has more than `greens` green-channel lots, or more than `lots` lots.

    `value`: no plan has more than this, where each green-channel lot counts `weight` and any other 1.
    """

    greens: int
    lots: int
    value: int
    weight: int

    def most(self, greens: int) -> int:
        """No plan with at least so many green-channel lots has more lots."""
        return min(self.lots, self.value - (self.weight - 1) * greens)

    def met_by(self, state: State) -> bool:
        """Whether the plan is proved to be the best: most green-channel lots, then most lots."""
        greens = greens_of(state)
        return greens >= self.greens and len(state.seated) >= self.most(greens)

    def sharpened(self, value: int) -> "Bound":
        """With a proved upper end of the value."""
        value = min(value, self.value)
        return replace(self, value=value, greens=min(self.greens, value // self.weight))

    def told(self, state: State) -> Words:
        """How far the plan is, and how far it could go at most."""
        placed, most = len(state.seated), self.most(greens_of(state))
        gap = (most - placed) / max(1, most)
        return Words(
            f"已安排 {placed} 个标段，上限 {most}，差距 {gap:.1%}",
            f"{placed} lots placed, at most {most} possible, gap {gap:.1%}",
        )


def greens_of(state: State) -> int:
    """How many green-channel lots have a place."""
    return sum(state.index.tasks[lot].green for lot in state.seated)


def trivial(index: Index) -> Bound:
    """Nothing known: all lots may have a place."""
    greens, lots = sum(task.green for task in index.tasks), len(index.tasks)
    weight = lots + 1
    return Bound(greens=greens, lots=lots, value=greens * weight + lots - greens, weight=weight)


def relaxed(index: Index, never: frozenset[int], greens: int, seconds: float) -> Bound:
    """The bound of the relaxation. `never`: lots known to be impossible.

    `lots` holds for plans with at least `greens` green-channel lots only. Where `seconds` are too few for
    the relaxation, it is not tried.
    """
    bound = trivial(index)
    rows = _Rows(index=index, never=never)
    rows.build()
    if rows.count > _LARGEST or rows.count * _EACH > seconds:
        return bound
    most = rows.most({v: 1.0 for (lot, _), v in rows.at.items() if index.tasks[lot].green}, 0)
    lots = rows.most(dict.fromkeys(rows.at.values(), 1.0), greens)
    return replace(
        bound,
        greens=min(bound.greens, _floor(most, bound.greens)),
        lots=min(bound.lots, _floor(lots, bound.lots)),
    )


def _floor(value: float | None, otherwise: int) -> int:
    return otherwise if value is None else int(np.floor(value + _SLACK))


@dataclass(slots=True, kw_only=True)
class _Rows:
    """Rows of the relaxation: terms and an upper end each."""

    index: Index
    never: frozenset[int]
    at: dict[tuple[int, int], int] = field(default_factory=dict)
    count: int = 0
    high: list[float] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def build(self) -> None:
        """All rows, in a fixed order."""
        for lot, task in enumerate(self.index.tasks):
            own = [(self._at(lot, w), 1.0) for w in task.windows if lot not in self.never]
            self._row(own, 1.0)
        people = self._people()
        self._seats(people)

    def most(self, cost: dict[int, float], greens: int) -> float | None:
        """An upper end of the sum of `cost` with at least `greens` green-channel lots; None: none found.

        The prices of the rows prove it: whatever the solver's rounding, the sum below is an upper end.
        """
        tasks = self.index.tasks
        extra = [v for (lot, _), v in self.at.items() if tasks[lot].green] if greens else []
        weights = np.zeros(self.count)
        weights[list(cost)] = list(cost.values())
        signs = np.array(self.values + [-1.0] * len(extra))
        rows = np.array(self.rows + [len(self.high)] * len(extra), dtype=np.int64)
        columns = np.array(self.columns + extra, dtype=np.int64)
        ceiling = np.array(self.high + [-float(greens)] * bool(extra))
        found = Linear(
            cost=weights,
            floor=np.full(len(ceiling), -np.inf),
            ceiling=ceiling,
            entries=Entries(rows=rows, columns=columns, values=signs),
        ).solve()
        if found is None:
            return None
        prices = np.maximum(found.prices, 0.0)
        left = weights - np.bincount(columns, weights=prices[rows] * signs, minlength=self.count)
        return float(prices @ ceiling + np.maximum(left, 0.0).sum() * len(self.index.people.ids or (0,)))

    def _at(self, lot: int, window: int) -> int:
        v = self.at[lot, window] = self._variable()
        return v

    def _variable(self) -> int:
        self.count += 1
        return self.count - 1

    def _row(self, terms: list[tuple[int, float]], high: float) -> None:
        if not terms:
            return
        self.rows += [len(self.high)] * len(terms)
        self.columns += [v for v, _ in terms]
        self.values += [value for _, value in terms]
        self.high.append(high)

    def _people(self) -> dict[tuple[int, int], list[tuple[int, float]]]:
        """Scarce roles are filled by people; what comes back is who sits per city and window."""
        index = self.index
        scarce = scarce_roles(index)
        sitting: dict[tuple[int, int], list[tuple[int, float]]] = {}
        serving: dict[tuple[int, int], list[tuple[int, float]]] = {}
        for (mask, city), members in _types(index, scarce).items():
            own: dict[int, list[tuple[int, float]]] = {}
            for window in range(len(index.windows)):
                terms = []
                for role in scarce:
                    if mask >> role & 1:
                        v = self._variable()
                        terms.append((v, 1.0))
                        serving.setdefault((role, window), []).append((v, -1.0))
                own[window] = terms
                sitting.setdefault((city, window), []).extend(terms)
                self._row(terms, float((~index.busy[window][members]).sum()))
            self._time(own, members)
        for role in scarce:
            for window in range(len(index.windows)):
                wanted = [
                    (v, float(count))
                    for (lot, w), v in self.at.items()
                    if w == window
                    for r, count in index.tasks[lot].need
                    if r == role
                ]
                self._row(wanted + serving.get((role, window), []), 0.0)
        return sitting

    def _time(self, own: dict[int, list[tuple[int, float]]], members: Ints) -> None:
        index = self.index
        for moment in index.moments:
            if len(moment) > 1:
                free = (~index.busy[moment][:, members]).any(axis=0).sum()
                self._row([term for w in moment.tolist() for term in own[w]], float(free))
        for day in range(int(index.day_of.max(initial=-1)) + 1):
            same = np.flatnonzero(index.day_of == day)
            free = np.minimum(TWO, (~index.busy[same][:, members]).sum(axis=0)).sum()
            self._row([term for w in same.tolist() for term in own[w]], float(free))

    def _seats(self, sitting: dict[tuple[int, int], list[tuple[int, float]]]) -> None:
        """Seats per moment: of all sites, of every city, and of every host for the owner's people."""
        index = self.index
        by_window: dict[int, list[tuple[int, int]]] = {}
        for (lot, window), v in self.at.items():
            by_window.setdefault(window, []).append((lot, v))
        for moment in index.moments:
            whole: list[tuple[int, float]] = []
            cities: dict[int, list[tuple[int, float]]] = {}
            hosts: dict[int, list[tuple[int, float]]] = {}
            for window in moment.tolist():
                for city in range(len(index.cities)):
                    cities.setdefault(city, []).extend(sitting.get((city, window), []))
                for lot, v in by_window.get(window, []):
                    task = index.tasks[lot]
                    whole.append((v, float(task.size + task.reps)))
                    bound = task.size if task.guests[1] == 0 else 0
                    if task.reps + bound:
                        hosts.setdefault(task.host, []).append((v, float(task.reps + bound)))
                    if task.reps:
                        cities.setdefault(int(index.site_city[task.host]), []).append((v, float(task.reps)))
            self._row(whole, float(index.seats.sum()))
            for city, terms in cities.items():
                self._row(terms, float(index.seats[index.site_city == city].sum()))
            for host, terms in hosts.items():
                self._row(terms, float(index.seats[host]))


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
        if wanted[role] > _SCARCE * TWO * days * len(able) or len(able) < 12
    ]


def _types(index: Index, scarce: list[int]) -> dict[tuple[int, int], Ints]:
    """People by (scarce roles held as bits, city); who holds none is left out."""
    bits = sum(1 << role for role in scarce)
    found: dict[tuple[int, int], list[int]] = {}
    for who in sorted({p for role in scarce for p in index.people.able[role].tolist()}):
        key = index.people.roles[who] & bits, int(index.people.city[who])
        found.setdefault(key, []).append(who)
    return {key: np.array(members, dtype=np.int64) for key, members in found.items()}
