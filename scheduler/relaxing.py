"""Which step of the pack's ladder (D4) is next, and what does a signed one change? Pure; no solver."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from scheduler.errors import Refused
from scheduler.exhibits import Request
from scheduler.limits import Numbers
from scheduler.model import Seats, SpecialityCode
from scheduler.packshape import Does, Step

_LEVELS = (1, 3, 5)  # lengths of the upper levels of a speciality code: A, A04, A0402
WIDER: Mapping[Does, int] = {Does.PARENT_CODE: 1, Does.NEIGHBOUR_CODE: 2}  # levels up


def above(code: SpecialityCode, levels: int) -> SpecialityCode:
    """The code so many levels up, at most up to its one letter."""
    for _ in range(levels):
        code = SpecialityCode(code[: max([n for n in _LEVELS if n < len(code)], default=1)])
    return code


def step_of(ladder: Iterable[Step], name: str) -> Step:
    """The step of that id. Raises Refused("step_unknown")."""
    for step in ladder:
        if step.id == name:
            return step
    raise Refused("step_unknown", step=name)


def next_step(ladder: Sequence[Step], request: Request, force: Numbers) -> Step | None:
    """The first step behind the last one taken that changes anything here; None: the ladder has no more.

    `force` are the numbers with every taken step in them. Nobody chooses: a step that would change nothing
    (a rule the pack does not have, a code that is as wide as can be) is passed over, no other one is.
    """
    taken = [i for i, step in enumerate(ladder) if step.id in request.relaxed]
    rest = ladder[max(taken, default=-1) + 1 :]
    return next((step for step in rest if _changes(step, request, force)), None)


def _changes(step: Step, request: Request, force: Numbers) -> bool:
    if step.does is Does.APPOINT:
        return True
    if step.does in WIDER:
        codes = [seats.speciality for seats in request.seats]
        return any(above(code, WIDER[step.does]) != code for code in codes)
    return eased(force, step) is not None


def eased(force: Numbers, step: Step) -> Numbers | None:
    """The numbers after a step that moves one; None where it moves none."""
    if step.rule is None or step.rule not in force:
        return None
    key, by = ("most", step.by) if step.does is Does.RAISE else ("least", -step.by)
    old = force[step.rule]
    new = max(0, old[key] + by)
    return None if new == old[key] else {**force, step.rule: {**old, key: new}}


def all_eased(force: Numbers, ladder: Iterable[Step], taken: Iterable[str]) -> Numbers:
    """The numbers after every taken step."""
    by_id = {step.id: step for step in ladder}
    for name in taken:
        step = by_id.get(name)
        force = (eased(force, step) if step else None) or force
    return force


def amended(request: Request, step: Step) -> Request:
    """The request after the step: its id is noted, and its specialities are wider where it widens them."""
    counts: dict[SpecialityCode, int] = {}
    for seats in request.seats:
        code = above(seats.speciality, WIDER.get(step.does, 0))
        counts[code] = counts.get(code, 0) + seats.count
    wider = tuple(Seats(speciality=code, count=count) for code, count in sorted(counts.items()))
    return replace(request, seats=wider, relaxed=(*request.relaxed, step.id))


def places(request: Request, step: Step) -> tuple[int, ...]:
    """For every role of the request, its place in the amended one."""
    codes = [seats.speciality for seats in amended(request, step).seats]
    return tuple(codes.index(above(seats.speciality, WIDER.get(step.does, 0))) for seats in request.seats)
