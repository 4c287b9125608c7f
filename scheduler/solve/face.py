"""Which lawful panel can be taken off these masses, and for long? Asked again and again while they are peeled."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheduler.solve.lawful import parameters, row
from scheduler.solve.problem import Floats, Ints, Problem, ceilings, entry_rows

PATIENCE = 5.0  # deterministic seconds for one panel, …
HASTE = 0.05  # … and where only some variables are looked at
FEW = 200  # no more variables than this are all looked at; …
SOME = (3.0, 6.0)  # … of more of them so many for each seat, and then so many
SCARCE = 0.005  # who has less than this part of what is left is hardly liked
LIKING = 1000.0
GOLDEN = 0.6180339887498949


class Face:
    """Lawful panels that use only some variables and keep some rows at an end."""

    def __init__(self, problem: Problem) -> None:
        """`problem` has the sizes of classes as rows."""
        self._problem = problem
        self._most = ceilings(problem)
        self._row = entry_rows(problem)
        self._turn = 0

    def point(
        self, rest: Floats, left: float, full: NDArray[np.bool_], empty: NDArray[np.bool_]
    ) -> Ints | None:
        """A lawful panel on variables with `rest` > 0, `full` rows at their high and `empty` ones at their low end.

        Among those one whose members all have much left (`left`: of the whole), so that it can last. Where
        variables are many, a sample is asked first that keeps every row on average as the masses do. None: there
        is no such panel, or it is hard to find.
        """
        self._turn += 1
        low, high = self._problem.low, self._problem.high
        ends = np.stack((np.where(full, high, low), np.where(empty & ~full, low, high)))
        for times in SOME if np.count_nonzero(rest) > FEW else ():
            found = self._asked(self._sample(rest, left, times), ends, rest / left, HASTE)
            if found is not None:
                return found
        return self._asked(np.flatnonzero(rest), ends, rest / left, PATIENCE)

    def _sample(self, rest: Floats, left: float, times: float) -> Ints:
        """Variables in proportion to their masses, `times` as many as seats; those wanted in full are all there."""
        odds = np.minimum(times * rest / left, 1.0)
        steps = np.floor(np.cumsum(odds) + self._turn * GOLDEN % 1.0)
        return np.flatnonzero(
            (np.diff(steps, prepend=0.0) > 0.0) & (rest > 0.0) | (rest >= left * (1.0 - 1e-6))
        )

    def _asked(self, inside: Ints, ends: Ints, share: Floats, within: float) -> Ints | None:
        from ortools.sat.python import cp_model_helper as sat

        model = self._model(inside, ends)
        if model is None:
            return None
        model.objective.vars.extend(range(len(inside)))
        liking = np.ceil(LIKING * share[inside] / (share[inside] + SCARCE)).astype(np.int64)
        model.objective.coeffs.extend((-liking).tolist())
        model.objective.scaling_factor = -1.0
        how = parameters(sat, len(inside), within)
        how.relative_gap_limit = 0.1
        how.use_exact_lp_reason = False  # whatever it finds is counted again, and a miss proves nothing
        wrapper: Any = sat.SolveWrapper()
        wrapper.set_parameters(how)
        answer = wrapper.solve(model)
        if answer.status not in (sat.CpSolverStatus.OPTIMAL, sat.CpSolverStatus.FEASIBLE):
            return None
        panel = np.zeros(self._problem.variables, dtype=np.int64)
        panel[inside] = list(answer.solution)
        return panel

    def _model(self, inside: Ints, ends: Ints) -> Any:
        """The rows over these variables alone; None: some row asks for what they cannot give."""
        from ortools.sat.python import cp_model_helper as sat

        place = np.full(self._problem.variables, -1)
        place[inside] = np.arange(len(inside))
        there = place[self._problem.rows_var] >= 0
        rows, members = self._row[there], place[self._problem.rows_var[there]]
        many = np.bincount(rows, minlength=self._problem.rows)
        low, high = np.zeros(len(inside), dtype=np.int64), self._most[inside].copy()
        alone = many[rows] == 1
        np.maximum.at(low, members[alone], ends[0, rows[alone]])
        np.minimum.at(high, members[alone], ends[1, rows[alone]])
        if np.any(low > high) or np.any(ends[0, many == 0] > 0):
            return None
        model = sat.CpModelProto()
        for pair in zip(low.tolist(), high.tolist(), strict=True):
            model.variables.add().domain.extend(pair)
        edges = np.concatenate(([0], np.cumsum(many))).tolist()
        covered = members.tolist()
        for i in np.flatnonzero(many > 1).tolist():
            row(model, covered[edges[i] : edges[i + 1]], int(ends[0, i]), int(ends[1, i]))
        return model
