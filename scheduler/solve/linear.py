"""What is the best point of a linear programme? GLOP, fed in bulk and asked again after small changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scheduler.solve.problem import Floats, Ints


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
        self,
        *,
        cost: Floats,
        low: Floats,
        high: Floats,
        floor: Floats,
        ceiling: Floats,
        entries: Entries,
        presolve: bool = False,
    ) -> None:
        from ortools.math_opt import model_pb2

        model: Any = model_pb2.ModelProto()
        model.objective.maximize = True
        _declare(model.variables, range(len(cost)), low, high, [False] * len(cost))
        _declare(model.linear_constraints, range(len(floor)), floor, ceiling, None)
        _objective(model.objective.linear_coefficients, 0, cost)
        _matrix(model.linear_constraint_matrix, entries)
        self._columns, self._rows = len(cost), len(floor)
        self._open(model, presolve)

    def _open(self, model: Any, presolve: bool) -> None:
        from ortools.math_opt import callback_pb2, model_parameters_pb2, parameters_pb2
        from ortools.math_opt.core.python import solver
        from ortools.util.python import pybind_solve_interrupter

        self._solver = solver.new(
            parameters_pb2.SOLVER_TYPE_GLOP, model, parameters_pb2.SolverInitializerProto()
        )
        how: Any = parameters_pb2.SolveParametersProto()
        how.glop.use_preprocessing = presolve
        how.glop.primal_feasibility_tolerance = how.glop.dual_feasibility_tolerance = 1e-10
        how.glop.change_status_to_imprecise = False  # callers measure what they get, and prove it exactly
        self._how = how
        self._rest = (
            model_parameters_pb2.ModelSolveParametersProto(),
            None,
            callback_pb2.CallbackRegistrationProto(),
            None,
            None,
        )
        assert pybind_solve_interrupter  # its import registers a type that solve() takes
        self._optimal = 1

    def add_columns(self, cost: Floats, low: Floats, high: Floats, entries: Entries) -> None:
        """Further columns; `entries.columns` count from the number of columns so far."""
        from ortools.math_opt import model_update_pb2

        update: Any = model_update_pb2.ModelUpdateProto()
        first = self._columns
        _declare(update.new_variables, range(first, first + len(cost)), low, high, [False] * len(cost))
        _objective(update.objective_updates.linear_coefficients, first, cost)
        _matrix(update.linear_constraint_matrix_updates, entries)
        self._columns += len(cost)
        self._apply(update)

    def change(
        self,
        *,
        entries: Entries | None = None,
        rows: Ints | None = None,
        floor: Floats | None = None,
        cost: tuple[Ints, Floats] | None = None,
        low: tuple[Ints, Floats] | None = None,
    ) -> None:
        """New coefficients, new lower ends of some rows, new costs or lower ends of some columns."""
        from ortools.math_opt import model_update_pb2

        update: Any = model_update_pb2.ModelUpdateProto()
        if entries is not None:
            _matrix(update.linear_constraint_matrix_updates, entries)
        if rows is not None and floor is not None:
            update.linear_constraint_updates.lower_bounds.ids.extend(rows.tolist())
            update.linear_constraint_updates.lower_bounds.values.extend(floor.tolist())
        if cost is not None:
            update.objective_updates.linear_coefficients.ids.extend(cost[0].tolist())
            update.objective_updates.linear_coefficients.values.extend(cost[1].tolist())
        if low is not None:
            update.variable_updates.lower_bounds.ids.extend(low[0].tolist())
            update.variable_updates.lower_bounds.values.extend(low[1].tolist())
        self._apply(update)

    def _apply(self, update: Any) -> None:
        if not self._solver.update(update):
            raise RuntimeError("the solver refused a change of the programme")

    def solve(self) -> Optimum | None:
        """The optimum, or None where there is no point (or no end)."""
        answer = self._solver.solve(self._how, *self._rest)
        if answer.termination.reason != self._optimal:
            return None
        best = answer.solutions[0]
        return Optimum(
            value=best.primal_solution.objective_value,
            point=_dense(best.primal_solution.variable_values, self._columns),
            prices=_dense(best.dual_solution.dual_values, self._rows),
        )


def _declare(target: Any, ids: Sequence[int], low: Floats, high: Floats, integers: list[bool] | None) -> None:
    target.ids.extend(ids)
    target.lower_bounds.extend(low.tolist())
    target.upper_bounds.extend(high.tolist())
    if integers is not None:
        target.integers.extend(integers)


def _objective(target: Any, first: int, cost: Floats) -> None:
    there = np.flatnonzero(cost)
    target.ids.extend((first + there).tolist())
    target.values.extend(cost[there].tolist())


def _matrix(target: Any, entries: Entries) -> None:
    order = np.lexsort((entries.columns, entries.rows))
    target.row_ids.extend(entries.rows[order].tolist())
    target.column_ids.extend(entries.columns[order].tolist())
    target.coefficients.extend(entries.values[order].tolist())


def _dense(sparse: Any, length: int) -> Floats:
    full = np.zeros(length)
    full[np.array(sparse.ids, dtype=np.int64)] = sparse.values
    return full
