"""The fairest lottery when rules cross: panels are made where they help, until a proof says none can."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scheduler.solve.lawful import Oracle
from scheduler.solve.master import Fairest, Master
from scheduler.solve.problem import Floats, Ints, Problem, seats_of

GRAIN = 1 << 38  # prices become whole numbers of this scale, so that the proof is exact
CLOSED = 1e-13  # a level is proved when this little is left between the bound and what was reached
TIGHT = 1e-9  # a class is fixed when the proof leaves it less than this to gain
LOOSE = 1e-7  # and the whole is still called optimal when the proof leaves it less than this


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One step of the leximin: `classes` cannot have more than `chance` each.

    `weights` (class, whole number) and `rows` (row, whole number) are the proof: no lawful panel weighs more
    than `most`. With `rows` empty that was found by search; otherwise the rows' ends add up to it.
    """

    chance: float
    classes: tuple[int, ...]
    weights: tuple[tuple[int, int], ...]
    rows: tuple[tuple[int, int], ...]
    most: int


@dataclass(slots=True, kw_only=True)
class Budget:
    """What is left of the solver's deterministic seconds; None: as long as it takes."""

    left: float | None

    def take(self, work: float) -> None:
        """Pay for work done."""
        if self.left is not None:
            self.left -= work

    @property
    def spent(self) -> bool:
        """Whether nothing is left."""
        return self.left is not None and self.left <= 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """The panels with their weights, the levels with their proofs, and whether every level is proved."""

    panels: list[Ints]
    weights: Floats
    levels: tuple[Level, ...]
    bound: Fraction
    optimal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Whole-number weights per class, and the most any lawful panel weighs."""

    weights: Ints
    most: int

    def ceiling(self, sizes: Ints, open_: np.ndarray, fixed: Floats) -> float:
        """What the smallest open chance cannot exceed while the fixed ones are kept."""
        mass = self.weights * sizes
        return float((self.most - mass[~open_] @ fixed[~open_]) / mass[open_].sum())

    def exact(self, sizes: Ints) -> Fraction:
        """The same for the first level, where nothing is fixed, exactly."""
        persons = zip(self.weights.tolist(), sizes.tolist(), strict=True)
        return Fraction(self.most, sum(w * n for w, n in persons))


def cover(problem: Problem, oracle: Oracle, panels: list[Ints]) -> tuple[list[Ints], Ints] | None:
    """Panels that seat every class that can sit (first `panels`), and those classes; None: no panel."""
    found, seated = list(panels), np.zeros(problem.classes, dtype=bool)
    for x in panels:
        seated[problem.var_class[x > 0]] = True
    while not np.all(seated):
        best = oracle.heaviest((~seated).astype(np.int64))
        if best is None:
            return None
        if best.weight == 0:
            if not found:
                found.append(best.panel)
            break
        found.append(best.panel)
        seated |= seats_of(problem, best.panel) > 0
    return found, np.flatnonzero(seated)


def repaired(
    problem: Problem, oracle: Oracle, panels: list[Ints], seatable: Ints, budget: Budget
) -> Repaired:
    """The leximin lottery over all lawful panels, level after level, starting from known `panels`."""
    if not len(seatable):
        return Repaired(panels=panels[:1], weights=np.ones(1), levels=(), bound=Fraction(0), optimal=True)
    master = Master(problem, seatable)
    master.add(panels)
    bound = _any_bound(problem, oracle, seatable)
    levels: list[Level] = []
    optimal = True
    while np.any(master.open):
        best, proof = _level(problem, oracle, master, budget)
        if proof is None:
            optimal = False
            classes = _priced(master, best)
        else:
            if not levels and optimal:
                bound = _plain_bound(problem, oracle, proof, seatable)
            classes, sure = _tight(problem, master, best, proof)
            optimal = optimal and sure
            levels += [_told(best, classes, proof)] if optimal else []
        master.fix(classes, best.smallest)
    return Repaired(
        panels=master.panels, weights=best.weights, levels=tuple(levels), bound=bound, optimal=optimal
    )


def _level(problem: Problem, oracle: Oracle, master: Master, budget: Budget) -> tuple[Fairest, Proof | None]:
    """The fairest mix once no further panel helps, with the proof; None: the budget ended first."""
    while True:
        best = master.solve()
        if budget.spent:
            return best, None
        weights = whole(best.prices)
        heavy = oracle.heaviest(weights, within=budget.left)
        if heavy is None:
            raise RuntimeError("a problem with known panels cannot be impossible")
        budget.take(heavy.work)
        proof = Proof(weights=weights, most=heavy.most)
        gap = proof.ceiling(problem.sizes, master.open, master.fixed) - best.smallest
        if gap <= CLOSED or not master.add([heavy.panel]):
            return best, proof


def _any_bound(problem: Problem, oracle: Oracle, seatable: Ints) -> Fraction:
    """A first honest bound: the most persons any panel seats, shared by all who can sit."""
    alike = np.zeros(problem.classes, dtype=np.int64)
    alike[seatable] = 1
    heavy = oracle.heaviest(alike)
    return Fraction(1) if heavy is None else Proof(weights=alike, most=heavy.most).exact(problem.sizes)


def _priced(master: Master, best: Fairest) -> Ints:
    """The open classes that the known panels alone hold at the level (no proof)."""
    worth = np.where(master.open, best.prices, 0.0)
    return np.flatnonzero(worth > 1e-9 * worth.max())


def whole(prices: Floats) -> Ints:
    """Prices as whole numbers, the largest near GRAIN, dust gone."""
    grains: Ints = np.floor(prices * (GRAIN / prices.max()) + 0.5).astype(np.int64)
    return grains


def _tight(problem: Problem, master: Master, best: Fairest, proof: Proof) -> tuple[Ints, bool]:
    """The open classes that the proof holds at the level, and whether it holds them closely enough."""
    mass = np.where(master.open, proof.weights * problem.sizes, 0).astype(np.float64)
    share = mass / mass.sum()
    gap = max(0.0, proof.ceiling(problem.sizes, master.open, master.fixed) - best.smallest)
    classes = np.flatnonzero((share > 0.0) & (share * TIGHT >= gap))
    if len(classes):
        return classes, True
    first = int(np.argmax(share))
    return np.array([first]), gap <= LOOSE * float(share[first])


def _plain_bound(problem: Problem, oracle: Oracle, proof: Proof, seatable: Ints) -> Fraction:
    """The first level's bound; with simpler weights where these prove as much in shorter words."""
    exact = proof.exact(problem.sizes)
    top = int(proof.weights.max())
    simple = [Fraction(w, top).limit_denominator(1000) for w in proof.weights.tolist()]
    unit = math.lcm(*(f.denominator for f in simple))
    if unit > GRAIN:
        return exact
    weights = np.array([int(f * unit) for f in simple], dtype=np.int64)
    heavy = oracle.heaviest(weights)
    if heavy is None or not weights[seatable].any():
        return exact
    plain = Proof(weights=weights, most=heavy.most).exact(problem.sizes)
    return plain if plain <= exact + Fraction(1, 10**13) else exact


def _told(best: Fairest, classes: Ints, proof: Proof) -> Level:
    held = np.flatnonzero(proof.weights)
    return Level(
        chance=best.smallest,
        classes=tuple(classes.tolist()),
        weights=tuple(zip(held.tolist(), proof.weights[held].tolist(), strict=True)),
        rows=(),
        most=proof.most,
    )
