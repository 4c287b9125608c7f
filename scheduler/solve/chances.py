"""How equal can the chances be before panels are made? Water-filling on the linear relaxation, by groups."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scheduler.solve.groups import Groups, Partition, shares
from scheduler.solve.linear import Entries, Linear
from scheduler.solve.problem import Floats, Ints, Problem, ceilings, row_sums
from scheduler.solve.proof import CLOSED, Proof, simple, whole

WIDE = 32  # a row over more than one variable in WIDE is in play from the start, …
FEW = 48  # … and so is every row where there are no more than FEW
BROKEN = 1e-9  # a row whose sum is this far outside its ends is put in play


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One level of the relaxation: which groups stop rising, where, and the prices that prove it."""

    chance: float
    groups: Ints
    weights: Ints  # per group
    rows: Ints  # per row in play
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """The leximin chances of the relaxation, one mass per cell that gives them, and the proof."""

    groups: Groups
    chances: Floats  # per group
    cells: Floats  # per cell
    steps: tuple[Step, ...]
    bound: Fraction
    proved: bool


def relaxed(problem: Problem, partition: Partition | None = None) -> Relaxed | None:
    """The leximin chances when panels may be cut into fractions; None: not even then is a panel possible.

    Rows come into play only when an answer breaks them; the answer returned breaks none.
    """
    partition = partition or Partition(problem)
    partition.split(_wide(problem))
    while True:
        groups = partition.groups()
        filled = _Filling(problem, groups).run()
        if filled is None:
            return None
        sums = row_sums(problem, shares(problem, groups, filled.cells))
        broken = np.flatnonzero((sums > problem.high + BROKEN) | (sums < problem.low - BROKEN))
        fresh = np.setdiff1d(broken, groups.active)
        if not len(fresh):
            return filled
        partition.split(fresh)


def _wide(problem: Problem) -> Ints:
    """The rows in play from the start: those that ask for somebody, and the wide ones."""
    if problem.rows <= FEW:
        return np.arange(problem.rows)
    width = np.diff(problem.rows_start)
    return np.flatnonzero((problem.low > 0) | (width * WIDE > problem.variables))


