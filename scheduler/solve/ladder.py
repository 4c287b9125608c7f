"""No lawful panel: which steps of the pack's relaxation ladder would cure it? Nothing is relaxed here."""

from collections.abc import Iterable
from dataclasses import replace

from scheduler.limits import Numbers
from scheduler.model import Case, RuleId, Seats
from scheduler.packshape import Does, Step
from scheduler.relaxing import WIDER, above, eased
from scheduler.rules import limits
from scheduler.solve.clash import feasible


def cures(case: Case, numbers: Numbers, ladder: Iterable[Step]) -> tuple[Step, ...]:
    """The steps, in the ladder's order, each of which alone makes a lawful panel possible."""
    return tuple(step for step in ladder if _cured(case, numbers, step))


def relaxed(case: Case, numbers: Numbers, step: Step) -> tuple[Case, Numbers] | None:
    """The case and numbers after this step; None where it changes nothing or leaves no lottery (D2)."""
    if step.does in WIDER:
        return _widened(case, numbers, WIDER[step.does])
    after = eased(numbers, step)
    return None if after is None else (case, after)


def _cured(case: Case, numbers: Numbers, step: Step) -> bool:
    if step.does is Does.APPOINT:
        return _appointable(case, numbers)
    after = relaxed(case, numbers, step)
    return after is not None and feasible(after[0], limits(*after))


def _appointable(case: Case, numbers: Numbers) -> bool:
    """Appointing the open seats from outside cures unless the kept members already clash."""
    sitting = tuple(Seats(speciality=choice.speciality, count=1) for choice in case.kept)
    capped = {name: own for name, own in numbers.items() if name != RuleId("L3")}
    alone = replace(case, seats=sitting)
    return not sitting or feasible(alone, limits(alone, capped))


def _widened(case: Case, numbers: Numbers, levels: int) -> tuple[Case, Numbers] | None:
    wider = {seats.speciality: above(seats.speciality, levels) for seats in case.seats}
    if all(code == parent for code, parent in wider.items()):
        return None
    seats = tuple(replace(seats, speciality=wider[seats.speciality]) for seats in case.seats)
    kept = tuple(replace(choice, speciality=wider[choice.speciality]) for choice in case.kept)
    return replace(case, seats=seats, kept=kept), numbers
