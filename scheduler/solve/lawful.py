"""Is there a lawful panel, and which one weighs most? Exact whole-number answers from CP-SAT."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from scheduler.solve.problem import Ints, Problem, ceilings, is_lawful

SMALL = 3000  # models with no more variables are asked by the hundred: presolving costs more than it saves
NOBODY: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heaviest:
    """A lawful panel, its weight, a proved upper end for the weight of any, and the work it took."""

    weights: Ints  # per class, as asked
    panel: Ints
    weight: int
    most: int
    work: float


def lawful(problem: Problem, *, at_least: Mapping[int, int] = NOBODY) -> Ints | None:
    """One lawful panel (whole numbers per variable) in which class c has at least at_least[c] seats.

    None: proved impossible. Exact.
    """
    found = Oracle(problem, at_least=at_least).heaviest(np.zeros(problem.classes, dtype=np.int64))
    return None if found is None else found.panel


class Oracle:
    """The lawful panels of one problem, asked again with other weights; one thread, same answers."""

    def __init__(self, problem: Problem, *, at_least: Mapping[int, int] = NOBODY) -> None:
        self._problem = problem
        self._most = ceilings(problem)
        self._possible = not np.any(problem.high < problem.low)
        self._model = _model(problem, self._most, at_least)

    def heaviest(self, weights: Ints, *, within: float | None = None, gap: float = 0.0) -> Heaviest | None:
        """The lawful panel with the largest sum of weights[class] over its seats; None: no lawful panel.

        `within`: units of the solver's deterministic clock (about seconds) after which the best so far
        and an honest bound come back; so they do once they are within the relative `gap`. Raises
        TimeoutError where nothing was found by then, RuntimeError where the solver takes no such question.
        """
        from ortools.sat.python import cp_model_helper as sat

        if not self._possible:
            return None
        per_variable = weights[self._problem.var_class]
        _objective(self._model, per_variable)
        how = parameters(sat, self._problem.variables, within)
        how.relative_gap_limit = gap
        wrapper: Any = sat.SolveWrapper()
        wrapper.set_parameters(how)
        answer = wrapper.solve(self._model)
        if answer.status == sat.CpSolverStatus.INFEASIBLE:
            return None
        if answer.status not in (sat.CpSolverStatus.OPTIMAL, sat.CpSolverStatus.FEASIBLE):
            if within is None or answer.status != sat.CpSolverStatus.UNKNOWN:
                raise RuntimeError(f"the solver came to no end: {answer.status.name}")
            raise TimeoutError("no panel found and none excluded in the time given")
        panel = np.array(list(answer.solution), dtype=np.int64)
        if not is_lawful(self._problem, panel):
            raise RuntimeError("the solver's panel breaks a row")
        weight = int(per_variable @ panel)
        proved = answer.status == sat.CpSolverStatus.OPTIMAL and gap == 0.0
        most = weight if proved else -int(answer.inner_objective_lower_bound)
        return Heaviest(
            weights=weights,
            panel=panel,
            weight=weight,
            most=max(most, weight),
            work=answer.deterministic_time,
        )


def parameters(sat: Any, variables: int, within: float | None) -> Any:
    """How to ask for a panel: one thread, exact, the same answer on every run, and Ctrl-C is left to Python."""
    how = sat.SatParameters()
    how.catch_sigint_signal = False
    how.num_workers = 1
    how.random_seed = 1
    how.symmetry_level = how.cp_model_probing_level = 0
    how.cp_model_presolve = variables > SMALL
    how.relative_gap_limit = how.absolute_gap_limit = 0.0
    if within is not None:
        how.max_deterministic_time = within
    return how


def _model(problem: Problem, most: Ints, at_least: Mapping[int, int]) -> Any:
    from ortools.sat.python import cp_model_helper as sat

    model = sat.CpModelProto()
    for top in most.tolist():
        model.variables.add().domain.extend([0, top])
    start, covered = problem.rows_start.tolist(), problem.rows_var.tolist()
    for i, (low, high) in enumerate(zip(problem.low.tolist(), problem.high.tolist(), strict=True)):
        row(model, covered[start[i] : start[i + 1]], low, high)
    order = np.argsort(problem.var_class, kind="stable")
    edges = np.searchsorted(problem.var_class[order], np.arange(problem.classes + 1)).tolist()
    places = order.tolist()
    for c, size in enumerate(problem.sizes.tolist()):
        members = places[edges[c] : edges[c + 1]]
        if problem.one_seat and len(members) > 1:
            row(model, members, 0, size)
        if at_least.get(c, 0) > 0:
            row(model, members, at_least[c], 10**9)
    return model


def row(model: Any, members: list[int], low: int, high: int) -> None:
    """One more row of the model: low <= sum of these variables <= high."""
    line = model.constraints.add().linear
    line.vars.extend(members)
    line.coeffs.extend([1] * len(members))
    line.domain.extend([low, high])


def _objective(model: Any, weights: Ints) -> None:
    model.clear_objective()
    there = np.flatnonzero(weights)
    if len(there):
        model.objective.vars.extend(there.tolist())
        model.objective.coeffs.extend((-weights[there]).tolist())
        model.objective.scaling_factor = -1.0
