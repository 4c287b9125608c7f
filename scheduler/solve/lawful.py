"""Is there a lawful panel, and which one weighs most? Exact whole-number answers from CP-SAT."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheduler.solve.problem import Floats, Ints, Problem, ceilings, is_lawful

SMALL = 3000  # models with no more variables are asked by the hundred: presolving costs more than it saves
PATIENCE = 5.0  # deterministic seconds for one point of a face
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

    def heaviest(self, weights: Ints, *, within: float | None = None) -> Heaviest | None:
        """The lawful panel with the largest sum of weights[class] over its seats; None: no lawful panel.

        `within`: units of the solver's deterministic clock (about seconds) after which the best so far
        and an honest bound come back. Raises TimeoutError where nothing was found by then.
        """
        from ortools.sat.python import cp_model_helper as sat

        if not self._possible:
            return None
        per_variable = weights[self._problem.var_class]
        _objective(self._model, per_variable)
        how = _parameters(sat, self._problem, within)
        wrapper: Any = sat.SolveWrapper()
        wrapper.set_parameters(how)
        answer = wrapper.solve(self._model)
        if answer.status == sat.CpSolverStatus.INFEASIBLE:
            return None
        if answer.status not in (sat.CpSolverStatus.OPTIMAL, sat.CpSolverStatus.FEASIBLE):
            raise TimeoutError("no panel found and none excluded in the time given")
        panel = np.array(list(answer.solution), dtype=np.int64)
        if not is_lawful(self._problem, panel):
            raise RuntimeError("the solver's panel breaks a row")
        weight = int(per_variable @ panel)
        proved = answer.status == sat.CpSolverStatus.OPTIMAL
        most = weight if proved else -int(answer.inner_objective_lower_bound)
        return Heaviest(
            weights=weights,
            panel=panel,
            weight=weight,
            most=max(most, weight),
            work=answer.deterministic_time,
        )


def _parameters(sat: Any, problem: Problem, within: float | None) -> Any:
    how = sat.SatParameters()
    how.num_workers = 1
    how.random_seed = 1
    how.symmetry_level = how.cp_model_probing_level = 0
    how.cp_model_presolve = problem.variables > SMALL
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
        _row(model, covered[start[i] : start[i + 1]], low, high)
    order = np.argsort(problem.var_class, kind="stable")
    edges = np.searchsorted(problem.var_class[order], np.arange(problem.classes + 1)).tolist()
    places = order.tolist()
    for c, size in enumerate(problem.sizes.tolist()):
        members = places[edges[c] : edges[c + 1]]
        if problem.one_seat and len(members) > 1:
            _row(model, members, 0, size)
        if at_least.get(c, 0) > 0:
            _row(model, members, at_least[c], 10**9)
    return model


def _row(model: Any, members: list[int], low: int, high: int) -> None:
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


class Face:
    """Lawful panels that use only some variables and keep some rows at an end, asked again and again."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._most = ceilings(problem)
        self._model = _model(problem, self._most, NOBODY)
        self._used = np.ones(problem.variables, dtype=bool)
        self._ends = np.stack((problem.low, problem.high))

    def point(
        self, used: NDArray[np.bool_], full: NDArray[np.bool_], empty: NDArray[np.bool_], liking: Floats
    ) -> Ints | None:
        """A lawful panel on `used` variables, `full` rows at their high and `empty` ones at their low end.

        Among those one with a large sum of `liking`. None: there is none, or it is hard to find.
        """
        from ortools.sat.python import cp_model_helper as sat

        low, high = self._problem.low, self._problem.high
        ends = np.stack((np.where(full, high, low), np.where(empty & ~full, low, high)))
        for v in np.flatnonzero(used != self._used).tolist():
            self._model.variables[v].domain[1] = int(self._most[v]) if used[v] else 0
        for i in np.flatnonzero(np.any(ends != self._ends, axis=0)).tolist():
            domain = self._model.constraints[i].linear.domain
            domain[0], domain[1] = int(ends[0, i]), int(ends[1, i])
        self._used, self._ends = used, ends
        scaled = liking * (1000.0 / max(float(liking.max(initial=0.0)), 1e-300))
        _objective(self._model, np.ceil(scaled).astype(np.int64))
        wrapper: Any = sat.SolveWrapper()
        how = _parameters(sat, self._problem, PATIENCE)
        how.relative_gap_limit = 0.1
        wrapper.set_parameters(how)
        answer = wrapper.solve(self._model)
        if answer.status not in (sat.CpSolverStatus.OPTIMAL, sat.CpSolverStatus.FEASIBLE):
            return None
        return np.array(list(answer.solution), dtype=np.int64)
