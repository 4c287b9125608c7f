"""Why has this lot no place? The smallest set of rules that stand against it, in sentences.

Everything else in the plan stays as it is. With the rules named alone the lot has no place, without any one of
them it would; no smaller set does that (sets of five and more are irreducible, not always the smallest). A quick
search that finds a place is believed; where it finds none an exact model of this one lot decides, as long as the
models asked for are not too many or too large together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from scheduler.explain import Reason
from scheduler.limits import Words
from scheduler.model import RuleId
from scheduler.rules import DECLARED
from scheduler.rules.place import city
from scheduler.solve.clash import irreducible
from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_index import FREE, Task
from scheduler.solve.timetable_model import build
from scheduler.solve.timetable_scope import cells_of, whole
from scheduler.solve.timetable_seating import Seater
from scheduler.solve.timetable_solve import best
from scheduler.solve.timetable_state import State
from scheduler.timetable import Lot

# In the order in which they are kept: what stands late is dropped first where it is not needed.
_WITHOUT: dict[RuleId, Callable[[Task], Task]] = {
    RuleId("R0"): lambda task: replace(task, recused=frozenset()),
    RuleId("R12"): lambda task: replace(task, employer_max=FREE),
    RuleId("R13"): lambda task: replace(task, household_max=FREE),
    RuleId("L3"): lambda task: replace(task, offsite=0),
    RuleId("L4"): lambda task: replace(task, host_max=FREE),
    RuleId("L5"): lambda task: replace(task, region_max=FREE),
    RuleId("G1"): lambda task: replace(task, guests=(0, FREE)),
}
_CELLS = 60_000  # of exact models for one plan
_EACH = 4e-5  # seconds to be left for a cell of an exact model
_FEW = 4  # rules: smaller sets are looked for where more clash, up to one fewer than this
_WORK = 0.5  # of the solver's deterministic clock, for one
SEATS, TAKEN, ROOM = RuleId("S0"), RuleId("E5"), RuleId("L7")
_LATE = Reason(
    rule=RuleId("T0"),
    title=Words("时间用尽", "time ran out"),
    says=Words("时间用尽，本标段未及安排完毕", "time ran out before this lot was settled"),
)
_GUESTS = Words("客场数量", "number of guest sites")


def against(state: State, seater: Seater, effort: Effort) -> dict[int, tuple[Reason, ...]]:
    """Of every lot without a place, what stands against it; where time runs out: that it did."""
    worlds = {
        (room, taken): Seater(state.imagined(seats=not room, people=not taken), seater.able)
        for room in (True, False)
        for taken in (True, False)
    }
    asking = _Asking(worlds=worlds, effort=effort)
    left = (lot for lot in range(len(state.index.tasks)) if lot not in state.seated)
    return {lot: _reasons(state, asking, lot) for lot in left}


@dataclass(slots=True, kw_only=True)
class _Asking:
    """Whether a lot has a place under some of the rules."""

    worlds: dict[tuple[bool, bool], Seater]  # (seats count, people taken count)
    effort: Effort
    cells: int = _CELLS  # of exact models still to be asked

    def possible(self, lot: int, task: Task, names: frozenset[RuleId]) -> bool:
        """Raises TimeoutError: a single lot asks many times, and the last of them must not outlast the limit."""
        if self.effort.over():
            raise TimeoutError
        if SEATS not in names:
            return True
        for name, ease in _WITHOUT.items():
            if name not in names:
                task = ease(task)
        seater = self.worlds[ROOM in names, TAKEN in names]
        if any(seater.seat(task, window) is not None for window in task.windows):
            return True
        state = seater.state.asking(lot, task)
        cells = cells_of(state.index, [lot])
        if not cells or cells > self.cells or self.effort.left() < cells * _EACH:
            return False
        self.cells -= cells
        model = build(state, whole(state, [lot], must=[lot]))
        return best(model, [], work=_WORK, effort=self.effort) is not None


def _reasons(state: State, asking: _Asking, lot: int) -> tuple[Reason, ...]:
    order = [SEATS, TAKEN, ROOM, *_WITHOUT]

    def possible(names: frozenset[RuleId]) -> bool:
        return asking.possible(lot, state.index.tasks[lot], names)

    try:
        if possible(frozenset(order)):
            return (_LATE,)
        found = _smallest(order, irreducible(order, possible), possible)
    except TimeoutError:
        return (_LATE,)
    return tuple(_reason(state, asking.worlds, lot, name, found) for name in found)


def _smallest(
    order: Sequence[RuleId], found: tuple[RuleId, ...], possible: Callable[[frozenset[RuleId]], bool]
) -> tuple[RuleId, ...]:
    """A set with fewer rules that clash, where there is one: the first in reading order."""
    for size in range(1, min(len(found), _FEW)):
        for some in combinations([name for name in order if name != SEATS], size - 1):
            if not possible(frozenset((SEATS, *some))):
                return (SEATS, *some)
    return found


def _reason(
    state: State,
    worlds: dict[tuple[bool, bool], Seater],
    lot: int,
    name: RuleId,
    found: tuple[RuleId, ...],
) -> Reason:
    asked = state.index.lots[lot]
    says = {
        SEATS: lambda: _people_left(state, worlds[True, TAKEN in found], lot),
        TAKEN: lambda: Words(
            "其余符合条件的专家在各可用时段已有评标任务或没有空闲",
            "the others who could sit are on other panels or busy in every window allowed",
        ),
        ROOM: lambda: _room_left(state, lot),
        RuleId("R0"): lambda: Words(
            f"{len(asked.recused)} 名专家应当回避", f"{len(asked.recused)} experts are recused"
        ),
        RuleId("G1"): lambda: _guests(asked),
    }
    return Reason(
        rule=name,
        title=DECLARED[name].title if name in DECLARED else _GUESTS,
        says=says[name]() if name in says else _bound(asked, name),
    )


def _bound(asked: Lot, name: RuleId) -> Words:
    bounds = asked.bounds
    least, most = bounds.offsite_min or 0, 0
    for rule, value in (
        ("R12", bounds.same_employer_max), ("R13", 1), ("L4", bounds.host_region_max), ("L5", bounds.same_region_max),
    ):  # fmt: skip
        most = value or 0 if rule == name else most
    facts: dict[str, str | int] = {
        "least": least, "most": most, "city": city(asked.region),
        "region": asked.region if name == "L4" else "*", "employer": "*", "household": "*",
    }  # fmt: skip
    return DECLARED[name].says.filled(facts)


def _guests(asked: Lot) -> Words:
    most = "∞" if asked.guests_max is None else str(asked.guests_max)
    return Words(f"客场 {asked.guests_min} 至 {most} 个", f"{asked.guests_min} to {most} guest sites")


def _people_left(state: State, seater: Seater, lot: int) -> Words:
    """Seats and people of the role that is shortest, in the window where it is least short."""
    index, task = state.index, state.index.tasks[lot]
    if not task.windows:
        return Words("没有任何时段", "there is no window at all")
    home = int(index.site_city[task.host])
    best: tuple[float, int, int, int, int] | None = None
    for window in task.windows:
        shortest = min(
            (len(able) / count, role, count, len(able), int((index.people.city[able] != home).sum()))
            for role, count, able in seater.free_for(task, window)
        )
        best = shortest if best is None or shortest[0] > best[0] else best
    if best is None:
        raise ValueError("a lot without windows")
    _, role, count, free, away = best
    code = index.roles[role]
    return Words(
        f"专业 {code} 需 {count} 席，最好的时段也只有 {free} 名空闲专家（其中 {away} 名在主场城市之外）",
        f"{count} seat(s) of {code}; even in the best window only {free} experts are free "
        f"({away} outside the host city)",
    )


def _room_left(state: State, lot: int) -> Words:
    """Free seats at the host site and everywhere, in the window where most are left."""
    task, asked = state.index.tasks[lot], state.index.lots[lot]
    rooms = [state.room(window) for window in task.windows] or [np.zeros_like(state.index.seats)]
    best = max(rooms, key=lambda room: (int(room[task.host]), int(room.sum())))
    host, whole = int(best[task.host]), int(best.sum())
    wanted = task.size + task.reps
    return Words(
        f"主场 {asked.host} 可用时段最多余 {host} 个工位，全部场所共余 {whole} 个；"
        f"本标段需 {wanted} 个，其中招标人代表 {task.reps} 个须在主场",
        f"at most {host} seats are left at the host {asked.host} ({whole} at all sites) in a window allowed; "
        f"{wanted} are wanted, {task.reps} of them for owner representatives at the host",
    )
