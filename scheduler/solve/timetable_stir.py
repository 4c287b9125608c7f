"""How do more lots find a place without a solver? Some of a window are taken out and seated anew, again and again.

Nothing is lost: a turn that ends with fewer lots, or with as many that use more seats, is taken back.
"""

from collections.abc import Callable, Sequence

from scheduler.solve.timetable_bound import Guide
from scheduler.solve.timetable_first import by_liking
from scheduler.solve.timetable_seating import Seater
from scheduler.solve.timetable_state import Seating, State

_CALLS = 18_000  # seatings tried at most
_IDLE = 450  # turns without a lot gained, after which it ends
_OUT = (3, 5, 8, 12)  # lots taken out in one turn


def stir(state: State, seater: Seater, guide: Guide, stop: Callable[[], bool]) -> None:
    """Place more lots. `guide`: shares of lots in windows; those with much share and few seats are tried most."""
    stirring = _Stirring(state, seater, guide)
    turn = gained = 0
    best = stirring.value()
    while stirring.calls < _CALLS and turn - gained < _IDLE and not stop():
        now = stirring.turn(turn, best)
        gained = turn if now[:2] > best[:2] else gained
        best = max(best, now)
        turn += 1


Value = tuple[int, int, int]  # green-channel lots, lots, seats used (the fewer the better, so below 0)


class _Stirring:
    def __init__(self, state: State, seater: Seater, guide: Guide) -> None:
        index = state.index
        self.calls = 0
        self._state, self._seater, self._index = state, seater, index
        self._share = [
            sum(guide.get((lot, w), 0.0) for w in task.windows) for lot, task in enumerate(index.tasks)
        ]
        self._moments = [index.moments_of(w) for w in range(len(index.windows))]
        self._near = [
            [lot for lot, task in enumerate(index.tasks) if any(row[w] for w in task.windows)]
            for row in index.clashes
        ]

    def value(self) -> Value:
        """How good the plan is."""
        state, tasks = self._state, self._index.tasks
        greens = sum(tasks[lot].green for lot in state.seated)
        seats = sum(self._seats(lot) * self._moments[own.window] for lot, own in state.seated.items())
        return greens, len(state.seated), -seats

    def _seats(self, lot: int) -> int:
        return self._index.tasks[lot].size + self._index.tasks[lot].reps

    def turn(self, turn: int, best: Value) -> Value:
        """One window made freer and filled again; what comes back is the value of the plan as it stays."""
        state, tasks = self._state, self._index.tasks
        window = mixed(turn, 0) % len(self._near)
        size = _OUT[mixed(turn, 1) % len(_OUT)]
        clashing = self._index.clashes[window]
        out = [lot for lot, own in sorted(state.seated.items()) if clashing[own.window]]
        out = sorted(out, key=lambda lot: mixed(turn, lot + 2))[:size]
        new = [lot for lot in self._near[window] if lot not in state.seated]
        new.sort(key=lambda lot: self._chance(turn, lot) * (1.1 - self._share[lot]) * self._seats(lot))
        known = {lot: state.give_back(lot) for lot in out}
        todo = out + new[: 3 + size // 2]
        todo.sort(key=lambda lot: (not tasks[lot].green, self._seats(lot) * (1.1 + self._chance(turn, lot))))
        added = [lot for lot in todo if self._insert(lot, None if lot in known else clashing.tolist())]
        now = self.value()
        return now if now >= best else self._undo(added, known, best)

    def _chance(self, turn: int, lot: int) -> float:
        return mixed(turn, lot + 2) / 2**64

    def _insert(self, lot: int, only: Sequence[bool] | None) -> bool:
        for window in by_liking(self._state, self._seater, lot):
            if only is not None and not only[window]:
                continue
            self.calls += 1
            seating = self._seater.seat(self._index.tasks[lot], window)
            if seating is not None:
                self._state.take(lot, seating)
                return True
        return False

    def _undo(self, added: Sequence[int], known: dict[int, Seating], best: Value) -> Value:
        for lot in added:
            self._state.give_back(lot)
        for lot, seating in known.items():
            self._state.take(lot, seating)
        return best


def mixed(turn: int, lot: int) -> int:
    """A number below 2^64 that looks like chance but is none (splitmix): it only varies what is tried next."""
    z = (turn * 0x9E3779B97F4A7C15 + lot * 0xBF58476D1CE4E5B9 + 1) & 0xFFFFFFFFFFFFFFFF
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return z ^ (z >> 31)
