"""How can these lots be placed together, as many as possible, beside all others? One exact CP-SAT model.

Only what can be is a variable: a class of like people and a lot meet where the class may sit, has a role that
is wanted, is free in the window and has a site of the lot in its city.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scheduler.solve.timetable_classes import Alike, alike
from scheduler.solve.timetable_index import Index, Task
from scheduler.solve.timetable_state import Seating, State, seats_of

Terms = list[tuple[int, int]]  # (variable, coefficient)
Cell = tuple[int, int, int, int]  # class, lot, role, window


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a model may decide: lots with their windows, guest sites, and the people it may look at."""

    windows: Mapping[int, Sequence[int]]
    guests: Mapping[int, Sequence[int]]
    people: Collection[int]
    must: Collection[int] = ()  # lots that keep a place


@dataclass(slots=True, kw_only=True)
class Model:
    """The model over a state in which the lots of the scope have no place."""

    state: State
    scope: Scope
    proto: Any
    classes: list[Alike] = field(default_factory=list)
    at: dict[tuple[int, int], int] = field(default_factory=dict)  # (lot, window) -> variable
    guest: dict[tuple[int, int], int] = field(default_factory=dict)  # (lot, site) -> variable
    cells: dict[Cell, int] = field(default_factory=dict)
    seats: dict[tuple[int, int, int], int] = field(default_factory=dict)  # (lot, site, window) -> variable
    idle: dict[tuple[int, int, int], int] = field(default_factory=dict)  # the same, beyond the people's

    @property
    def index(self) -> Index:
        """The world in numbers."""
        return self.state.index

    def variable(self, most: int) -> int:
        """A new whole number from 0 to `most`."""
        self.proto.variables.add().domain.extend([0, most])
        return len(self.proto.variables) - 1

    def row(self, terms: Terms, low: int, high: int) -> None:
        """low <= sum <= high."""
        line = self.proto.constraints.add().linear
        line.vars.extend([v for v, _ in terms])
        line.coeffs.extend([c for _, c in terms])
        line.domain.extend([low, high])

    def placed(self, lot: int) -> Terms:
        """The sum that is 1 when the lot has a place."""
        return [(self.at[lot, w], 1) for w in self.scope.windows[lot]]


def build(state: State, scope: Scope) -> Model:
    """The model of the scope, without an objective."""
    from ortools.sat.python import cp_model_helper as sat

    model = Model(state=state, scope=scope, proto=sat.CpModelProto())
    model.classes = alike(state, scope.windows, scope.people)
    for lot, windows in scope.windows.items():
        for window in windows:
            model.at[lot, window] = model.variable(1)
        for site in scope.guests[lot]:
            model.guest[lot, site] = model.variable(1)
        model.row(model.placed(lot), 1 if lot in scope.must else 0, 1)
        _guests(model, lot)
    _cells(model)
    _needs(model)
    _people(model)
    _sites(model)
    _limits(model)
    return model


def _guests(model: Model, lot: int) -> None:
    least, most = model.index.tasks[lot].guests
    sites = [(model.guest[lot, site], 1) for site in model.scope.guests[lot]]
    placed = model.placed(lot)
    low, high = min(least, len(sites) + 1), min(most, len(sites))
    model.row(sites + [(v, -low) for v, _ in placed], 0, len(sites))
    model.row(sites + [(v, -high) for v, _ in placed], -len(sites) - 1, 0)


def _cells(model: Model) -> None:
    index, scope = model.index, model.scope
    reach = {
        lot: {int(index.site_city[s]) for s in (index.tasks[lot].host, *scope.guests[lot])}
        for lot in scope.windows
    }
    for k, one in enumerate(model.classes):
        free = set(one.windows)
        for lot in one.lots:
            if one.city not in reach[lot]:
                continue
            for role, count in index.tasks[lot].need:
                if not one.roles >> role & 1:
                    continue
                for window in scope.windows[lot]:
                    if window in free:
                        cell = (k, lot, role, window)
                        model.cells[cell] = model.variable(min(count, len(one.members)))


