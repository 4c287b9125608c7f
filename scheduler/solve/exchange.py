"""Which clashes are left when panels are laid out, and who changes places with whom to end them?"""

import itertools
from collections import Counter
from dataclasses import dataclass

import numpy as np

from scheduler.solve.groups import Groups
from scheduler.solve.problem import Ints, Problem, entry_rows
from scheduler.solve.spread import SNAP, Sheet

TRIES = 400  # how many partners are looked at before a clash is given up
STRIDE = 0x9E3779B1  # spreads the first partner looked at; odd, fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """All rows, variable by variable, and beyond them one row per class: at most its size."""

    start: Ints  # of variable v: rows[start[v]:start[v+1]]
    rows: Ints
    low: Ints
    high: Ints


def watch(problem: Problem) -> Watch:
    """What a change of places must keep."""
    variables, rows, low, high = problem.rows_var, entry_rows(problem), problem.low, problem.high
    if problem.one_seat:
        variables = np.concatenate((variables, np.arange(problem.variables)))
        rows = np.concatenate((rows, problem.rows + problem.var_class))
        low = np.concatenate((low, np.zeros(problem.classes, dtype=np.int64)))
        high = np.concatenate((high, problem.sizes))
    order = np.lexsort((rows, variables))
    counts = np.bincount(variables, minlength=problem.variables)
    start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return Watch(start=start, rows=rows[order], low=low, high=high)


def clashes(sheet: Sheet, watched: Watch) -> tuple[Ints, Ints]:
    """The panels that break a watched row, and each such row as often as it is broken."""
    panel, place = np.nonzero(sheet.seats >= 0)
    variable = sheet.seats[panel, place]
    many = watched.start[variable + 1] - watched.start[variable]
    total = int(many.sum())
    offset = np.arange(total) - np.repeat(np.cumsum(many) - many, many)
    row = watched.rows[np.repeat(watched.start[variable], many) + offset]
    keys, counts = np.unique(np.repeat(panel, many) * len(watched.high) + row, return_counts=True)
    broken = counts > watched.high[keys % len(watched.high)]
    return np.unique(keys[broken] // len(watched.high)), keys[broken] % len(watched.high)


class Exchange:
    """Members in the same role change places between panels until no row is broken; chances stay."""

    def __init__(self, problem: Problem, groups: Groups, watched: Watch, sheet: Sheet) -> None:
        self.stuck: set[int] = set()  # rows that could not be mended
        self.seats = [[v for v in panel if v >= 0] for panel in sheet.seats.tolist()]
        self.lengths = sheet.lengths.tolist()
        cell, role = groups.cell_of.tolist(), problem.var_role.tolist()
        self._kinds = (cell, [-1 - r for r in role])  # first who is treated alike, then whoever has the role
        self._low, self._high = watched.low.tolist(), watched.high.tolist()
        rows, start = watched.rows.tolist(), watched.start.tolist()
        self._rows = [rows[start[v] : start[v + 1]] for v in range(len(start) - 1)]
        self._homes: dict[int, list[int]] = {}
        for i in range(len(self.seats)):
            self._house(i)

    def _house(self, i: int) -> None:
        for kind in {kind[v] for v in self.seats[i] for kind in self._kinds}:
            self._homes.setdefault(kind, []).append(i)

    def mend(self, panels: Ints) -> bool:
        """Mend these panels; False: some row resists (`stuck` names it)."""
        todo = panels.tolist()[::-1]
        while todo:
            i = todo.pop()
            row = self._broken(i)
            if row is None:
                continue
            rest = self._relieve(i, row)
            if rest is None:
                self.stuck.add(row)
            else:
                todo += [i, *rest]
        return not self.stuck

    def lawful(self) -> list[list[int]]:
        """The panels that break nothing."""
        return [panel for i, panel in enumerate(self.seats) if self._broken(i) is None]

    def _counts(self, i: int) -> Counter[int]:
        return Counter(itertools.chain.from_iterable(map(self._rows.__getitem__, self.seats[i])))

    def _broken(self, i: int) -> int | None:
        return min((row for row, count in self._counts(i).items() if count > self._high[row]), default=None)

    def _relieve(self, i: int, row: int) -> list[int] | None:
        """Move one member of `row` out of panel i; returns further panels to look at, None: impossible."""
        counts = self._counts(i)
        for best_fit, kind in itertools.product((True, False), self._kinds):
            for place, v in enumerate(self.seats[i]):
                if row not in self._rows[v]:
                    continue
                found = self._partner(i, v, counts, kind, best_fit)
                if found is not None:
                    return self._swap(i, place, *found)
        return None

    def _partner(
        self, i: int, v: int, counts: Counter[int], kind: list[int], best_fit: bool
    ) -> tuple[int, int] | None:
        """A panel and place with a member of the same kind, such that changing places breaks nothing new."""
        homes = self._homes[kind[v]]
        first = (i * STRIDE + v) % len(homes)
        for step in range(min(len(homes), TRIES)):
            j = homes[(first + step) % len(homes)]
            if j == i or (best_fit and self.lengths[j] < self.lengths[i] - SNAP):
                continue
            others: Counter[int] | None = None
            for place, w in enumerate(self.seats[j]):
                if kind[w] != kind[v] or w == v or not self._fits(counts, v, w):
                    continue
                others = others or self._counts(j)
                if self._fits(others, w, v):
                    return j, place
        return None

    def _fits(self, counts: Counter[int], out: int, into: int) -> bool:
        """Whether `into` may take the place of `out` on a panel with these counts."""
        leaves, comes = self._rows[out], self._rows[into]
        return all(counts[row] + (row not in leaves) <= self._high[row] for row in comes) and all(
            counts[row] - (row not in comes) >= self._low[row] for row in leaves
        )

    def _swap(self, i: int, place: int, j: int, place_j: int) -> list[int]:
        """Exchange two members for as long as both panels last; what is longer is cut."""
        rest: list[int] = []
        difference = self.lengths[i] - self.lengths[j]
        if difference > SNAP:
            rest.append(self._split(i, difference))
        elif difference < -SNAP:
            rest.append(self._split(j, -difference))  # j itself may still wait to be mended
        one, other = self.seats[i], self.seats[j]
        one[place], other[place_j] = other[place_j], one[place]
        return rest

    def _split(self, i: int, length: float) -> int:
        """Cut a piece of this length off panel i; returns the new panel."""
        new = len(self.seats)
        self.seats.append(list(self.seats[i]))
        self.lengths.append(length)
        self.lengths[i] -= length
        self._house(new)
        return new
