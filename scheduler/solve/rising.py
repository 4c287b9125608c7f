"""How high can the open groups rise together? The linear programme behind the levels, kept small and warm.

The level stands in the rows in play for all groups of one cell together: their cells hold only what they have
beyond it, and their sizes are ends of columns. So rows are as many as rules, not as many as groups. A group of
several cells, or one whose size that cannot express, has a row of its own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.solve.groups import Groups
from scheduler.solve.linear import Entries, Linear, Optimum
from scheduler.solve.problem import Floats, Ints, Problem

STEP = 1e-4  # groups are raised by this part of the level at most, so that many can rise at once
FULL = 1e-10  # a group this much (relatively) over its size is over it
EVEN = 1e-12  # levels that differ by less (relatively) are the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Masses of the cells, and what a seat of every group and every row in play is worth there."""

    cells: Floats
    worth: Floats  # per group, >= 0
    across: Floats  # per row in play


class Rising:
    """Which groups are open, at what chance the others are held, and what is best for the open ones."""

    def __init__(self, problem: Problem, groups: Groups) -> None:
        self._groups, self.sizes = groups, groups.sizes
        self.low, self.high = problem.low[groups.active], problem.high[groups.active]
        self._one_seat = problem.one_seat
        self._scale = float(max(self.sizes.sum(), 1))
        self.open: NDArray[np.bool_] = np.ones(groups.count, dtype=bool)
        self.fixed = np.zeros(groups.count)
        self._level = 0.0  # the last level reached, in chance · scale
        self._top = self._scale if problem.one_seat else np.inf
        cells = np.bincount(groups.cell_group, minlength=groups.count)
        self._several = cells > 1
        self._cell = np.full(groups.count, -1)  # the only cell of a group of one
        self._cell[groups.cell_group] = np.arange(groups.cells)
        self._open_up(cells == 1)

    def _open_up(self, alone: NDArray[np.bool_]) -> None:
        """The programme as things stand, with no row of their own for the groups `alone`."""
        g, own = self._groups, np.flatnonzero(~alone)
        self._alone, self._row = alone, np.full(g.count, -1)
        self._row[own] = np.arange(len(own))
        caps = np.flatnonzero(self._several) if self._one_seat else own[:0]
        cap = np.full(g.count, -1)
        cap[caps] = len(own) + np.arange(len(caps))
        self._first = len(own) + len(caps)  # of the rows in play
        own_cells = np.flatnonzero(~alone[g.cell_group])
        cap_cells = np.flatnonzero(cap[g.cell_group] >= 0)
        play, level, shift = self._in_play()
        held = own[~self.open[own]]
        rising = own[self.open[own]]
        rows = (
            self._row[g.cell_group[own_cells]], self._row[rising], cap[g.cell_group[cap_cells]],
            self._first + g.entry_row, self._first + play,
        )  # fmt: skip
        columns = (
            1 + own_cells, np.zeros(len(rising)), 1 + cap_cells, 1 + g.entry_cell, np.zeros(len(play)),
        )  # fmt: skip
        values = (
            self._scale / self.sizes[g.cell_group[own_cells]], np.full(len(rising), -1.0),
            np.ones(len(cap_cells)), np.ones(len(g.entry_row)), level,
        )  # fmt: skip
        floor = np.zeros(len(own))
        floor[self._row[held]] = self.fixed[held] * self._scale
        self._linear = Linear(
            cost=np.append(1.0, np.zeros(g.cells)),
            floor=np.concatenate((floor, np.full(len(caps), -np.inf), self.low - shift)),
            ceiling=np.concatenate((np.full(len(own), np.inf), self.sizes[caps], self.high - shift)),
            entries=Entries(
                rows=np.concatenate(rows),
                columns=np.concatenate(columns).astype(np.int64),
                values=np.concatenate(values),
            ),
            high=np.append(self._top, self._room(self._level)[g.cell_group]),
        )

    def _in_play(self) -> tuple[Ints, Floats, Floats]:
        """The rows in play, the level's coefficient in them, and what the held groups without a row take up."""
        g = self._groups
        group = g.cell_group[g.entry_cell]
        many = len(g.active)
        rising = np.where(self._alone & self.open, self.sizes / self._scale, 0.0)
        held = np.where(self._alone & ~self.open, self.sizes * self.fixed, 0.0)
        level: Floats = np.bincount(g.entry_row, rising[group], many).astype(np.float64)
        shift: Floats = np.bincount(g.entry_row, held[group], many).astype(np.float64)
        return np.arange(many), level, shift

    def _room(self, level: float) -> Floats:
        """How far the cell of every group may go while the level is this."""
        if not self._one_seat:
            return np.full(len(self.sizes), np.inf)
        base = np.where(self.open, level / self._scale, self.fixed)
        room: Floats = self.sizes.astype(np.float64) * np.where(self._alone, np.maximum(1.0 - base, 0.0), 1.0)
        return room

    def _bound(self, room: Floats, groups: Ints) -> None:
        columns = 1 + self._cell[groups]
        self._linear.bound(columns, np.zeros(len(groups)), room[groups])

    def raised(self) -> Point | None:
        """The highest level that all open groups can have together; None: the rows in play leave no point."""
        while True:
            rising = np.flatnonzero(self._alone & self.open)
            best = self._linear.solve()
            if best is None:
                return None
            over = rising[self._masses(best)[rising] > self.sizes[rising] * (1.0 + FULL)]
            if not self._one_seat or not len(over):
                return self._point(best)
            self._bound(self._room(best.value), rising)
            again = self._linear.solve()
            self._bound(self._room(self._level), rising)
            if again is not None and again.value >= best.value * (1.0 - EVEN):
                return self._point(again)
            alone = self._alone.copy()
            alone[over] = False
            self._open_up(alone)

    def start(self, beside: NDArray[np.bool_], reached: float) -> None:
        """From now on the level stays at `reached`, and the groups `beside` are to rise in sum."""
        self._level = reached * self._scale
        level = np.array([self._level])
        self._linear.bound(np.zeros(1, dtype=np.int64), level, level)
        room = self._room(self._level)
        step = STEP * max(reached, 1.0 / self._scale) * self.sizes
        room = np.where(beside, np.minimum(room, step), room)
        self._bound(room, np.flatnonzero(self._alone & self.open))
        self._linear.aim(np.zeros(1, dtype=np.int64), np.zeros(1))
        self._aim(beside, 1.0)

    def leave(self, groups: NDArray[np.bool_]) -> None:
        """These need not rise further."""
        self._aim(groups, 0.0)

    def lifted(self, beside: NDArray[np.bool_]) -> Point | None:
        """The point where the groups `beside` (started, and not left) have risen most in sum."""
        best = self._linear.solve()
        return None if best is None else self._point(best, np.where(beside, self._scale / self.sizes, 0.0))

    def finish(self, beside: NDArray[np.bool_]) -> None:
        """Back to the level."""
        self._aim(beside, 0.0)
        self._bound(self._room(self._level), np.flatnonzero(self._alone & self.open))
        first = np.zeros(1, dtype=np.int64)
        self._linear.aim(first, np.ones(1))
        self._linear.bound(first, np.zeros(1), np.full(1, self._top))

    def _aim(self, groups: NDArray[np.bool_], part: float) -> None:
        cells = np.flatnonzero(groups[self._groups.cell_group])
        cost = part * self._scale / self.sizes[self._groups.cell_group[cells]]
        self._linear.aim(1 + cells, cost)

    def fix(self, groups: Ints, chance: float) -> None:
        """From now on these groups have this chance, whatever the others get."""
        self.open[groups] = False
        self.fixed[groups] = chance
        alone, own = groups[self._alone[groups]], groups[~self._alone[groups]]
        play, level, shift = self._in_play()
        rows = np.concatenate((self._row[own], self._first + play))
        floor = np.concatenate((np.full(len(own), chance * self._scale), self.low - shift))
        ceiling = np.concatenate((np.full(len(own), np.inf), self.high - shift))
        entries = Entries(
            rows=rows,
            columns=np.zeros(len(rows), dtype=np.int64),
            values=np.concatenate((np.zeros(len(own)), level)),
        )
        self._linear.rewrite(entries, rows, floor, ceiling)
        self._bound(self._room(self._level), alone)

    def _masses(self, best: Optimum) -> Floats:
        """The mass of every group at this optimum."""
        cells = self._cells(best)
        return np.bincount(self._groups.cell_group, cells, self._groups.count).astype(np.float64)

    def _cells(self, best: Optimum) -> Floats:
        base = np.where(self.open, best.point[0] / self._scale, self.fixed)
        base = np.where(self._alone, base * self.sizes, 0.0)
        cells: Floats = np.maximum(best.point[1:], 0.0) + base[self._groups.cell_group]
        return cells

    def _point(self, best: Optimum, lifted: Floats | None = None) -> Point:
        g = self._groups
        across = best.prices[self._first :]
        paid = np.bincount(g.entry_cell, across[g.entry_row], g.cells)
        own = np.flatnonzero(~self._alone)
        worth = np.zeros(g.count)
        worth[g.cell_group] = np.maximum(paid, 0.0)  # right where there is but one cell
        worth[own] = np.maximum(-best.prices[self._row[own]], 0.0) * self._scale / self.sizes[own]
        if lifted is not None:
            worth[own] += lifted[own]
        elif best.point[0] >= self._top * (1.0 - EVEN):  # nobody's chance is above 1, whatever the rows say
            worth, across = self.open.astype(np.float64), np.zeros(len(across))
        return Point(cells=self._cells(best), worth=worth, across=across)
