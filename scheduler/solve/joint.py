"""Can lots that share people be filled together? Exact, on whole numbers, for few lots; see ways.py for many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from scheduler.limits import Limit
from scheduler.model import Case, ExpertId, LotId
from scheduler.solve.collapse import World, collapse
from scheduler.solve.problem import Problem

People = frozenset[ExpertId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A lot booked and not drawn yet, under the same names of people as the case that is drawn now.

    Lots whose windows [starts, ends) overlap need different people; travel belongs inside the window.
    """

    lot: LotId
    world: World
    starts: datetime
    ends: datetime
    near: bool = True  # overlaps the case that is drawn now; else it only shares people with lots that do
    gone: People = frozenset()  # sit on other panels in these hours

    @property
    def seats(self) -> int:
        """Seats still to be filled."""
        return self.world.open_seats

    def renamed(self, names: Mapping[ExpertId, ExpertId], *, near: bool, gone: People) -> "Waiting":
        """The same lot with its people called otherwise."""
        classes = tuple(tuple(names[who] for who in members) for members in self.world.classes)
        return replace(self, world=replace(self.world, classes=classes), near=near, gone=gone)

    def overlaps(self, other: "Waiting") -> bool:
        """Whether nobody can sit in both."""
        return self.starts < other.ends and other.starts < self.ends


def waiting(case: Case, limits: tuple[Limit, ...], starts: datetime, ends: datetime) -> Waiting:
    """The lot of a case with its limits, in its hours."""
    return Waiting(lot=case.lot, world=collapse(case, limits), starts=starts, ends=ends)


class Joint:
    """The other lots together: can all be filled with people who are not asked for twice at a time?"""

    def __init__(self, others: Sequence[Waiting]) -> None:
        self._others = sorted(others, key=lambda other: (other.starts, other.lot))
        self._worlds = [other.world for other in self._others]
        # The lots under way whenever one begins: enough, because windows are intervals.
        self._moments = [
            [lot for lot, other in enumerate(self._others) if other.starts <= one.starts < other.ends]
            for one in self._others
        ]
        marks: dict[ExpertId, list[int]] = {}
        for lot, world in enumerate(self._worlds):
            for c, members in enumerate(world.classes):
                for who in members:
                    if who in self._others[lot].gone:
                        continue
                    marks.setdefault(who, [-1] * len(self._worlds))[lot] = c
        self.mark = {
            who: tuple(mark) for who, mark in sorted(marks.items())
        }  # per lot the class; -1: not able
        self.people: People = frozenset(self.mark)

    def filled(self, without: People, *, sparing: People = frozenset()) -> People | None:
        """The people of one way to fill all lots, or None: near ones without `without`, with as few of `sparing` as
        possible."""
        from ortools.sat.python import cp_model

        if any(world.problem is None for world in self._worlds):
            return None
        model = cp_model.CpModel()
        groups: dict[tuple[bool, bool, tuple[int, ...]], list[ExpertId]] = {}
        for who, full in self.mark.items():
            lost = who in without
            mark = tuple(-1 if lost and o.near else c for c, o in zip(full, self._others, strict=True))
            groups.setdefault((lost, who in sparing, mark), []).append(who)
        variables = [variables_of(world.problem) if world.problem else {} for world in self._worlds]
        seats: list[dict[int, list[Any]]] = [{} for _ in self._worlds]
        asked: list[tuple[list[ExpertId], list[Any]]] = []
        spared: list[Any] = []
        for (lost, spare, mark), members in groups.items():
            sums: list[Any] = []
            for lot, c in enumerate(mark):
                taken = [model.new_int_var(0, len(members), "") for _ in variables[lot].get(c, ())]
                for v, number in zip(variables[lot].get(c, ()), taken, strict=True):
                    seats[lot].setdefault(v, []).append(number)
                sums.append(sum(taken))
            used = model.new_int_var(0, len(members), "") if spare else len(members)
            for lots in self._moments:  # no moment asks for more of them; windows in a row may share people
                model.add(sum(sums[lot] for lot in lots) <= used)
            asked += [] if lost else [(members, sums)]
            spared += [used] if spare else []
        for world, held in zip(self._worlds, seats, strict=True):
            if world.problem is not None:
                keep_rows(model, world.problem, held)
        if spared:
            model.minimize(sum(spared))
        solver = solved(model)
        if solver is None:
            return None
        return frozenset(who for members, sums in asked for who in members[: self._used(solver, sums)])

    def _used(self, solver: Any, sums: Sequence[Any]) -> int:
        """How many of a group the fullest moment takes."""
        taken = [solver.value(number) for number in sums]
        return int(max(sum(taken[lot] for lot in lots) for lots in self._moments))


def variables_of(problem: Problem) -> dict[int, list[int]]:
    """The variables of every class."""
    found: dict[int, list[int]] = {}
    for v, c in enumerate(problem.var_class.tolist()):
        found.setdefault(c, []).append(v)
    return found


def keep_rows(model: Any, problem: Problem, seats: Mapping[int, list[Any]]) -> None:
    """Every row of a problem whose variables are split into `seats`."""
    start, covered = problem.rows_start.tolist(), problem.rows_var.tolist()
    for i, (low, high) in enumerate(zip(problem.low.tolist(), problem.high.tolist(), strict=True)):
        numbers = [number for v in covered[start[i] : start[i + 1]] for number in seats.get(v, ())]
        if numbers:
            model.add_linear_constraint(sum(numbers), low, high)
        elif low > 0:
            model.add_bool_or([])


def solved(model: Any) -> Any:
    """The solver with an exact answer, always the same one; None: impossible."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, 1
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    if status != cp_model.OPTIMAL:
        raise RuntimeError("the solver came to no end")
    return solver
