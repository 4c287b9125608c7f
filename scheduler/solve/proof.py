"""Why can no lottery do better? Whole-number weights per class, and the most any lawful panel weighs."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scheduler.solve.problem import Floats, Ints

GRAIN = 1 << 38  # prices become whole numbers of this scale, so that the proof is exact
CLOSED = 1e-13  # a level is proved when this little is left between the bound and what was reached
TIGHT = 1e-8  # a class is fixed when the proof leaves it less than this to gain
LOOSE = 1e-7  # and the whole is still called optimal when the proof leaves it less than this


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One step of the leximin: `classes` cannot have more than `chance` each.

    `weights` (class, whole number) and `rows` (row, whole number, signed) prove it: no lawful panel weighs
    more than `most`. With `rows` empty that was found by search. Otherwise it is arithmetic: `most` is the
    sum of number · high over positive rows and number · low over negative ones, plus for every class its
    size times what its weight exceeds the rows of its cheapest variable by.
    """

    chance: float
    classes: tuple[int, ...]
    weights: tuple[tuple[int, int], ...]
    rows: tuple[tuple[int, int], ...]
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """No lawful panel weighs more than `most`, counting weights[c] for every seat of class c."""

    weights: Ints
    most: int

    def ceiling(self, sizes: Ints | Floats, open_: NDArray[np.bool_], fixed: Floats) -> float:
        """What the smallest open chance cannot exceed while the fixed ones are kept."""
        mass = self.weights * sizes
        if not np.any(mass[open_]):
            return float("inf")
        return float((self.most - mass[~open_] @ fixed[~open_]) / mass[open_].sum())

    def exact(self, sizes: Ints) -> Fraction:
        """The same for the first level, where nothing is fixed, exactly."""
        persons = zip(self.weights.tolist(), sizes.tolist(), strict=True)
        return Fraction(self.most, sum(w * n for w, n in persons))

    def held(
        self, sizes: Ints, open_: NDArray[np.bool_], fixed: Floats, reached: float
    ) -> tuple[NDArray[np.int64], bool]:
        """The open classes that are proved to stay at `reached`, and whether closely enough."""
        mass = np.where(open_, self.weights * sizes, 0).astype(np.float64)
        share = mass / max(float(mass.sum()), 1.0)
        gap = max(0.0, self.ceiling(sizes, open_, fixed) - reached)
        classes = np.flatnonzero((share > 0.0) & (share * TIGHT >= gap))
        if len(classes):
            return classes, True
        first = int(np.argmax(np.where(open_, share, -1.0)))
        return np.array([first]), gap <= LOOSE * float(share[first])


def whole(prices: Floats, largest: float) -> Ints:
    """Prices as whole numbers on the scale where `largest` becomes GRAIN."""
    grains: Ints = np.floor(prices * (GRAIN / max(largest, 1e-300)) + 0.5).astype(np.int64)
    return grains


def simple(prices: Floats, largest: float) -> tuple[Ints, int] | None:
    """Prices as whole numbers over a small common denominator, where they look like simple fractions."""
    distinct, place = np.unique(prices / largest, return_inverse=True)
    near = [Fraction(p).limit_denominator(1000) for p in distinct.tolist()]
    unit = 1
    for f in near:
        unit = np.lcm(unit, f.denominator).item() if unit < GRAIN else unit
    if unit >= GRAIN:
        return None
    return np.array([int(f * unit) for f in near], dtype=np.int64)[place], unit
