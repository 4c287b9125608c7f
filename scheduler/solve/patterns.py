"""Which whole-number panels, mixed, give exactly these fractional masses? Peeling, then column generation."""

from dataclasses import dataclass, replace

import numpy as np

from scheduler.solve.columns import Budget, cover, raised
from scheduler.solve.face import Face
from scheduler.solve.groups import Groups
from scheduler.solve.lawful import Oracle
from scheduler.solve.master import Master
from scheduler.solve.problem import Floats, Ints, Problem, row_sums

DUST = 1e-12  # masses below this are rounding, not mass
CRUMB = 1e-11  # panels with less weight are dropped
ENOUGH = 1e-8  # of the whole lottery: peeling goes on while more than this is left …
MET = 5e-8  # column generation stops where every total is met but for this part of it
CLOSE = 1e-7  # … and where it stops before that, this much is still close enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """Whole-number panels (one number per variable) with weights; `left` is the weight not accounted for."""

    panels: list[Ints]
    weights: list[float]
    left: float

    @property
    def complete(self) -> bool:
        """Whether the masses are met."""
        return self.left <= CLOSE


def over_groups(problem: Problem, groups: Groups) -> Problem:
    """The problem with groups for classes, cells for variables, and the rows in play for rows."""
    order = np.lexsort((groups.entry_cell, groups.entry_row))
    many = np.bincount(groups.entry_row, minlength=len(groups.active))
    return replace(
        problem,
        sizes=groups.sizes,
        var_class=groups.cell_group,
        var_role=np.arange(groups.cells),
        rows_start=np.concatenate(([0], np.cumsum(many))).astype(np.int64),
        rows_var=groups.entry_cell[order],
        low=problem.low[groups.active],
        high=problem.high[groups.active],
    )


def with_sizes(problem: Problem) -> Problem:
    """The problem with "at most its size of every class" written as rows."""
    if not problem.one_seat:
        return problem
    order = np.argsort(problem.var_class, kind="stable")
    counts = np.bincount(problem.var_class, minlength=problem.classes)
    return replace(
        problem,
        rows_start=np.concatenate((problem.rows_start, problem.rows_start[-1] + np.cumsum(counts))),
        rows_var=np.concatenate((problem.rows_var, order)),
        low=np.concatenate((problem.low, np.zeros(problem.classes, dtype=np.int64))),
        high=np.concatenate((problem.high, problem.sizes)),
        one_seat=False,
    )


def peel(problem: Problem, masses: Floats) -> Mixture:
    """Take panel after panel off `masses` (one per variable, inside the relaxation), each as far as it goes.

    Every panel keeps tight rows tight and uses only variables with mass left, so what remains stays inside the
    relaxation, though not always where panels reach.
    """
    problem = with_sizes(problem)
    face = Face(problem)
    rest, left = np.where(masses > DUST, masses, 0.0), 1.0
    panels: list[Ints] = []
    weights: list[float] = []
    while left > ENOUGH:
        step = _longest_step(problem, face, rest, left)
        if step is None:
            break
        panel, length = step
        panels.append(panel)
        weights.append(length)
        rest = rest - length * panel
        rest[rest < DUST * 0.1] = 0.0
        left -= length
    return _tidy(panels, weights, left)


def _longest_step(problem: Problem, face: Face, rest: Floats, left: float) -> tuple[Ints, float] | None:
    """A panel that these masses hold, and how long; None: there is none, or it is hard to find."""
    sums = row_sums(problem, rest)
    over, under = problem.high * left - sums, sums - problem.low * left
    near = 1e-11 + 1e-9 * left
    panel = face.point(rest, left, over <= near, under <= near)
    if panel is None:
        return None
    seats = row_sums(problem, panel)
    return panel, min(
        left,
        _longest(rest, panel.astype(np.float64)),
        _longest(over, np.where(over > near, problem.high - seats, 0.0)),
        _longest(under, np.where(under > near, seats - problem.low, 0.0)),
    )


def _tidy(panels: list[Ints], weights: list[float], left: float) -> Mixture:
    """Equal panels put together, dust dropped, the weights a distribution."""
    total: dict[bytes, float] = {}
    for x, w in zip(panels, weights, strict=True):
        total[x.tobytes()] = total.get(x.tobytes(), 0.0) + w
    kept = {key: w for key, w in total.items() if w > CRUMB}
    scale = 1.0 / (sum(kept.values()) or 1.0)
    return Mixture(
        panels=[np.frombuffer(key, dtype=np.int64) for key in kept],
        weights=[w * scale for w in kept.values()],
        left=left,
    )


def toward(problem: Problem, masses: Floats, known: Mixture, budget: Budget) -> Mixture:
    """Meet the classes' totals of `masses` by column generation from the panels known.

    Incomplete: proved out of reach, or the budget ended.
    """
    totals: Floats = np.bincount(problem.var_class, masses, problem.classes).astype(np.float64)
    master = Master(problem, np.flatnonzero(totals > DUST), totals)
    oracle = Oracle(problem)
    covered = cover(problem, oracle, known.panels)
    if covered is None:
        return known
    master.add(covered[0])
    best, _ = raised(oracle, master, budget, enough=1.0 - MET)
    used = np.flatnonzero(best.weights).tolist()
    return _tidy([master.panels[j] for j in used], best.weights[used].tolist(), max(0.0, 1.0 - best.smallest))


def _longest(slack: Floats, pace: Floats) -> float:
    """How long `slack` lasts when every unit takes `pace` of it."""
    eats = pace > 0.0
    return float((slack[eats] / pace[eats]).min(initial=np.inf))
