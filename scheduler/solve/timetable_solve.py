"""What is the best answer of a timetable model, and which seatings does it mean?"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Thread
from typing import Any

from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_index import Index, Task
from scheduler.solve.timetable_model import Model, Terms
from scheduler.solve.timetable_state import Seating

_LISTENING = 0.1  # seconds between looks for a person who wants to stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Seatings of the lots placed, their value, a proved upper end of any value, and the work it took."""

    seatings: Mapping[int, Seating]
    value: int
    most: int
    work: float
    proved: bool


def best(
    model: Model, aim: Terms, *, work: float, effort: Effort, share: float = 1.0, tight: bool = False
) -> Answer | None:
    """The seatings with the largest sum of `aim` found; None: none was found in the time given.

    `work`: units of the solver's deterministic clock, within this share of the effort's time.
    `tight`: with the fullest linear relaxation, which proves more of a small model in less time.
    """
    from ortools.sat.python import cp_model_helper as sat

    _aim(model.proto, aim)
    answer = _asked(model, work, effort, share, tight)
    if answer.status not in (sat.CpSolverStatus.OPTIMAL, sat.CpSolverStatus.FEASIBLE):
        return None
    values = list(answer.solution)
    value = sum(c * values[v] for v, c in aim)
    proved = answer.status == sat.CpSolverStatus.OPTIMAL
    most = value if proved or not aim else max(value, -int(answer.inner_objective_lower_bound))
    return Answer(
        seatings=_seatings(model, values),
        value=value,
        most=most,
        work=answer.deterministic_time,
        proved=proved,
    )


def is_impossible(model: Model, *, work: float, effort: Effort, share: float = 1.0) -> bool:
    """Whether it is proved that the model has no answer at all."""
    from ortools.sat.python import cp_model_helper as sat

    return bool(_asked(model, work, effort, share).status == sat.CpSolverStatus.INFEASIBLE)


def _asked(model: Model, work: float, effort: Effort, share: float, tight: bool = False) -> Any:
    """The solver's answer. It works in a thread, so that a person's Ctrl-C is heard meanwhile."""
    from ortools.sat.python import cp_model_helper as sat

    how = sat.SatParameters()
    how.num_workers = 1
    how.random_seed = 1
    how.linearization_level = 2 if tight else 1
    how.relative_gap_limit = how.absolute_gap_limit = 0.0
    how.max_deterministic_time = work
    how.catch_sigint_signal = False
    seconds = effort.left(share)
    if seconds != float("inf"):
        how.max_time_in_seconds = max(seconds, 0.01)
    wrapper: Any = sat.SolveWrapper()
    wrapper.set_parameters(how)
    answers: list[Any] = []
    thread = Thread(target=lambda: answers.append(wrapper.solve(model.proto)), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_LISTENING)
        if effort.stopped:
            wrapper.stop_search()
    return answers[0]


def _aim(proto: Any, aim: Terms) -> None:
    proto.clear_objective()
    if aim:
        proto.objective.vars.extend([v for v, _ in aim])
        proto.objective.coeffs.extend([-c for _, c in aim])
        proto.objective.scaling_factor = -1.0


def _seatings(model: Model, values: list[int]) -> dict[int, Seating]:
    """Counts become people: like people take turns through the day, so nobody sits twice or too often."""
    window_of = {lot: window for (lot, window), v in model.at.items() if values[v]}
    wanted: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)  # class -> (window, lot, role, n)
    for (k, lot, role, window), v in model.cells.items():
        if values[v]:
            wanted[k].append((window, lot, role, values[v]))
    panels: dict[int, list[tuple[int, int]]] = {lot: [] for lot in window_of}
    for k, items in wanted.items():
        members, turn = model.classes[k].members, 0
        for _, lot, role, count in sorted(items):
            for _ in range(count):
                panels[lot].append((members[turn % len(members)], role))
                turn += 1
    return {lot: _seating(model, values, lot, window_of[lot], panel) for lot, panel in panels.items()}


def _seating(model: Model, values: list[int], lot: int, window: int, panel: list[tuple[int, int]]) -> Seating:
    index: Index = model.index
    task = index.tasks[lot]
    sites = [s for s in model.scope.guests[lot] if values[model.guest[lot, s]]]
    rooms: dict[int, list[int]] = defaultdict(list)  # city -> a site for every seat used there
    by_city: dict[int, list[int]] = defaultdict(list)
    for site in (task.host, *sites):
        by_city[int(index.site_city[site])].append(site)
    for name, there in by_city.items():
        for site in there:
            v = model.seats.get((lot, site, window))
            rooms[name] += [site] * (values[v] if v is not None else 0 if len(there) > 1 else task.size)
    seated = []
    for who, role in sorted(panel):
        seated.append((who, role, rooms[int(index.people.city[who])].pop(0)))
    found = Seating(window=window, guests=tuple(sites), panel=tuple(seated))
    return found if task.guest_seats else trimmed(task, found)


def trimmed(task: Task, seating: Seating) -> Seating:
    """Without the guest sites where nobody sits, but for those that the least number of them asks for."""
    used = {site for _, _, site in seating.panel}
    idle = [s for s in seating.guests if s not in used]
    guests = [s for s in seating.guests if s in used]
    guests += idle[: max(0, task.guests[0] - len(guests))]
    return replace(seating, guests=tuple(sorted(guests)))
