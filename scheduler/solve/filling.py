"""What are the relaxation's leximin chances? Groups rise together; whom a proof holds stays behind."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scheduler.solve.groups import Groups
from scheduler.solve.problem import Floats, Ints, Problem, ceilings
from scheduler.solve.proof import Proof, simple, whole
from scheduler.solve.rising import Point, Rising

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
        self._most_seats = groups.sizes if problem.one_seat else _ceilings(problem, groups)
        self._rising = Rising(problem, groups)
        self._steps: list[Step] = []
        self._proved = True

    def run(self) -> Relaxed | None:
        """Level after level until every group is fixed; None: the rows in play leave no point at all."""
        bound, cells = Fraction(0), np.zeros(self._groups.cells)
        rising = self._rising
        while np.any(rising.open):
            best = rising.raised()
            if best is None and self._steps:
                raise RuntimeError("the relaxation no longer keeps the chances already fixed")
            if best is None:
                return None
            cells = best.cells
            if not self._steps:
                bound = self._bound(best)
            reached = float(self._chances(cells)[rising.open].min())
            self._hold(best, reached)
            cells = self._hold_beside(cells, reached)
        return Relaxed(
            groups=self._groups,
            chances=rising.fixed,
            cells=cells,
            steps=tuple(self._steps),
            bound=bound,
            proved=self._proved,
        )

    def _chances(self, cells: Floats) -> Floats:
        masses = np.bincount(self._groups.cell_group, weights=cells, minlength=self._groups.count)
        return np.asarray(masses / self._sizes, dtype=np.float64)

    def _hold(self, best: Point, reached: float) -> None:
        """Fix the groups that these prices prove to stay at the level reached."""
        largest = float(best.worth.max())
        proof, rows = self._weighed(whole(best.worth, largest), whole(best.across, largest))
        held, sure = proof.held(self._sizes, self._rising.open, self._rising.fixed, reached)
        self._proved = self._proved and sure
        step = Step(chance=reached, groups=held, weights=proof.weights, rows=rows, most=proof.most)
        self._steps.append(step)
        self._rising.fix(held, reached)

    def _hold_beside(self, cells: Floats, reached: float) -> Floats:
        """Fix the other groups that cannot rise either, all with one proof; returns the last masses.

        Those standing at the level are raised together: whoever rises leaves, until the rest cannot.
        """
        beside = self._rising.open & (self._chances(cells) <= reached * (1.0 + SAME))
        if not np.any(beside):
            return cells
        started = beside.copy()
        self._rising.start(started, reached)
        while np.any(beside):
            best = self._rising.lifted(beside)
            if best is None:
                break
            cells = best.cells
            rises = beside & (self._chances(cells) > reached * (1.0 + 2 * SAME))
            if not np.any(rises):
                self._hold(best, reached)
                break
            self._rising.leave(rises)
            beside &= ~rises
        self._rising.finish(started)
        return cells

    def _weighed(self, weights: Ints, rows: Ints) -> tuple[Proof, Ints]:
        """With these prices of a seat and of a row: the most that any lawful panel weighs.

        A seat's price that differs from its rows' by rounding only is set to theirs, so that nothing is lost.
        """
        g = self._groups
        paid = np.zeros(g.cells, dtype=np.int64)
        np.add.at(paid, g.entry_cell, rows[g.entry_row])
        cheapest = np.full(g.count, np.iinfo(np.int64).max)
        np.minimum.at(cheapest, g.cell_group, paid)
        dust = int(weights.max()) >> FINE
        weights = np.where(np.abs(weights - cheapest) < dust, np.maximum(cheapest, 0), weights)
        weights = np.where(weights < dust, 0, weights)  # or the proof would seem to hold who weighs nothing
        over = np.maximum(weights - cheapest, 0)
        ends = np.where(rows > 0, self._rising.high, self._rising.low)
        most = _total(rows, ends) + _total(over, self._most_seats)
        return Proof(weights=weights, most=most), rows

    def _bound(self, best: Point) -> Fraction:
        """The first level's bound, in simpler numbers where those prove as much."""
        prices, across = best.worth, best.across
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
