"""What is the best point of a linear programme? GLOP, fed in bulk and asked again after small changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scheduler.solve.problem import Floats, Ints

FINE, COARSE = 1e-10, 1e-8  # the tolerances GLOP is asked for, and those it gets when it loses its way

PATIENCE = 500  # steps from one optimum to the next, beside one a row: whoever needs more begins again
ABSURD = 1e10  # prices beyond this prove nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """The non-zero coefficients of a matrix: row, column, value."""

    rows: Ints
    columns: Ints
    values: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """The best point, its value and the price of every row (>= 0 where an upper end binds a maximum)."""

    value: float
    point: Floats
    prices: Floats


class Linear:
    """Maximise cost · x with low <= x <= high and floor <= A x <= ceiling; columns may be added later."""

    def __init__(
        self, *, cost: Floats, floor: Floats, ceiling: Floats, entries: Entries, high: Floats | None = None
    ) -> None:
        """`high`: the columns' upper ends; None: they have none. Lower ends are 0 at first."""
        self._cost, self._low = cost.copy(), np.zeros(len(cost))
        self._high = np.full(len(cost), np.inf) if high is None else high.copy()
        self._floor, self._ceiling = floor.copy(), ceiling.copy()
        self._entries = [entries]  # later ones overrule earlier ones
        self._open()

    def _open(self) -> None:
        """A fresh solver for the programme as it stands."""
        from ortools.math_opt import model_pb2, parameters_pb2
        from ortools.math_opt.core.python import solver

        model: Any = model_pb2.ModelProto()
        model.objective.maximize = True
        _columns(model.variables, 0, self._low, self._high)
        model.linear_constraints.ids.extend(range(len(self._floor)))
        model.linear_constraints.lower_bounds.extend(self._floor.tolist())
        model.linear_constraints.upper_bounds.extend(self._ceiling.tolist())
        _values(model.objective.linear_coefficients, np.arange(len(self._cost)), self._cost)
        self._entries = [_latest(self._entries, len(self._cost))]
        _matrix(model.linear_constraint_matrix, self._entries[0])
        none = parameters_pb2.SolverInitializerProto()
        self._solver = solver.new(parameters_pb2.SOLVER_TYPE_GLOP, model, none)
        self._cold = True

    def add_columns(self, count: int, entries: Entries) -> None:
        """Further columns of no cost, from 0 upwards; `entries.columns` go on from the columns so far."""
        from ortools.math_opt import model_update_pb2

        update: Any = model_update_pb2.ModelUpdateProto()
        none, endless = np.zeros(count), np.full(count, np.inf)
        _columns(update.new_variables, len(self._cost), none, endless)
        _matrix(update.linear_constraint_matrix_updates, entries)
        self._cost, self._low = np.append(self._cost, none), np.append(self._low, none)
        self._high = np.append(self._high, endless)
        self._entries.append(entries)
        self._apply(update)

    def rewrite(self, entries: Entries, rows: Ints, floor: Floats, ceiling: Floats) -> None:
        """Other coefficients in these places, and other ends of these rows."""
        from ortools.math_opt import model_update_pb2

        update: Any = model_update_pb2.ModelUpdateProto()
        _matrix(update.linear_constraint_matrix_updates, entries)
        _values(update.linear_constraint_updates.lower_bounds, rows, floor)
        _values(update.linear_constraint_updates.upper_bounds, rows, ceiling)
        self._entries.append(entries)
        self._floor[rows], self._ceiling[rows] = floor, ceiling
        self._apply(update)

    def aim(self, columns: Ints, cost: Floats) -> None:
        """New costs of some columns."""
        from ortools.math_opt import model_update_pb2

        update: Any = model_update_pb2.ModelUpdateProto()
        _values(update.objective_updates.linear_coefficients, columns, cost)
        self._cost[columns] = cost
        self._apply(update)

    def bound(self, columns: Ints, low: Floats, high: Floats) -> None:
        """New ends of some columns."""
        from ortools.math_opt import model_update_pb2

        update: Any = model_update_pb2.ModelUpdateProto()
        _values(update.variable_updates.lower_bounds, columns, low)
        _values(update.variable_updates.upper_bounds, columns, high)
        self._low[columns], self._high[columns] = low, high
        self._apply(update)

    def _apply(self, update: Any) -> None:
        if not self._solver.update(update):
            self._open()

    def solve(self) -> Optimum | None:
        """The optimum, or None where there is no point (or no end)."""
        answer = self._asked(FINE, presolve=False)
        if answer is None or _absurd(answer):  # lost its way after many small changes: begin again
            self._open()
            answer = self._asked(FINE, presolve=False) or self._asked(COARSE, presolve=True)
        if answer is None:
            return None
        best = answer.solutions[0]
        return Optimum(
            value=best.primal_solution.objective_value,
            point=_dense(best.primal_solution.variable_values, len(self._cost)),
            prices=_dense(best.dual_solution.dual_values, len(self._floor)),
        )

    def _asked(self, tolerance: float, *, presolve: bool) -> Any:
        from ortools.math_opt import callback_pb2, model_parameters_pb2, parameters_pb2, result_pb2
        from ortools.util.python import pybind_solve_interrupter
        from pybind11_abseil.status import StatusNotOk  # type: ignore[import-untyped]  # ships no stubs

        assert pybind_solve_interrupter  # its import registers a type that solve() takes
        how: Any = parameters_pb2.SolveParametersProto()
        how.glop.use_preprocessing = presolve
        how.glop.use_dual_simplex = self._cold  # from nothing it is far faster on degenerate rows
        if not self._cold:
            how.iteration_limit = PATIENCE + len(self._floor)
        self._cold = False
        how.glop.primal_feasibility_tolerance = how.glop.dual_feasibility_tolerance = tolerance
        how.glop.change_status_to_imprecise = False  # callers measure what they get, and prove it exactly
        plain, nothing = (
            model_parameters_pb2.ModelSolveParametersProto(),
            callback_pb2.CallbackRegistrationProto(),
        )
        try:
            answer = self._solver.solve(how, plain, None, nothing, None, None)
        except StatusNotOk:
            self._open()
            return None
        optimal = answer.termination.reason == result_pb2.TERMINATION_REASON_OPTIMAL
        return answer if optimal and answer.solutions else None