def _needs(model: Model) -> None:
    """Every role of a placed lot is filled, in the lot's window."""
    rows: dict[tuple[int, int, int], Terms] = defaultdict(list)
    for (_, lot, role, window), v in model.cells.items():
        rows[lot, role, window].append((v, 1))
    for (lot, window), at in model.at.items():
        for role, count in model.index.tasks[lot].need:
            model.row([*rows[lot, role, window], (at, -count)], 0, 0)


def _people(model: Model) -> None:
    """Nobody sits twice at one moment, nor in more windows a day than are left."""
    held: dict[tuple[int, int], Terms] = defaultdict(list)
    for (k, _, _, window), v in model.cells.items():
        held[k, window].append((v, 1))
    by_class: dict[int, list[int]] = defaultdict(list)
    for k, window in held:
        by_class[k].append(window)
    for k, windows in by_class.items():
        one = model.classes[k]
        size = len(one.members)
        for moment in _crossing(model.index, windows):
            model.row([term for w in moment for term in held[k, w]], 0, size)
        for day, left in one.a_day.items():
            same = [w for w in windows if model.index.day_of[w] == day]
            if left < len(same):
                model.row([term for w in same for term in held[k, w]], 0, size * left)


def _crossing(index: Index, windows: Sequence[int]) -> list[tuple[int, ...]]:
    """The largest sets of these windows that share a moment."""
    held = set(windows)
    found = {tuple(sorted(held.intersection(moment.tolist()))) for moment in index.moments} - {()}
    return sorted(one for one in found if not any(set(one) < set(other) for other in found))


def _sites(model: Model) -> None:
    """Everyone sits at a site of the lot in the own city, and no site holds more than its seats."""
    index, scope = model.index, model.scope
    sitting: dict[tuple[int, int, int], Terms] = defaultdict(list)
    for (k, lot, _, window), v in model.cells.items():
        sitting[lot, model.classes[k].city, window].append((v, 1))
    used: dict[tuple[int, int], Terms] = defaultdict(list)  # (site, window)
    room = {w: model.state.room(w).tolist() for w in _windows(scope)}
    for (lot, window), at in model.at.items():
        task = index.tasks[lot]
        by_city: dict[int, list[int]] = defaultdict(list)
        for site in (task.host, *scope.guests[lot]):
            by_city[int(index.site_city[site])].append(site)
        for name, sites in by_city.items():
            people = sitting.get((lot, name, window), [])
            parts = dict(_shared(model, (lot, window), sites, people, room[window]))
            for site in sites:
                terms = parts.get(site, [])
                used[site, window] += terms
                if site != task.host and task.guest_seats:
                    used[site, window].append((_idle(model, (lot, site, window), terms), 1))
        if task.reps:
            used[task.host, window].append((at, task.reps))
    _room(model, used)


def _windows(scope: Scope) -> list[int]:
    return sorted({w for some in scope.windows.values() for w in some})


def _shared(
    model: Model, spot: tuple[int, int], sites: Sequence[int], people: Terms, room: Sequence[int]
) -> Iterator[tuple[int, Terms]]:
    """The people of one city at the lot's sites there; a guest site holds people only when it is chosen."""
    lot, window = spot
    size, host = model.index.tasks[lot].size, model.index.tasks[lot].host
    if not people:
        return
    if len(sites) == 1:
        yield sites[0], people
        if sites[0] != host:
            most = min(size, max(0, room[sites[0]]))
            model.row([*people, (model.guest[lot, sites[0]], -most)], -size, 0)
        return
    parts: Terms = []
    for site in sites:
        most = min(size, max(0, room[site]))
        v = model.seats[lot, site, window] = model.variable(most)
        parts.append((v, -1))
        if site != host:
            model.row([(v, 1), (model.guest[lot, site], -most)], -size, 0)
        yield site, [(v, 1)]
    model.row(people + parts, 0, 0)


