"""The fairest lottery when rules cross: panels are made where they help, until a proof says none can."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scheduler.solve.columns import Budget, raised
from scheduler.solve.lawful import Oracle
from scheduler.solve.master import Fairest, Master
from scheduler.solve.problem import Floats, Ints, Problem
from scheduler.solve.proof import Level, Proof, simple


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """The panels with their weights, the levels with their proofs, and whether every level is proved."""

    panels: list[Ints]
    weights: Floats
    levels: tuple[Level, ...]
    bound: Fraction
    proved: bool


def repaired(
    problem: Problem, oracle: Oracle, known: tuple[list[Ints], Ints], budget: Budget, bound: Fraction
) -> Repaired:
    """The leximin lottery over all lawful panels, level after level.

    `known`: panels to start from that seat every class that can sit, and those classes. `bound`: one proved
    before, for when the budget ends before a better one is.
    """
    panels, seatable = known
    if not len(seatable):
        return Repaired(panels=panels[:1], weights=np.ones(1), levels=(), bound=Fraction(0), proved=True)
    master = Master(problem, seatable, problem.sizes.astype(np.float64))
    master.add(panels)
    levels: list[Level] = []
    optimal = True
    while np.any(master.open):
        best, proof = raised(oracle, master, budget)
        if proof is None:
            optimal = False
            classes = _priced(master, best)
        else:
            if not levels and optimal:
                bound = min(bound, _plain_bound(problem, oracle, proof, seatable))
            classes, sure = proof.held(problem.sizes, master.open, master.fixed, best.smallest)
            optimal = optimal and sure
            levels += [_told(best, classes, proof)] if optimal else []
        master.fix(classes, best.smallest)
    return Repaired(
        panels=master.panels, weights=best.weights, levels=tuple(levels), bound=bound, proved=optimal
    )


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
