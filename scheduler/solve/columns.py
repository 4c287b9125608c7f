"""Which panel is missing? Panels are made where they help, until a proof says that none can."""

from dataclasses import dataclass

import numpy as np

from scheduler.solve.lawful import Oracle
from scheduler.solve.master import Fairest, Master
from scheduler.solve.problem import Ints, Problem, seats_of
from scheduler.solve.proof import CLOSED, Proof, whole


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


def raised(
    oracle: Oracle, master: Master, budget: Budget, *, enough: float = float("inf")
) -> tuple[Fairest, Proof | None]:
    """The fairest mix once no further panel helps, with the proof.

    No proof comes back where the budget ended first, or where the smallest open chance reached `enough`.
    """
    while True:
        best = master.solve()
        if budget.spent or best.smallest >= enough:
            return best, None
        try:
            heavy = oracle.heaviest(whole(best.prices, float(best.prices.max())), within=budget.left)
        except TimeoutError:
            budget.take(float("inf"))
            continue
        if heavy is None:
            raise RuntimeError("a problem with known panels cannot be impossible")
        budget.take(heavy.work)
        proof = Proof(weights=heavy.weights, most=heavy.most)
        if master.gap(proof, best) <= CLOSED or not master.add([heavy.panel]):
            return best, proof