class _Filling:
    """Water-filling over groups: raise the smallest chance, fix who is held there, go on."""

    def __init__(self, problem: Problem, groups: Groups) -> None:
        self._groups = groups
        self._sizes = groups.sizes
        self._low = problem.low[groups.active]
        self._high = problem.high[groups.active]
        self._one_seat = problem.one_seat
        self._most_seats = groups.sizes if problem.one_seat else _ceilings(problem, groups)
        self._scale = float(max(self._sizes.sum(), 1))
        self._linear = self._programme()
        self._open: NDArray[np.bool_] = np.ones(groups.count, dtype=bool)
        self._fixed = np.zeros(groups.count)

    def _programme(self) -> Linear:
        """Columns: the level, then one per cell. Rows: a group's chance, a group's size, the rows in play."""
        g, many, cells = self._groups, self._groups.count, self._groups.cells
        each, column = np.arange(many), np.arange(cells) + 1
        per_seat = self._scale / self._sizes
        caps = many if self._one_seat else 0
        rows = [each, g.cell_group, many + caps + g.entry_row]
        columns = [np.zeros(many, dtype=np.int64), column, 1 + g.entry_cell]
        values = [np.full(many, -1.0), per_seat[g.cell_group], np.ones(len(g.entry_row))]
        if caps:
            rows.append(many + g.cell_group)
            columns.append(column)
            values.append(np.ones(cells))
        cost = np.zeros(1 + cells)
        cost[0] = 1.0
        return Linear(
            cost=cost,
            low=np.zeros(1 + cells),
            high=np.full(1 + cells, np.inf),
            floor=np.concatenate((np.zeros(many), np.full(caps, -np.inf), self._low)),
            ceiling=np.concatenate((np.full(many, np.inf), self._sizes[:caps], self._high)),
            entries=Entries(
                rows=np.concatenate(rows), columns=np.concatenate(columns), values=np.concatenate(values)
            ),
        )

    def run(self) -> Relaxed | None:
        """Level after level until every group is fixed."""
        steps: list[Step] = []
        bound, proved, cells = Fraction(0), True, np.zeros(self._groups.cells)
        while np.any(self._open):
            best = self._linear.solve()
            if best is None:
                if steps:
                    raise RuntimeError("the relaxation no longer keeps the chances already fixed")
                return None
            cells = np.maximum(best.point[1:], 0.0)
            prices = np.maximum(-best.prices[: self._groups.count], 0.0) * self._scale / self._sizes
            across = best.prices[len(best.prices) - len(self._low) :]
            largest = float(prices.max())
            proof, rows = self._weighed(whole(prices, largest), whole(across, largest))
            if not steps:
                bound = self._bound(prices, across, proof)
            reached = self._reached(cells, proof)
            held, sure = proof.held(self._sizes, self._open, self._fixed, reached)
            proved = proved and sure
            steps.append(Step(chance=reached, groups=held, weights=proof.weights, rows=rows, most=proof.most))
            self._fix(held, reached)
        return Relaxed(
            groups=self._groups,
            chances=self._fixed,
            cells=cells,
            steps=tuple(steps),
            bound=bound,
            proved=proved,
        )

    def _reached(self, cells: Floats, proof: Proof) -> float:
        """The smallest open chance, not above what the proof allows (the solver rounds)."""
        chances = (
            np.bincount(self._groups.cell_group, weights=cells, minlength=self._groups.count) / self._sizes
        )
        least = float(chances[self._open].min())
        ceiling = proof.ceiling(self._sizes, self._open, self._fixed)
        return ceiling if least - CLOSED * 100 < ceiling < least else least

    def _fix(self, held: Ints, chance: float) -> None:
        self._open[held] = False
        self._fixed[held] = chance
        self._linear.change(
            entries=Entries(
                rows=held, columns=np.zeros(len(held), dtype=np.int64), values=np.zeros(len(held))
            ),
            rows=held,
            floor=np.full(len(held), chance * self._scale),
        )

    def _weighed(self, weights: Ints, rows: Ints) -> tuple[Proof, Ints]:
        """With these prices of a seat and of a row: the most that any lawful panel weighs."""
        g = self._groups
        paid = np.zeros(g.cells, dtype=np.int64)
        np.add.at(paid, g.entry_cell, rows[g.entry_row])
        cheapest = np.full(g.count, np.iinfo(np.int64).max)
        np.minimum.at(cheapest, g.cell_group, paid)
        over = np.maximum(weights - cheapest, 0)
        ends = np.where(rows > 0, self._high, self._low)
        most = _total(rows, ends) + _total(over, self._most_seats)
        return Proof(weights=weights, most=most), rows

    def _bound(self, prices: Floats, across: Floats, proof: Proof) -> Fraction:
        """The first level's bound, in simpler numbers where those prove as much."""
        exact = proof.exact(self._sizes)
        short = simple(np.concatenate((prices, across)), float(prices.max()))
        if short is None:
            return exact
        weights, rows = short[0][: len(prices)], short[0][len(prices) :]
        if not weights.any():
            return exact
        plain = self._weighed(weights, rows)[0].exact(self._sizes)
        return plain if plain <= exact + Fraction(1, 10**13) else exact


def _ceilings(problem: Problem, groups: Groups) -> Ints:
    """The most seats a group can have where a person may take several."""
    where = groups.of_class[problem.var_class]
    return np.bincount(where, weights=ceilings(problem), minlength=groups.count).astype(np.int64)


def _total(numbers: Ints, times: Ints) -> int:
    return sum(a * b for a, b in zip(numbers.tolist(), times.tolist(), strict=True) if a)
