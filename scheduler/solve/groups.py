"""Which classes can be treated alike? Those that the rows in play cannot tell apart."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from scheduler.solve.problem import Floats, Ints, Problem, entry_rows

DENSE = 16  # numbers are dense while the largest is not so many times their count
BITS = 50  # ranks looked at together: a sum of their powers of two is exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Classes put together, and the rows in play written over groups. A cell is one (group, rank) pair.

    The rank of a variable is its place among its class's variables; classes of one group have the same
    roles in the same order and stand in the same rows in play.
    """

    of_class: Ints  # group of each class; -1 where the class has no variable
    cell_of: Ints  # cell of each variable
    sizes: Ints  # persons in each group
    cell_group: Ints  # group of each cell
    cell_rank: Ints  # rank of each cell
    active: Ints  # the rows in play, ascending
    entry_row: Ints  # rows in play over cells: position in `active` …
    entry_cell: Ints  # … and cell

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(self.sizes)

    @property
    def cells(self) -> int:
        """How many (group, rank) pairs there are."""
        return len(self.cell_group)


class Partition:
    """The classes of a problem, told apart by more and more rows."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._order = np.lexsort((problem.var_role, problem.var_class))
        counts = np.bincount(problem.var_class, minlength=problem.classes)
        first = np.concatenate(([0], np.cumsum(counts)))[:-1]
        self._rank = np.empty(problem.variables, dtype=np.int64)
        self._rank[self._order] = np.arange(problem.variables) - np.repeat(first, counts)
        self._width = int(self._rank.max(initial=0)) + 1
        self._group = _by_roles(problem, self._order, counts, first)
        self._next = int(self._group.max(initial=-1)) + 1
        self.active: set[int] = set()

    def split(self, rows: Ints) -> None:
        """Put further rows in play: classes stay together only if these rows hold the same ranks of them."""
        start, members = self.problem.rows_start, self.problem.rows_var
        for i in rows.tolist():
            if i in self.active:
                continue
            self.active.add(i)
            inside = members[start[i] : start[i + 1]]
            for first in range(0, self._width, BITS):
                self._split(inside[self._rank[inside] // BITS * BITS == first], first)

    def _split(self, inside: Ints, first: int) -> None:
        """Tell classes apart by which of their ranks from `first` on stand inside."""
        bits = np.exp2(self._rank[inside] - first)
        ranks = np.bincount(self.problem.var_class[inside], bits).astype(np.int64)
        classes = np.flatnonzero(ranks)
        ranks, _ = numbered(ranks[classes])
        new, many = numbered(self._group[classes] * (int(ranks.max(initial=0)) + 1) + ranks)
        self._group[classes] = self._next + new
        self._next += many

    def tell_apart(self, rows: Iterable[int]) -> None:
        """Put rows in play; a row beyond the problem's stands for "this class at most its size"."""
        for row in sorted(rows):
            if row < self.problem.rows:
                self.split(np.array([row]))
            else:
                self._group[row - self.problem.rows] = self._next
                self._next += 1

    def variables(self) -> Ints:
        """The variable of every class and rank; -1 where there is none."""
        table = np.full((self.problem.classes, self._width), -1, dtype=np.int64)
        table[self.problem.var_class, self._rank] = np.arange(self.problem.variables)
        return table

    def groups(self) -> Groups:
        """The partition as it stands."""
        there = self._group >= 0
        compact, _ = numbered(self._group[there])
        of_class = np.full(self.problem.classes, -1, dtype=np.int64)
        of_class[there] = compact
        sizes = np.bincount(compact, weights=self.problem.sizes[there]).astype(np.int64)
        keys = of_class[self.problem.var_class] * self._width + self._rank
        cell_of, many = numbered(keys)
        distinct = np.empty(many, dtype=np.int64)
        distinct[cell_of] = keys
        active = np.array(sorted(self.active), dtype=np.int64)
        entry_row, entry_cell = _entries(self.problem, active, cell_of, many)
        return Groups(
            of_class=of_class,
            cell_of=cell_of,
            sizes=sizes,
            cell_group=distinct // self._width,
            cell_rank=distinct % self._width,
            active=active,
            entry_row=entry_row,
            entry_cell=entry_cell,
        )


def shares(problem: Problem, groups: Groups, cells: Floats) -> Floats:
    """Every variable's part of its cell's value, by size inside the group."""
    part = problem.sizes[problem.var_class] / groups.sizes[groups.of_class[problem.var_class]]
    spread: Floats = cells[groups.cell_of] * part
    return spread


def numbered(keys: Ints) -> tuple[Ints, int]:
    """Whole numbers >= 0 as places 0 … n-1 in their order, and n. Counted where they are dense: sorting is slower."""
    top = int(keys.max(initial=-1)) + 1
    if top > DENSE * (len(keys) + DENSE):
        distinct, where = np.unique(keys, return_inverse=True)
        return where.astype(np.int64), len(distinct)
    there = np.zeros(top, dtype=np.int64)
    there[keys] = 1
    place = np.cumsum(there)
    return place[keys] - 1, int(place[-1]) if top else 0


def _by_roles(problem: Problem, order: Ints, counts: Ints, first: Ints) -> Ints:
    """A group for every list of roles; -1 for classes without a variable."""
    group = np.full(problem.classes, -1, dtype=np.int64)
    roles = problem.var_role[order]
    base = 0
    for m in np.unique(counts[counts > 0]).tolist():
        classes = np.flatnonzero(counts == m)
        which, many = np.zeros(len(classes), dtype=np.int64), 1
        for column in (roles[first[classes] + j] for j in range(m)):
            which, many = numbered(which * (int(column.max()) + 1) + column)
        group[classes] = base + which
        base += many
    return group


def _entries(problem: Problem, active: Ints, cell_of: Ints, cells: int) -> tuple[Ints, Ints]:
    """The rows in play over cells: every member of a cell stands in the row, so one entry says it."""
    position = np.full(problem.rows, -1, dtype=np.int64)
    position[active] = np.arange(len(active))
    row = position[entry_rows(problem)]
    there = row >= 0
    keys = np.unique(row[there] * max(cells, 1) + cell_of[problem.rows_var[there]])
    return keys // max(cells, 1), keys % max(cells, 1)
