"""Which lottery over lawful panels gives everyone the fairest chance? The room's one entrance."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scheduler.solve.lawful import Oracle
from scheduler.solve.problem import Ints, Problem
from scheduler.solve.repair import Budget, Level, Repaired, cover, repaired


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
    load; where they run out `optimal` is False. The answer does not depend on `threads`.
    """
    oracle = Oracle(problem)
    covered = cover(problem, oracle, [])
    if covered is None:
        return None
    panels, seatable = covered
    found = repaired(problem, oracle, panels, seatable, Budget(left=seconds))
    return _mix(problem, found, seatable, "repaired")


def _mix(problem: Problem, found: Repaired, seatable: Ints, method: str) -> Mix:
    used = np.flatnonzero(found.weights)
    weights = found.weights[used]
    told = [_told(problem, found.panels[j]) for j in used.tolist()]
    order = sorted(range(len(told)), key=told.__getitem__)
    return Mix(
        panels=tuple(told[j] for j in order),
        weights=tuple((weights / weights.sum())[order].tolist()),
        unseatable=tuple(np.setdiff1d(np.arange(problem.classes), seatable).tolist()),
        method=method,
        optimal=found.optimal,
        bound=found.bound,
        levels=found.levels,
    )


def _told(problem: Problem, x: Ints) -> tuple[tuple[int, int, int], ...]:
    there = np.flatnonzero(x)
    return tuple(
        sorted(
            zip(
                problem.var_class[there].tolist(),
                problem.var_role[there].tolist(),
                x[there].tolist(),
                strict=True,
            )
        )
    )
