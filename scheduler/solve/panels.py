"""Which lottery over lawful panels gives everyone the fairest chance? The room's one entrance."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scheduler.solve.columns import Budget, cover
from scheduler.solve.lawful import Oracle
from scheduler.solve.problem import Ints, Problem, ceilings, keeping
from scheduler.solve.proof import Level
from scheduler.solve.repair import Repaired, repaired
from scheduler.solve.target import Met, attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """A lottery over lawful panels; a person of class c has its expected seats divided by its size."""

    panels: tuple[tuple[tuple[int, int, int], ...], ...]  # per panel: (class, role, count > 0), sorted
    weights: tuple[float, ...]  # > 0, sum 1
    unseatable: tuple[int, ...]  # classes that sit on no lawful panel (proved)
    method: str  # "relaxation": the relaxed target was met; "repaired": panels made by column generation
    optimal: bool  # the whole vector of chances is leximin within 1e-6, proved
    bound: Fraction  # no lottery gives everyone who can sit more than this
    levels: tuple[Level, ...]  # what each step of the leximin fixed, and why nothing can do better


def leximin(
    problem: Problem,
    *,
    threads: int = 1,
    seconds: float | None = None,
    progress: Callable[[str], None] | None = None,
) -> Mix | None:
    """The leximin lottery over the lawful panels of `problem`; None: there is no lawful panel.

    `seconds` count on the solvers' deterministic clock, so that the answer does not depend on the machine's
    load; where they run out `optimal` is False. One thread does all the work: `threads` changes nothing.
    `progress` is told "relaxing" and "searching" as these begin.
    """
    tell = progress or (lambda _: None)
    budget = Budget(left=seconds)
    lean, place = _kept(problem, np.arange(problem.variables), ceilings(problem) > 0)
    while True:
        tell("relaxing")
        tried = attempt(lean, budget)
        if isinstance(tried, Met):
            panels = [{int(place[v]): n for v, n in panel.items()} for panel in tried.panels]
            return _mix(problem, panels, tried, "relaxation")
        if len(tried.idle):
            lean, place = _kept(lean, place, ~np.isin(lean.var_class, tried.idle))
            continue
        tell("searching")
        oracle = Oracle(lean)
        covered = cover(lean, oracle, tried.panels)
        if covered is None:
            return None
        wanted = np.isin(lean.var_class, covered[1])
        if np.all(wanted):
            found = repaired(lean, oracle, covered, budget, tried.bound)
            return _mix(problem, [_seated(place, x) for x in found.panels], found, "repaired")
        lean, place = _kept(lean, place, wanted)


def _kept(problem: Problem, place: Ints, wanted: NDArray[np.bool_]) -> tuple[Problem, Ints]:
    """The problem on the wanted variables, and where each stood at first."""
    return keeping(problem, wanted), place[wanted]


def _seated(place: Ints, x: Ints) -> dict[int, int]:
    there = np.flatnonzero(x)
    return dict(zip(place[there].tolist(), x[there].tolist(), strict=True))


def _mix(problem: Problem, panels: list[dict[int, int]], found: Met | Repaired, method: str) -> Mix:
    cells = list(zip(problem.var_class.tolist(), problem.var_role.tolist(), strict=True))
    told: dict[tuple[tuple[int, int, int], ...], float] = {}
    for panel, weight in zip(panels, found.weights.tolist(), strict=True):
        if weight > 0.0:
            key = tuple(sorted((*cells[v], count) for v, count in panel.items()))
            told[key] = told.get(key, 0.0) + weight
    ordered = sorted(told)
    seated = {c for panel in ordered for c, _, _ in panel}
    return Mix(
        panels=tuple(ordered),
        weights=tuple(told[key] for key in ordered),
        unseatable=tuple(c for c in range(problem.classes) if c not in seated),
        method=method,
        optimal=found.proved,
        bound=found.bound,
        levels=found.levels,
    )
