"""Can a lot be filled at a glance? Seat by seat, rows in need first; who gives up here proves nothing.

Most lots have people enough, and then no programme has to be solved. What is found keeps every row, and takes no
more of the people one would rather spare than must be; anything else is left to the exact way.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scheduler.model import ExpertId
from scheduler.solve.collapse import World
from scheduler.solve.problem import Ints, entry_rows

People = frozenset[ExpertId]


@dataclass(frozen=True, slots=True)
class Quick:
    """One lot, laid out for many tries."""

    world: World
    people: People
    _class_of: dict[ExpertId, int] = field(repr=False)
    _row: Ints = field(repr=False)  # of every entry of rows_var
    _start: Ints = field(repr=False)  # entries by variable: rows _rows[_start[v]:_start[v + 1]]
    _rows: Ints = field(repr=False)

    @classmethod
    def of(cls, world: World) -> "Quick":
        """The lot of a world."""
        class_of = {who: c for c, members in enumerate(world.classes) for who in members}
        problem = world.problem
        if problem is None:
            nothing = np.zeros(1, dtype=np.int64)
            return cls(world, frozenset(class_of), class_of, nothing, nothing, nothing)
        row = entry_rows(problem)
        order = np.argsort(problem.rows_var, kind="stable")
        counts = np.bincount(problem.rows_var, minlength=problem.variables)
        start = np.concatenate(([0], np.cumsum(counts)))
        return cls(world, frozenset(class_of), class_of, row, start, row[order])

    def panel(self, barred: People, dear: People) -> People | None:
        """Somebody for every open seat without `barred`, with as few of `dear` as possible; None: not at a glance."""
        problem, wanted = self.world.problem, self.world.open_seats
        if problem is None:
            return None
        free, cheap = problem.sizes.copy(), problem.sizes.copy()
        for who in barred & self.people:
            free[self._class_of[who]] -= 1
            cheap[self._class_of[who]] -= 1
        for who in (dear - barred) & self.people:
            cheap[self._class_of[who]] -= 1
        least_dear = max(0, wanted - int(cheap.sum()))
        taken = self._taken(free, cheap)
        if taken is None:
            return None
        found: list[ExpertId] = []
        for c, count in taken.items():
            able = (who for who in self.world.classes[c] if who not in barred)
            found += sorted(able, key=lambda who: (who in dear, who))[:count]
        return frozenset(found) if sum(who in dear for who in found) == least_dear else None

    def _taken(self, free: Ints, cheap: Ints) -> dict[int, int] | None:
        """How many of each class: always of a variable that helps most rows in need, cheap people first."""
        problem = self.world.problem
        if problem is None:
            return None
        need, slack = problem.low.copy(), problem.high.copy()
        shut = np.flatnonzero(slack <= 0)
        open_ = free[problem.var_class] > 0
        open_[problem.rows_var[np.isin(self._row, shut)]] = False
        taken: dict[int, int] = {}
        for _ in range(self.world.open_seats):
            v = self._best(open_, need, cheap)
            if v is None:
                return None
            c = int(problem.var_class[v])
            taken[c] = taken.get(c, 0) + 1
            free[c], cheap[c] = free[c] - 1, cheap[c] - 1
            if free[c] <= 0:
                open_[problem.var_class == c] = False
            for row in self._rows[self._start[v] : self._start[v + 1]].tolist():
                need[row], slack[row] = need[row] - 1, slack[row] - 1
                if slack[row] <= 0:
                    covered = problem.rows_var[problem.rows_start[row] : problem.rows_start[row + 1]]
                    open_[covered] = False
        return taken if bool(np.all(need <= 0)) else None

    def _best(self, open_: NDArray[np.bool_], need: Ints, cheap: Ints) -> int | None:
        problem = self.world.problem
        if problem is None or not open_.any():
            return None
        helps = np.bincount(problem.rows_var[need[self._row] > 0], minlength=problem.variables)
        value = np.where(open_, 2 * helps + (cheap[problem.var_class] > 0), -1)
        return int(value.argmax())
