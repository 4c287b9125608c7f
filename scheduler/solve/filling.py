"""What are the relaxation's leximin chances? Groups rise together; whom a proof holds stays behind."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scheduler.solve.groups import Groups
from scheduler.solve.linear import Entries, Linear, Optimum
from scheduler.solve.problem import Floats, Ints, Problem, ceilings
from scheduler.solve.proof import Proof, simple, whole

SAME = 1e-9  # groups whose chances differ by less (relatively) may be held at one level
FINE = 28  # whole-number prices that differ from this binary place on are meant to be the same


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


class Filling:
    """Water-filling on the relaxation over groups."""

    def __init__(self, problem: Problem, groups: Groups) -> None:
        self._groups = groups
        self._sizes = groups.sizes
        self._low = problem.low[groups.active]
        self._high = problem.high[groups.active]
        self._one_seat = problem.one_seat
        self._most_seats = groups.sizes if problem.one_seat else _ceilings(problem, groups)
        self._scale = float(max(self._sizes.sum(), 1))
        self._per_seat = self._scale / self._sizes  # chances near 1/scale become numbers near 1
        self._linear = self._programme()
        self._open: NDArray[np.bool_] = np.ones(groups.count, dtype=bool)
        self._fixed = np.zeros(groups.count)
        self._steps: list[Step] = []
        self._proved = True

    def _programme(self) -> Linear:
        """Columns: the level, then one per cell. Rows: a group's chance, a group's size, the rows in play."""
        g, many, cells = self._groups, self._groups.count, self._groups.cells
        each, column = np.arange(many), np.arange(cells) + 1
        caps = many if self._one_seat else 0
        rows = [each, g.cell_group, many + caps + g.entry_row]
        columns = [np.zeros(many, dtype=np.int64), column, 1 + g.entry_cell]
        values = [np.full(many, -1.0), self._per_seat[g.cell_group], np.ones(len(g.entry_row))]
        if caps:
            rows.append(many + g.cell_group)
            columns.append(column)
            values.append(np.ones(cells))
        return Linear(
            cost=np.append(1.0, np.zeros(cells)),
            floor=np.concatenate((np.zeros(many), np.full(caps, -np.inf), self._low)),
            ceiling=np.concatenate((np.full(many, np.inf), self._sizes[:caps], self._high)),
            entries=Entries(
                rows=np.concatenate(rows), columns=np.concatenate(columns), values=np.concatenate(values)
            ),
        )

    def run(self) -> Relaxed | None:
        """Level after level until every group is fixed; None: the rows in play leave no point at all."""
        bound, cells = Fraction(0), np.zeros(self._groups.cells)
        while np.any(self._open):
            best = self._linear.solve()
            if best is None and self._steps:
                raise RuntimeError("the relaxation no longer keeps the chances already fixed")
            if best is None:
                return None
            cells = np.maximum(best.point[1:], 0.0)
            weights = self._worth(best)
            if not self._steps:
                bound = self._bound(weights, self._across(best))
            reached = float(self._chances(cells)[self._open].min())
            self._hold(weights, best, reached)
            cells = self._hold_beside(cells, reached)
        return Relaxed(
            groups=self._groups,
            chances=self._fixed,
            cells=cells,
            steps=tuple(self._steps),
            bound=bound,
            proved=self._proved,
        )

    def _chances(self, cells: Floats) -> Floats:
        masses = np.bincount(self._groups.cell_group, weights=cells, minlength=self._groups.count)
        return np.asarray(masses / self._sizes, dtype=np.float64)

    def _worth(self, best: Optimum) -> Floats:
        """The price of one seat of every group."""
        worth: Floats = np.maximum(-best.prices[: self._groups.count], 0.0) * self._per_seat
        return worth

    def _across(self, best: Optimum) -> Floats:
        """The price of every row in play."""
        return best.prices[len(best.prices) - len(self._low) :]

    def _hold(self, weights: Floats, best: Optimum, reached: float) -> None:
        """Fix the groups that these prices prove to stay at the level reached."""
        largest = float(weights.max())
        proof, rows = self._weighed(whole(weights, largest), whole(self._across(best), largest))
        held, sure = proof.held(self._sizes, self._open, self._fixed, reached)
        self._proved = self._proved and sure
        step = Step(chance=reached, groups=held, weights=proof.weights, rows=rows, most=proof.most)
        self._steps.append(step)
        self._fix(held, reached)

    def _hold_beside(self, cells: Floats, reached: float) -> Floats:
        """Fix the other groups that cannot rise either, all with one proof; returns the last masses.

        Those standing at the level are raised together: whoever rises leaves, until the rest cannot.
        """
        beside = self._open & (self._chances(cells) <= reached * (1.0 + SAME))
        if not np.any(beside):
            return cells
        level, column = np.zeros(1, dtype=np.int64), np.arange(self._groups.cells) + 1
        least = np.array([reached * self._scale])
        self._linear.aim(level, np.zeros(1), least)
        while np.any(beside):
            lifted = np.where(beside, self._per_seat, 0.0)
            self._linear.aim(column, lifted[self._groups.cell_group])
            best = self._linear.solve()
            if best is None:
                break
            cells = np.maximum(best.point[1:], 0.0)
            rises = beside & (self._chances(cells) > reached * (1.0 + 2 * SAME))
            if not np.any(rises):
                self._hold(self._worth(best) + lifted, best, reached)
                break
            beside &= ~rises
        self._linear.aim(column, np.zeros(len(column)))
        self._linear.aim(level, np.ones(1), np.zeros(1))
        return cells

    def _fix(self, held: Ints, chance: float) -> None:
        self._open[held] = False
        self._fixed[held] = chance
        self._linear.loosen(held, 0, np.full(len(held), chance * self._scale))

    def _weighed(self, weights: Ints, rows: Ints) -> tuple[Proof, Ints]:
        """With these prices of a seat and of a row: the most that any lawful panel weighs.

        A seat's price that differs from its rows' by rounding only is set to theirs, so that nothing is lost.
        """
        g = self._groups
        paid = np.zeros(g.cells, dtype=np.int64)
        np.add.at(paid, g.entry_cell, rows[g.entry_row])
        cheapest = np.full(g.count, np.iinfo(np.int64).max)
        np.minimum.at(cheapest, g.cell_group, paid)
        weights = np.where(
            np.abs(weights - cheapest) < int(weights.max()) >> FINE, np.maximum(cheapest, 0), weights
        )
        over = np.maximum(weights - cheapest, 0)
        ends = np.where(rows > 0, self._high, self._low)
        most = _total(rows, ends) + _total(over, self._most_seats)
        return Proof(weights=weights, most=most), rows

    def _bound(self, prices: Floats, across: Floats) -> Fraction:
        """The first level's bound, in simpler numbers where those prove as much."""
        largest = float(prices.max())
        exact = self._weighed(whole(prices, largest), whole(across, largest))[0].exact(self._sizes)
        short = simple(np.concatenate((prices, across)), largest)
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
