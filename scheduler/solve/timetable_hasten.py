"""How do green-channel lots come earlier without any lot losing its place?"""

from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_first import insert
from scheduler.solve.timetable_model import build, hint
from scheduler.solve.timetable_scope import SMALL, cells_of, whole
from scheduler.solve.timetable_seating import Seater
from scheduler.solve.timetable_solve import best
from scheduler.solve.timetable_state import State

_MOVES = 1_500  # tried at most, for all of them
_WORK = 4.0  # of the solver's deterministic clock
_TRIED = 8  # other lots that may be moved for one green-channel lot and window


def hasten(state: State, seater: Seater, effort: Effort, share: float) -> None:
    """Bring green-channel lots into earlier windows; every lot that has a place keeps one.

    Where the whole is small the sum of their windows' places in time is the least there is; else each is moved
    to the earliest window it can have, moving at most one other lot for it.
    """
    tried = 0
    for lot in _late(state):
        now = state.seated[lot].window
        for window in state.index.tasks[lot].windows:
            if effort.over(share) or window >= now or tried > _MOVES:
                break
            tried += _TRIED
            if _moves(state, seater, lot, window):
                break
    if _late(state) and not effort.over(share) and cells_of(state.index, state.seated) <= SMALL:
        _exactly(state, effort, share)


def _late(state: State) -> list[int]:
    """Green-channel lots that are not in the first of their windows."""
    tasks, seated = state.index.tasks, state.seated
    return [lot for lot in sorted(seated) if tasks[lot].green and seated[lot].window != tasks[lot].windows[0]]


def _exactly(state: State, effort: Effort, share: float) -> None:
    """All at once: the earliest sum of windows that keeps every lot placed."""
    known = {lot: state.give_back(lot) for lot in sorted(state.seated)}
    model = build(state, whole(state, known, must=tuple(known)))
    hint(model, known)
    last = len(state.index.windows)
    aim = [(v, last - window) for (lot, window), v in model.at.items() if state.index.tasks[lot].green]
    now = sum(last - seating.window for lot, seating in known.items() if state.index.tasks[lot].green)
    answer = best(model, aim, work=_WORK, effort=effort, share=share)
    better = answer is not None and answer.value > now
    for lot, seating in (answer.seatings if answer is not None and better else known).items():
        state.take(lot, seating)


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
