"""Which panel is missing? Panels are made where they help, until a proof says that none can."""

from dataclasses import dataclass

import numpy as np

from scheduler.solve.lawful import Heaviest, Oracle
from scheduler.solve.master import Fairest, Master
from scheduler.solve.problem import Ints, Problem, seats_of
from scheduler.solve.proof import CLOSED, Proof, whole

LOOSE = 0.05  # how far below the heaviest a panel may be while panels that help are easy to find, …
TIGHTER = 0.1  # … then so much of that, …
FIRM = 1e-4  # … down to this
HALF = 0.5  # a panel that seats this part of the most that one could is good enough
HELPS = 1e-9  # a panel that weighs (relatively) so much more than the mix helps


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
        wanted = (~seated).astype(np.int64)
        best = oracle.heaviest(wanted, gap=HALF)
        if best is not None and best.weight == 0:
            best = oracle.heaviest(wanted)  # only a proof says that nobody else can sit
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

    No proof comes back where the budget ended first, or where the smallest open chance reached `enough`. A panel
    that helps need not be the one that helps most: the heaviest is looked for, and proved, once others are rare.
    """
    gap = LOOSE
    while True:
        best = master.solve()
        if budget.spent or best.smallest >= enough:
            return best, None
        try:
            heavy = _asked(oracle, best, budget, gap)
            if gap > 0.0:
                helps = heavy.weight > master.worth(best, heavy) * (1.0 + HELPS)
                if not (helps and master.add([heavy.panel])):
                    gap = gap * TIGHTER if gap > FIRM else 0.0
                continue
        except TimeoutError:
            budget.take(float("inf"))
            continue
        proof = Proof(weights=heavy.weights, most=heavy.most)
        if master.gap(proof, best) <= CLOSED or not master.add([heavy.panel]):
            return best, proof


def _asked(oracle: Oracle, best: Fairest, budget: Budget, gap: float) -> Heaviest:
    """The heaviest panel at these prices, or one nearly as heavy; paid for."""
    heavy = oracle.heaviest(whole(best.prices, float(best.prices.max())), within=budget.left, gap=gap)
    if heavy is None:
        raise RuntimeError("a problem with known panels cannot be impossible")
    budget.take(heavy.work)
    return heavy