def _idle(model: Model, spot: tuple[int, int, int], people: Terms) -> int:
    """Seats that a guest site of the lot in its window takes beyond those of its people."""
    (lot, site, window), least = spot, model.index.tasks[spot[0]].guest_seats
    v = model.idle[spot] = model.variable(least)
    chosen = [(model.guest[lot, site], -least), (model.at[lot, window], -least)]
    model.row([*people, (v, 1), *chosen], -least, least + model.index.tasks[lot].size)
    return v


def _room(model: Model, used: Mapping[tuple[int, int], Terms]) -> None:
    by_site: dict[int, set[int]] = defaultdict(set)
    for site, window in used:
        by_site[site].add(window)
    for number, moment in enumerate(model.index.moments):
        for site, windows in by_site.items():
            terms = [term for w in moment.tolist() if w in windows for term in used[site, w]]
            if terms:
                model.row(terms, 0, model.state.left(number, site))


def _limits(model: Model) -> None:
    """The lot's own limits: employers, counties, the project's county, households, those from elsewhere."""
    groups: dict[tuple[int, str, int], Terms] = defaultdict(list)
    for (k, lot, _, _), v in model.cells.items():
        for name, number in _kinds(model.classes[k], model.index.tasks[lot]):
            groups[lot, name, number].append((v, 1))
    for (lot, name, _), terms in groups.items():
        task = model.index.tasks[lot]
        most = {
            "county": task.region_max,
            "host": task.host_max,
            "employer": task.employer_max,
            "household": task.household_max,
            "home": task.size - task.offsite,
        }[name]
        if most < task.size:
            model.row(terms, min(0, most), most) if most >= 0 else _never(model, lot)
    for lot in model.scope.windows:
        if model.index.tasks[lot].offsite > model.index.tasks[lot].size:
            _never(model, lot)


def _never(model: Model, lot: int) -> None:
    model.row(model.placed(lot), 0, 0)


def _kinds(one: Alike, task: Task) -> Iterator[tuple[str, int]]:
    if one.county >= 0:
        yield "county", one.county
        if one.county == task.county:
            yield "host", one.county
    if one.employer >= 0:
        yield "employer", one.employer
    if one.household >= 0:
        yield "household", one.household
    if one.city == task.home:
        yield "home", one.city


def worth(model: Model) -> Terms:
    """What a plan is worth: a green-channel lot counts more than all others together."""
    tasks = model.index.tasks
    green = len(tasks) + 1
    lots = model.scope.windows.items()
    return [(model.at[lot, w], green if tasks[lot].green else 1) for lot, own in lots for w in own]


def hint(model: Model, known: Mapping[int, Seating]) -> None:
    """Tell the solver where the lots were: a plan to start from."""
    of = {p: k for k, one in enumerate(model.classes) for p in one.members}
    values = np.zeros(len(model.proto.variables), dtype=np.int64)
    for lot, seating in known.items():
        window = seating.window
        if (lot, window) not in model.at:
            continue
        values[model.at[lot, window]] = 1
        for site in seating.guests:
            if (lot, site) in model.guest:
                values[model.guest[lot, site]] = 1
        for who, role, site in seating.panel:
            cell = (of.get(who, -1), lot, role, window)
            if cell in model.cells:
                values[model.cells[cell]] += 1
            if (lot, site, window) in model.seats:
                values[model.seats[lot, site, window]] += 1
        for site, seats in seats_of(model.index.tasks[lot], seating).items():
            if (lot, site, window) in model.idle:
                people = sum(at == site for _, _, at in seating.panel)
                values[model.idle[lot, site, window]] = seats - people
    model.proto.solution_hint.vars.extend(range(len(values)))
    model.proto.solution_hint.values.extend(values.tolist())
