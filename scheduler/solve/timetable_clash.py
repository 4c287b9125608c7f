"""Why has this lot no place? The smallest set of rules that stand against it, in sentences.

Everything else in the plan stays as it is; a rule is named when the lot would have found a place without it.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from scheduler.explain import Reason
from scheduler.limits import Words
from scheduler.model import RuleId
from scheduler.rules import DECLARED
from scheduler.rules.place import city
from scheduler.solve.clash import irreducible
from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_index import FREE, Task
from scheduler.solve.timetable_seating import Seater
from scheduler.solve.timetable_state import State
from scheduler.timetable import Lot

# In the order in which they are kept: what stands late is dropped first where it is not needed.
_WITHOUT: dict[RuleId, Callable[[Task], Task]] = {
    RuleId("R0"): lambda task: replace(task, recused=frozenset()),
    RuleId("R12"): lambda task: replace(task, employer_max=FREE),
    RuleId("L3"): lambda task: replace(task, offsite=0),
    RuleId("L4"): lambda task: replace(task, host_max=FREE),
    RuleId("L5"): lambda task: replace(task, region_max=FREE),
    RuleId("G1"): lambda task: replace(task, guests=(0, FREE)),
}
SEATS, TAKEN, ROOM = RuleId("S0"), RuleId("E5"), RuleId("L7")
_LATE = Reason(
    rule=RuleId("T0"),
    title=Words("时间用尽", "time ran out"),
    says=Words("时间用尽，本标段未及安排完毕", "time ran out before this lot was settled"),
)
_GUESTS = Words("客场数量", "number of guest sites")


def against(state: State, seater: Seater, effort: Effort, share: float) -> dict[int, tuple[Reason, ...]]:
    """Of every lot without a place, what stands against it; where time runs out: that it did."""
    worlds = {
        (room, taken): Seater(state.imagined(seats=not room, people=not taken), seater.able)
        for room in (True, False)
        for taken in (True, False)
    }
    tasks = state.index.tasks
    return {
        lot: (_LATE,) if effort.over(share) else _reasons(state, worlds, lot)
        for lot in range(len(tasks))
        if lot not in state.seated
    }


def _reasons(state: State, worlds: dict[tuple[bool, bool], Seater], lot: int) -> tuple[Reason, ...]:
    task = state.index.tasks[lot]

    def possible(names: frozenset[RuleId]) -> bool:
        if SEATS not in names:
            return True
        eased = task
        for name, ease in _WITHOUT.items():
            if name not in names:
                eased = ease(eased)
        seater = worlds[ROOM in names, TAKEN in names]
        return any(seater.seat(eased, window) is not None for window in task.windows)

    order = [SEATS, TAKEN, ROOM, *_WITHOUT]
    if possible(frozenset(order)):
        return (_LATE,)
    found = irreducible(order, possible)
    return tuple(_reason(state, worlds, lot, name, found) for name in found)


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
        ("R12", bounds.same_employer_max), ("L4", bounds.host_region_max), ("L5", bounds.same_region_max),
    ):  # fmt: skip
        most = value or 0 if rule == name else most
    facts: dict[str, str | int] = {
        "least": least, "most": most, "city": city(asked.region),
        "region": asked.region if name == "L4" else "*", "employer": "*",
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