def _absurd(answer: Any) -> bool:
    """Whether prices are so large that the basis must be all but singular."""
    prices = np.array(answer.solutions[0].dual_solution.dual_values.values)
    return bool(np.abs(prices).max(initial=0.0) > ABSURD)


def _columns(target: Any, first: int, low: Floats, high: Floats) -> None:
    target.ids.extend(range(first, first + len(low)))
    target.lower_bounds.extend(low.tolist())
    target.upper_bounds.extend(high.tolist())
    target.integers.extend([False] * len(low))


def _values(target: Any, ids: Ints, values: Floats) -> None:
    target.ids.extend(ids.tolist())
    target.values.extend(values.tolist())


def _matrix(target: Any, entries: Entries) -> None:
    order = np.lexsort((entries.columns, entries.rows))
    target.row_ids.extend(entries.rows[order].tolist())
    target.column_ids.extend(entries.columns[order].tolist())
    target.coefficients.extend(entries.values[order].tolist())


def _latest(parts: Sequence[Entries], columns: int) -> Entries:
    """All entries, of equal places the last one."""
    keys = np.concatenate([part.rows * columns + part.columns for part in parts])[::-1]
    values = np.concatenate([part.values for part in parts])[::-1]
    places, first = np.unique(keys, return_index=True)
    return Entries(rows=places // columns, columns=places % columns, values=values[first])


def _dense(sparse: Any, length: int) -> Floats:
    full = np.zeros(length)
    full[np.array(sparse.ids, dtype=np.int64)] = sparse.values
    return full
