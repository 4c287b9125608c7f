"""Whom must a draw leave aside so that lots booked earlier stay possible? Limits, and no more than needed.

A reservation says "of these people at most so many", and only where more would leave the other lots without
panels. It is found by attack: look for a panel that every known way of filling the others would miss; if the
others cannot be filled around it, forbid what made it so; until no such panel is left.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scheduler.errors import Refused
from scheduler.limits import Limit, wanted
from scheduler.model import Case, ExpertId
from scheduler.rules.load import KEPT_FOR_OTHERS
from scheduler.solve.collapse import World, collapse
from scheduler.solve.problem import Problem

RESERVED = KEPT_FOR_OTHERS.id

People = frozenset[ExpertId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A lot booked and not drawn yet, under the same names of people as the case that is drawn now.

    Lots whose windows [starts, ends) overlap need different people; travel belongs inside the window.
    """

    case: Case
    limits: tuple[Limit, ...]
    starts: datetime
    ends: datetime


def reserved(case: Case, limits: Iterable[Limit], others: Sequence[Waiting]) -> tuple[Limit, ...]:
    """Limits for this draw after which the others can be drawn together, whatever panel it gives.

    Every one of `others` overlaps with the case. A panel that leaves the others possible is never forbidden.
    Where every panel of the case would make them impossible the limits leave none, and the clash names F6.
    Raises Refused("reserve") when the others cannot be filled even if nobody is drawn here.
    """
    joint = _Joint(others)
    gone = frozenset(choice.expert for choice in case.kept)
    first = joint.filled(gone)
    if first is None:
        raise Refused("reserve", lots=sorted(other.case.lot for other in others))
    known, found, own = [first], list[Limit](), tuple(limits)
    seats = sum(wanted(case).values()) - len(case.kept)
    while (way := joint.filled(gone.union(*known))) is not None:
        known.append(way)
        if len(known) > seats:  # nobody in common: one panel cannot take somebody out of each
            return ()
    while True:
        panel = _missing_all(collapse(case, (*own, *found)), known)
        if panel is None:
            break
        way = joint.filled(gone | panel, sparing=frozenset().union(*known))
        if way is not None:
            known.append(way)
            continue
        core = _needed(joint, gone, panel)
        whom = _widened(joint, gone, core, [who for who in _able(case, own) if who not in gone], known)
        found.append(
            Limit(
                rule=RESERVED,
                experts=tuple(sorted(whom)),
                roles=None,
                least=0,
                most=len(core) - 1,
                facts={"most": len(core) - 1, "people": len(whom)},
            )
        )
    return tuple(found)


def _able(case: Case, limits: tuple[Limit, ...]) -> list[ExpertId]:
    return sorted(who for members in collapse(case, limits).classes for who in members)


def _needed(joint: "_Joint", gone: People, panel: People) -> People:
    """The part of a fatal panel that is fatal by itself; without any one of it the others are possible."""
    core = panel & joint.people
    for who in sorted(core):
        if joint.filled(gone | (core - {who})) is None:
            core -= {who}
    return core


def _widened(
    joint: "_Joint", gone: People, core: People, able: Iterable[ExpertId], known: list[People]
) -> People:
    """All of whom so many as the core has are as fatal: the others need one more of every one added."""
    whom, need = core, 1
    alike: dict[tuple[int, ...], list[ExpertId]] = {}
    for who in able:
        if who in joint.people and who not in core:
            alike.setdefault(joint.mark[who], []).append(who)
    near = {joint.mark[who] for who in core}
    for mark in sorted(alike, key=lambda mark: (mark not in near, mark)):
        members = alike[mark]
        for size in dict.fromkeys(
            (len(members), 1)
        ):  # all of them at once, else one by one until one is too many
            for at in range(0, len(members), size):
                wider = whom | frozenset(members[at : at + size])
                more = need + len(wider) - len(whom)
                if wider == whom or any(len(way & wider) < more for way in known):
                    break
                way = joint.filled(gone, sparing=wider)
                if way is None or len(way & wider) < more:
                    known += [] if way is None else [way]
                    break
                whom, need = wider, more
    return whom


