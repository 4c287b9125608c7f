"""Which lottery over lawful panels gives everyone the fairest chance? The room's one entrance."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scheduler.solve.columns import Budget, cover
from scheduler.solve.lawful import Oracle
from scheduler.solve.mixing import mixed
from scheduler.solve.problem import Ints, Problem, all_lawful, ceilings, keeping
from scheduler.solve.proof import Level
from scheduler.solve.repair import Repaired, repaired
from scheduler.solve.spread import Sheet
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
    `progress` is told "relaxing", "seating" (chances are known, panels are made) and "searching" as these begin.
    """
    tell = progress or (lambda _: None)
    budget = Budget(left=seconds)
    lean, place = _kept(problem, np.arange(problem.variables), ceilings(problem) > 0)
    while True:
        tell("relaxing")
        tried = attempt(lean, budget, tell)
        if isinstance(tried, Met):
            return _mix(problem, place, mixed(lean, tried.panels, tried.weights), tried)
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
            used = np.flatnonzero(found.weights > 0.0).tolist()
            seats = [np.repeat(np.arange(lean.variables), found.panels[i]).tolist() for i in used]
            return _mix(problem, place, mixed(lean, seats, found.weights[used]), found)
        lean, place = _kept(lean, place, wanted)


def _kept(problem: Problem, place: Ints, wanted: NDArray[np.bool_]) -> tuple[Problem, Ints]:
    """The problem on the wanted variables, and where each stood at first."""
    return keeping(problem, wanted), place[wanted]


def _mix(problem: Problem, place: Ints, sheet: Sheet, found: Met | Repaired) -> Mix:
    """The panels over classes and roles; `place`: where the sheet's variables stand in the problem."""
    if not all_lawful(problem, np.where(sheet.seats < 0, -1, place[sheet.seats])):
        raise RuntimeError("a panel that was made breaks a row")
    cells = list(zip(problem.var_class[place].tolist(), problem.var_role[place].tolist(), strict=True))
    told: dict[tuple[tuple[int, int, int], ...], float] = {}
    for seats, weight in zip(sheet.seats.tolist(), sheet.lengths.tolist(), strict=True):
        many = Counter(cells[v] for v in seats if v >= 0)
        key = tuple(sorted((c, role, count) for (c, role), count in many.items()))
        told[key] = told.get(key, 0.0) + weight
    ordered = sorted(told)
    seated = {c for panel in ordered for c, _, _ in panel}
    return Mix(
        panels=tuple(ordered),
        weights=tuple(told[key] for key in ordered),
        unseatable=tuple(c for c in range(problem.classes) if c not in seated),
        method="relaxation" if isinstance(found, Met) else "repaired",
        optimal=found.proved,
        bound=found.bound,
        levels=found.levels,
    )
