"""The fairest lottery when rules cross: panels are made where they help, until a proof says none can."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scheduler.solve.lawful import Oracle
from scheduler.solve.master import Fairest, Master
from scheduler.solve.problem import Floats, Ints, Problem, seats_of
from scheduler.solve.proof import CLOSED, Level, Proof, simple, whole


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
            classes, sure = proof.held(problem.sizes, master.open, master.fixed, best.smallest)
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
        weights = whole(best.prices, float(best.prices.max()))
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


def _plain_bound(problem: Problem, oracle: Oracle, proof: Proof, seatable: Ints) -> Fraction:
    """The first level's bound; with simpler weights where these prove as much in shorter words."""
    exact = proof.exact(problem.sizes)
    shorter = simple(proof.weights.astype(np.float64), float(proof.weights.max()))
    if shorter is None or not shorter[0][seatable].any():
        return exact
    heavy = oracle.heaviest(shorter[0])
    if heavy is None:
        return exact
    plain = Proof(weights=shorter[0], most=heavy.most).exact(problem.sizes)
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
