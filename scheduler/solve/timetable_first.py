"""Where does every lot go at first sight? A ranked pass: the hardest lots choose while there is choice."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from scheduler.solve.timetable_index import Index
from scheduler.solve.timetable_seating import Seater
from scheduler.solve.timetable_state import State


def ranked(index: Index) -> list[int]:
    """Lots in the order in which they choose: green channel first, then the hardest."""
    asked = np.zeros(len(index.roles))
    crowd = np.zeros(len(index.sites))
    for task in index.tasks:
        crowd[task.host] += task.size + task.reps
        for role, count in task.need:
            asked[role] += count
    supply = np.array([len(able) for able in index.people.able])
    scarce = asked / np.maximum(1, supply)
    crowded = crowd / np.maximum(1, index.seats)

    def hardness(lot: int) -> tuple[bool, float, int]:
        task = index.tasks[lot]
        worst = max((float(scarce[role]) for role, _ in task.need), default=0.0)
        choice = max(1, len(task.windows)) * (1 + min(task.guests[1], 3))
        return not task.green, -(worst + float(crowded[task.host]) / 20 + task.size / 20) / choice, lot

    return sorted(range(len(index.tasks)), key=hardness)


def place_first(state: State, seater: Seater, lots: Iterable[int], stop: Callable[[], bool]) -> list[int]:
    """Place lots one by one, each in the first window of its liking; the ones left over are returned."""
    left = []
    for lot in lots:
        if stop() or not insert(state, seater, lot):
            left.append(lot)
    return left


def guided(
    state: State, seater: Seater, guide: Mapping[tuple[int, int], float], stop: Callable[[], bool]
) -> None:
    """Place lots in the order of their shares in `guide` (lot, window), each in its best-liked window there."""
    index = state.index
    share = {lot: sum(guide.get((lot, w), 0.0) for w in task.windows) for lot, task in enumerate(index.tasks)}
    order = {lot: place for place, lot in enumerate(ranked(index))}
    for lot in sorted(order, key=lambda lot: (not index.tasks[lot].green, -round(share[lot], 2), order[lot])):
        if stop():
            return
        insert(state, seater, lot, guide)


def insert(
    state: State, seater: Seater, lot: int, guide: Mapping[tuple[int, int], float] | None = None
) -> bool:
    """Place one more lot where it fits without moving any other."""
    windows = by_liking(state, seater, lot)
    if guide is not None:
        windows.sort(key=lambda window: -round(guide.get((lot, window), 0.0), 2))
    for window in windows:
        seating = seater.seat(state.index.tasks[lot], window)
        if seating is not None:
            state.take(lot, seating)
            return True
    return False


def by_liking(state: State, seater: Seater, lot: int) -> list[int]:
    """The lot's windows: early ones first for the green channel, else where most is left.

    A window that crosses several moments takes seats and people of all of them, so it comes after the others.
    """
    task = state.index.tasks[lot]
    if task.green:
        return list(task.windows)

    def plenty(window: int) -> float:
        room = state.room(window)
        share = float(room.sum()) / max(1, int(state.index.seats.sum()))
        host = float(room[task.host] - task.reps) / max(1, int(state.index.seats[task.host]))
        people = min(len(able) / count / 20 for _, count, able in seater.free_for(task, window))
        return min(share, host + 0.3, people)

    liking = {window: plenty(window) for window in task.windows}
    return sorted(task.windows, key=lambda window: (state.index.moments_of(window), -liking[window]))