def _missing_all(world: World, known: Sequence[People]) -> People | None:
    """A panel of the case that takes somebody out of every known way; None: there is none."""
    from ortools.sat.python import cp_model

    if world.problem is None or world.open_seats == 0:
        return None
    model = cp_model.CpModel()
    hits: list[list[Any]] = [[] for _ in known]
    seats: dict[int, list[Any]] = {}
    asked: list[tuple[list[ExpertId], list[Any]]] = []
    for c, variables in _variables(world.problem).items():
        parts: dict[tuple[int, ...], list[ExpertId]] = {}
        for who in world.classes[c]:
            parts.setdefault(tuple(i for i, way in enumerate(known) if who in way), []).append(who)
        for ways, members in parts.items():
            taken = [model.new_int_var(0, len(members), "") for _ in variables]
            model.add(sum(taken) <= len(members))
            asked.append((members, taken))
            for v, number in zip(variables, taken, strict=True):
                seats.setdefault(v, []).append(number)
            for i in ways:
                hits[i] += taken
    for some in hits:
        model.add(sum(some) >= 1)
    _keep_rows(model, world.problem, seats)
    solver = _solved(model)
    if solver is None:
        return None
    return frozenset(
        who for members, taken in asked for who in members[: sum(solver.value(number) for number in taken)]
    )


class _Joint:
    """The other lots together: can all be filled with people who are not asked for twice at a time?"""

    def __init__(self, others: Sequence[Waiting]) -> None:
        self._others = sorted(others, key=lambda other: (other.starts, other.case.lot))
        self._worlds = [collapse(other.case, other.limits) for other in self._others]
        # The lots under way whenever one begins: enough, because windows are intervals.
        self._moments = [
            [lot for lot, other in enumerate(self._others) if other.starts <= one.starts < other.ends]
            for one in self._others
        ]
        marks: dict[ExpertId, list[int]] = {}
        for lot, world in enumerate(self._worlds):
            for c, members in enumerate(world.classes):
                for who in members:
                    marks.setdefault(who, [-1] * len(self._worlds))[lot] = c
        self.mark = {
            who: tuple(mark) for who, mark in sorted(marks.items())
        }  # per lot the class; -1: not able
        self.people: People = frozenset(self.mark)

    def filled(self, without: People, *, sparing: People = frozenset()) -> People | None:
        """The people of one way to fill all lots without `without`, with as few of `sparing` as possible; or None."""
        from ortools.sat.python import cp_model

        if any(world.problem is None for world in self._worlds):
            return None
        model = cp_model.CpModel()
        groups: dict[tuple[bool, tuple[int, ...]], list[ExpertId]] = {}
        for who, mark in self.mark.items():
            if who not in without:
                groups.setdefault((who in sparing, mark), []).append(who)
        variables = [_variables(world.problem) if world.problem else {} for world in self._worlds]
        seats: list[dict[int, list[Any]]] = [{} for _ in self._worlds]
        asked: list[tuple[list[ExpertId], list[Any]]] = []
        spared: list[Any] = []
        for (spare, mark), members in groups.items():
            sums: list[Any] = []
            for lot, c in enumerate(mark):
                taken = [model.new_int_var(0, len(members), "") for _ in variables[lot].get(c, ())]
                for v, number in zip(variables[lot].get(c, ()), taken, strict=True):
                    seats[lot].setdefault(v, []).append(number)
                sums.append(sum(taken))
            used = model.new_int_var(0, len(members), "") if spare else len(members)
            for lots in self._moments:  # no moment asks for more of them; windows in a row may share people
                model.add(sum(sums[lot] for lot in lots) <= used)
            asked.append((members, sums))
            spared += [used] if spare else []
        for world, held in zip(self._worlds, seats, strict=True):
            if world.problem is not None:
                _keep_rows(model, world.problem, held)
        if spared:
            model.minimize(sum(spared))
        solver = _solved(model)
        if solver is None:
            return None
        return frozenset(who for members, sums in asked for who in members[: self._used(solver, sums)])

    def _used(self, solver: Any, sums: Sequence[Any]) -> int:
        """How many of a group the fullest moment takes."""
        taken = [solver.value(number) for number in sums]
        return int(max(sum(taken[lot] for lot in lots) for lots in self._moments))


def _variables(problem: Problem) -> dict[int, list[int]]:
    """The variables of every class."""
    found: dict[int, list[int]] = {}
    for v, c in enumerate(problem.var_class.tolist()):
        found.setdefault(c, []).append(v)
    return found


def _keep_rows(model: Any, problem: Problem, seats: Mapping[int, list[Any]]) -> None:
    """Every row of a problem whose variables are split into `seats`."""
    start, covered = problem.rows_start.tolist(), problem.rows_var.tolist()
    for i, (low, high) in enumerate(zip(problem.low.tolist(), problem.high.tolist(), strict=True)):
        numbers = [number for v in covered[start[i] : start[i + 1]] for number in seats.get(v, ())]
        if numbers:
            model.add_linear_constraint(sum(numbers), low, high)
        elif low > 0:
            model.add_bool_or([])


def _solved(model: Any) -> Any:
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
