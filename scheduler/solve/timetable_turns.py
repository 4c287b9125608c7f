"""Which windows do lots get when the relaxation proposes and the exact model answers? By turns, to a proof.

The relaxation in whole lots proposes a window for each. First every moment is asked by itself: who could be
under way at once. Then all the lots in the windows proposed. What cannot be becomes a row of the relaxation, so
a turn ends in a better plan or a lower upper end; and models of one window a lot are solved where the model of
all windows is not.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from scheduler.solve.timetable_bound import Bound, greens_of, value_of
from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_first import insert
from scheduler.solve.timetable_model import Model, Scope, Terms, build, worth
from scheduler.solve.timetable_rows import Rows
from scheduler.solve.timetable_scope import whole
from scheduler.solve.timetable_seating import Seater
from scheduler.solve.timetable_solve import Answer, best
from scheduler.solve.timetable_state import State

_WORK = 20.0  # of the solver's deterministic clock, for all turns
_ASKED = 3.0  # for one proposal or one answer
_MOMENT = 0.5  # for one moment
_IDLE = 5  # turns that neither place more nor lower the bound, after which it ends


def by_turns(
    state: State, seater: Seater, known: tuple[Bound, Collection[int]], effort: Effort, share: float
) -> Bound:
    """Place more lots, never fewer; what comes back is the bound, lowered. `known`: it, and lots that never fit."""
    turns = _Turns(state, seater, known, (effort, share))
    turn = gained = 0
    while turns.work < _WORK and turn - gained < _IDLE and not effort.over(share):
        before = turns.bound, len(state.seated), greens_of(state)
        if turns.bound.met_by(state) or not turns.turn():
            break
        turn += 1
        if before != (turns.bound, len(state.seated), greens_of(state)):
            gained = turn
            effort.tell(turns.bound.told(state))
    return turns.bound


class _Turns:
    def __init__(
        self, state: State, seater: Seater, known: tuple[Bound, Collection[int]], time: tuple[Effort, float]
    ) -> None:
        self.work = 0.0
        self.bound, never = known
        self._state, self._seater, self._index = state, seater, state.index
        self._effort, self._share = time
        self._alone = State(state.index).imagined(seats=False, people=True)
        self._together: dict[tuple[int, ...], int] = {}  # lots -> how many of them one moment holds at most
        self._relaxed = _relaxed(state, self.bound, frozenset(never))

    def turn(self) -> bool:
        """One proposal and its answers. False: nothing was learned, so another turn would bring nothing."""
        proposal = self._asked(self._relaxed, worth(self._relaxed), _ASKED)
        if proposal is None:
            return False
        self.bound = self.bound.sharpened(proposal.most)
        windows = {lot: one.window for lot, one in proposal.seatings.items()}
        crowded = [self._crowded(windows, moment.tolist()) for moment in self._index.moments]
        return self._answered(windows) or any(crowded)

    def _asked(self, model: Model, aim: Terms, work: float) -> Answer | None:
        answer = best(model, aim, work=work, effort=self._effort, share=self._share, tight=True)
        self.work += work if answer is None else answer.work
        return answer

    def _crowded(self, windows: Mapping[int, int], moment: Sequence[int]) -> bool:
        """Whether the lots of a moment are too many, whoever is free; then few of them say so at every moment."""
        tasks = self._index.tasks
        few = sorted(lot for lot, window in windows.items() if window in moment)
        if self._most(few) == len(few):
            return False
        for lot in sorted(few, key=lambda lot: (tasks[lot].size + tasks[lot].reps, lot)):
            fewer = [other for other in few if other != lot]
            if self._most(fewer) < len(fewer):
                few = fewer
        at = self._relaxed.at
        for slots in self._index.moments:
            terms = [(at[lot, w], 1) for lot in few for w in slots.tolist() if (lot, w) in at]
            self._relaxed.row(terms, 0, self._most(few))
        return True

    def _most(self, lots: Sequence[int]) -> int:
        """How many of these lots can be under way at once, were nobody busy."""
        key = tuple(lots)
        if key not in self._together:
            scope = replace(whole(self._alone, lots), windows=dict.fromkeys(lots, (0,)))
            model = build(self._alone, scope)
            answer = self._asked(model, [(v, 1) for v in model.at.values()], _MOMENT) if lots else None
            self._together[key] = len(lots) if answer is None else answer.most
        return self._together[key]

    def _answered(self, windows: Mapping[int, int]) -> bool:
        """Place the lots as proposed, and others beside them, if that is better. Whether they cannot all be."""
        state = self._state
        known = {lot: state.give_back(lot) for lot in list(state.seated)}
        scope = replace(whole(state, windows), windows={lot: (w,) for lot, w in windows.items()})
        model = build(state, scope)
        aim = worth(model)
        answer = self._asked(model, aim, _ASKED)
        state.reseat({} if answer is None else answer.seatings)
        for lot in range(len(self._index.tasks)):
            if lot not in state.seated:
                insert(state, self._seater, lot)
        if value_of(self._index, state.seated) < value_of(self._index, known):
            state.reseat(known)
        if answer is None or answer.most >= value_of(self._index, windows):
            return False
        at = self._relaxed.at
        same = [(at[spot], count) for spot, (_, count) in zip(model.at, aim, strict=True)]
        self._relaxed.row(same, 0, answer.most)
        return True


def _relaxed(state: State, bound: Bound, never: frozenset[int]) -> Model:
    """The relaxation's rows with lots no longer cut into fractions; nobody sits in it."""
    from ortools.sat.python import cp_model_helper as sat

    index = state.index
    rows = Rows(index=index, never=never)
    rows.build()
    windows = {lot: () if lot in never else task.windows for lot, task in enumerate(index.tasks)}
    scope = Scope(windows=windows, guests=dict.fromkeys(windows, ()), people=())
    model = Model(state=state, scope=scope, proto=sat.CpModelProto(), at=rows.at)
    whole_lots = set(rows.at.values())
    for v in range(rows.count):
        model.variable(1 if v in whole_lots else len(index.people.ids))
    for terms, high in rows.lines():
        model.row(terms, -(2**40), high)
    model.row([(v, 1) for v in whole_lots], 0, bound.most(greens_of(state)))
    return model
