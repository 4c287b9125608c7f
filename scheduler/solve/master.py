"""How fair can a lottery over the panels known so far be? One linear programme that grows."""

from dataclasses import dataclass

import numpy as np

from scheduler.solve.linear import Entries, Linear
from scheduler.solve.problem import Floats, Ints, Problem, seats_of
from scheduler.solve.proof import Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairest:
    """The smallest chance among the open classes, everyone's chances, the weights, and each class's price."""

    smallest: float
    chances: Floats  # per class; 0 for classes outside the lottery
    weights: Floats  # per known panel, sum 1
    prices: Floats  # per class, >= 0: what one person's seat is worth at the optimum


class Master:
    """Known panels, the classes already fixed at their chance, and the classes still open."""

    def __init__(self, problem: Problem, seatable: Ints, sizes: Floats) -> None:
        """A class's chance is its expected seats over `sizes` (persons; or seats aimed at)."""
        self._problem = problem
        self.sizes = sizes
        self._seatable = seatable
        self.panels: list[Ints] = []
        self._known: set[bytes] = set()
        self._seats: list[tuple[Ints, Ints]] = []
        self._scale = float(sizes[seatable].sum())  # chances near 1/scale become numbers near 1
        self._per_seat = np.zeros(problem.classes)
        self._per_seat[seatable] = self._scale / sizes[seatable]
        self._row = np.full(problem.classes, -1)
        self._row[seatable] = np.arange(len(seatable))
        self.open = np.zeros(problem.classes, dtype=bool)
        self.open[seatable] = True
        self.fixed = np.zeros(problem.classes)
        n = len(seatable)
        self._linear = Linear(
            cost=np.array([1.0]),
            floor=np.concatenate((np.zeros(n), [1.0])),
            ceiling=np.concatenate((np.full(n, np.inf), [1.0])),
            entries=Entries(rows=np.arange(n), columns=np.zeros(n, dtype=np.int64), values=np.full(n, -1.0)),
        )

    def add(self, panels: list[Ints]) -> int:
        """Make panels known; returns how many were new."""
        rows: list[Ints] = []
        columns: list[Ints] = []
        values: list[Floats] = []
        fresh = 0
        for x in panels:
            key = x.tobytes()
            if key in self._known:
                continue
            self._known.add(key)
            self.panels.append(x)
            seats = seats_of(self._problem, x)
            who = np.flatnonzero((seats > 0) & (self._row >= 0))
            self._seats.append((who, seats[who]))
            rows.append(np.append(self._row[who], len(self._seatable)))
            values.append(np.append(seats[who] * self._per_seat[who], 1.0))
            columns.append(np.full(len(who) + 1, len(self.panels)))
            fresh += 1
        if fresh:
            entries = Entries(
                rows=np.concatenate(rows), columns=np.concatenate(columns), values=np.concatenate(values)
            )
            self._linear.add_columns(fresh, entries)
        return fresh

    def solve(self) -> Fairest:
        """The lottery over the known panels whose smallest open chance is largest, fixed classes kept."""
        best = self._linear.solve()
        if best is None:
            raise RuntimeError("the known panels no longer keep the chances already fixed")
        weights = np.maximum(best.point[1:], 0.0)
        weights[weights < 1e-13] = 0.0
        weights /= weights.sum()
        chances = np.zeros(self._problem.classes)
        for w, (who, seats) in zip(weights.tolist(), self._seats, strict=True):
            if w > 0.0:
                chances[who] += w * seats
        chances[self._seatable] /= self.sizes[self._seatable]
        prices = np.zeros(self._problem.classes)
        prices[self._seatable] = np.maximum(-best.prices[:-1], 0.0) * self._per_seat[self._seatable]
        return Fairest(
            smallest=float(chances[self.open].min()), chances=chances, weights=weights, prices=prices
        )

    def gap(self, proof: Proof, best: Fairest) -> float:
        """What the proof leaves between the smallest open chance and what any panels could make it."""
        return proof.ceiling(self.sizes, self.open, self.fixed) - best.smallest

    def fix(self, classes: Ints, chance: float) -> None:
        """From now on these classes have this chance, whatever the others get."""
        self.open[classes] = False
        self.fixed[classes] = chance
        rows = self._row[classes]
        none = Entries(rows=rows, columns=np.zeros(len(rows), dtype=np.int64), values=np.zeros(len(rows)))
        floor = np.full(len(rows), chance * self._scale)
        self._linear.rewrite(none, rows, floor, np.full(len(rows), np.inf))
