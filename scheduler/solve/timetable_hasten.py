"""How do green-channel lots come earlier without any lot losing its place?"""

from collections.abc import Callable

from scheduler.solve.timetable_first import insert
from scheduler.solve.timetable_seating import Seater
from scheduler.solve.timetable_state import State

_MOVES = 1_500  # tried at most, for all of them
_TRIED = 8  # other lots that may be moved for one green-channel lot and window


def hasten(state: State, seater: Seater, stop: Callable[[], bool]) -> None:
    """Move each green-channel lot to the earliest window it can have, moving at most one other lot for it."""
    tried = 0
    for lot, task in enumerate(state.index.tasks):
        if not task.green or lot not in state.seated:
            continue
        now = state.seated[lot].window
        for window in task.windows:
            if stop() or window >= now or tried > _MOVES:
                break
            tried += _TRIED
            if _moves(state, seater, lot, window):
                break


def _moves(state: State, seater: Seater, lot: int, window: int) -> bool:
    tasks = state.index.tasks
    before = state.give_back(lot)
    seating = seater.seat(tasks[lot], window)
    if seating is not None:
        state.take(lot, seating)
        return True
    clashing = state.index.clashes[window]
    near = [
        other
        for other, held in sorted(state.seated.items())
        if clashing[held.window] and not tasks[other].green and len(tasks[other].windows) > 1
    ]
    near.sort(key=lambda other: tasks[other].host != tasks[lot].host)
    for other in near[:_TRIED]:
        held = state.give_back(other)
        seating = seater.seat(tasks[lot], window)
        if seating is not None:
            state.take(lot, seating)
            if insert(state, seater, other):
                return True
            state.give_back(lot)
        state.take(other, held)
    state.take(lot, before)
    return False
