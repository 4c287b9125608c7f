"""How are more lots placed than at first sight? All at once where that is small, else part by part."""

from collections.abc import Callable, Mapping, Sequence

from scheduler.solve.timetable_bound import Bound, Guide, greens_of, relaxed, trivial, value_of
from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_first import by_liking, guided, insert
from scheduler.solve.timetable_model import Model, Terms, build, hint, worth
from scheduler.solve.timetable_scope import SMALL, cells_of, part, whole
from scheduler.solve.timetable_seating import Seater
from scheduler.solve.timetable_solve import Answer, best, is_impossible
from scheduler.solve.timetable_state import Seating, State
from scheduler.solve.timetable_stir import mixed, stir
from scheduler.solve.timetable_turns import by_turns

_TINY = 3_000  # cells of a model that needs no preparing
_WHOLE_WORK = 26.0  # of the solver's deterministic clock, for the model of everything
_PART_WORK = 0.6  # for one part
_LOTS = (8, 48)  # in one part, at least and at most; parts grow while they are easy
_WINDOWS = 3  # in one part, and one more for every eight lots beyond a dozen
_BUILDING = 1e-5  # work per person and (lot, window) of a part


def improve(state: State, seater: Seater, effort: Effort, share: float) -> Bound:
    """Place more lots, never fewer; what comes back is the most that any plan could place."""
    index = state.index
    bound = trivial(index)
    if bound.met_by(state) or effort.over(share):
        effort.tell(bound.told(state))
        return bound
    never = _never(state, seater, effort, share)
    bound, guide = relaxed(index, never, greens_of(state), effort.left(share))
    effort.tell(bound.told(state))
    if guide and not bound.met_by(state):
        _afresh(state, seater, guide, lambda: effort.over(share))
        effort.tell(bound.told(state))
    cells = cells_of(index, range(len(index.tasks)))
    if not bound.met_by(state) and cells > _TINY:
        stir(state, seater, guide, lambda: effort.over(share) or bound.met_by(state))
        effort.tell(bound.told(state))
    if not bound.met_by(state) and _TINY < cells <= SMALL:
        bound = by_turns(state, seater, (bound, never), effort, share)
    if not bound.met_by(state) and cells <= SMALL:
        bound = _everything(state, bound, effort, share)
    if not bound.met_by(state):
        _part_by_part(state, seater, bound, effort, share)
    return bound


def _afresh(state: State, seater: Seater, guide: Guide, stop: Callable[[], bool]) -> None:
    """Place everything anew as the relaxation's best point suggests, if that is better."""
    known = {lot: state.give_back(lot) for lot in list(state.seated)}
    guided(state, seater, guide, stop)
    if value_of(state.index, state.seated) < value_of(state.index, known):
        state.reseat(known)


def _never(state: State, seater: Seater, effort: Effort, share: float) -> frozenset[int]:
    """Lots without a place that could have none even if they were alone: proved, not guessed."""
    index = state.index
    alone = State(index)
    quick = Seater(alone, seater.able)
    found = set()
    for lot, task in enumerate(index.tasks):
        if lot in state.seated or effort.over(share) or cells_of(index, [lot]) > SMALL:
            continue
        if any(quick.seat(task, window) is not None for window in task.windows):
            continue
        model = build(alone, whole(alone, [lot], must=[lot]))
        if is_impossible(model, work=_PART_WORK, effort=effort, share=share):
            found.add(lot)
    return frozenset(found)


def _everything(state: State, bound: Bound, effort: Effort, share: float) -> Bound:
    """One model of all lots: exact, and proved where the work suffices."""
    index, most = state.index, bound.most(greens_of(state))
    known = {lot: state.give_back(lot) for lot in list(state.seated)}
    model = build(state, whole(state, range(len(index.tasks))))
    model.row([(v, 1) for v in model.at.values()], 0, most)
    hint(model, known)
    answer = best(model, worth(model), work=_WHOLE_WORK, effort=effort, share=share, tight=True)
    found: Mapping[int, Seating] = known
    if answer is not None and value_of(index, answer.seatings) >= value_of(index, known):
        found = answer.seatings
    for lot, seating in found.items():
        state.take(lot, seating)
    return bound if answer is None else bound.sharpened(answer.most)


def _part_by_part(state: State, seater: Seater, bound: Bound, effort: Effort, share: float) -> None:
    """Again and again some lots of some windows, one of them without a place, are placed anew."""
    index = state.index
    allowance = 3.0 + len(index.tasks) / 150
    turn, size = 0, 12
    while allowance > 0 and not effort.over(share) and not bound.met_by(state):
        left = [lot for lot in range(len(index.tasks)) if lot not in state.seated]
        left.sort(key=lambda lot: (not index.tasks[lot].green, mixed(turn, lot)))
        before = len(state.seated)
        work = _again(
            state,
            seater,
            left,
            (turn, size),
            lambda m, a: best(m, a, work=_PART_WORK, effort=effort, share=share),
        )
        size = min(_LOTS[1], size + 2) if work < _PART_WORK / 3 else size
        size = max(_LOTS[0], size - 4) if work > _PART_WORK else size
        allowance -= work
        if len(state.seated) > before:
            for lot in left:
                if lot not in state.seated:
                    insert(state, seater, lot)
            effort.tell(bound.told(state))
        turn += 1


def _again(
    state: State,
    seater: Seater,
    left: Sequence[int],
    part_of: tuple[int, int],
    ask: Callable[[Model, Terms], Answer | None],
) -> float:
    """Place one part (turn and number of lots) anew; what comes back is the work it took."""
    index, (turn, size) = state.index, part_of
    asking = left[0]
    windows = by_liking(state, seater, asking)
    start = mixed(turn, asking) % len(windows) if turn % 3 else 0
    slots = [
        windows[(start + i) % len(windows)] for i in range(min(_WINDOWS + (size - 12) // 8, len(windows)))
    ]
    others = [lot for lot in left[1:] if set(index.tasks[lot].windows) & set(slots)][:2]
    near = _related(state, asking, slots, turn)[: size - 1 - len(others)]
    known = {lot: state.give_back(lot) for lot in near}
    scope = part(state, seater, known, [asking, *others, *near], slots)
    model = build(state, scope)
    hint(model, known)
    answer = ask(model, worth(model))
    better = answer is not None and value_of(index, answer.seatings) >= value_of(index, known)
    for lot, seating in (answer.seatings if answer is not None and better else known).items():
        state.take(lot, seating)
    built = len(scope.people) * sum(map(len, scope.windows.values())) * _BUILDING
    return 0.02 + built + (answer.work if answer is not None else _PART_WORK)


def _related(state: State, asking: int, slots: Sequence[int], turn: int) -> list[int]:
    """Placed lots of these windows, those first that use what the asking lot wants."""
    index = state.index
    task = index.tasks[asking]
    bits = sum(1 << role for role, _ in task.need)
    rare = {role: 1.0 / max(1, len(index.people.able[role])) for role, _ in task.need}
    most = max(rare.values(), default=1.0)

    def nearness(lot: int) -> float:
        seating = state.seated[lot]
        able = sum(
            max((rare[role] / most for role in rare if index.people.roles[who] >> role & 1), default=0.0)
            for who, _, _ in seating.panel
            if index.people.roles[who] & bits
        )
        host = sum(site == task.host for _, _, site in seating.panel) + index.tasks[lot].reps * (
            index.tasks[lot].host == task.host
        )
        return able + host + (mixed(turn, lot) % 1000) / 700

    near = [lot for lot, seating in state.seated.items() if seating.window in slots]
    return sorted(near, key=lambda lot: (-nearness(lot), lot))
