"""How many lots can any plan place at most? Honest upper ends."""

from dataclasses import dataclass, replace

from scheduler.limits import Words
from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_index import Index
from scheduler.solve.timetable_state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """No plan has more than `greens` green-channel lots.

    `value`: no plan has more than this, where each green-channel lot counts `weight` and any other 1.
    """

    greens: int
    lots: int
    value: int
    weight: int

    def most(self, greens: int) -> int:
        """No plan with at least so many green-channel lots has more lots."""
        return min(self.lots, self.value - (self.weight - 1) * greens)

    def met_by(self, state: State) -> bool:
        """Whether the plan is proved to be the best: most green-channel lots, then most lots."""
        greens = greens_of(state)
        return greens >= self.greens and len(state.seated) >= self.most(greens)

    def sharpened(self, index: Index, value: int, weight: int) -> "Bound":
        """With a proved upper end for `value`, where a green-channel lot counts `weight` > all others."""
        return replace(self, value=value, weight=weight, greens=min(self.greens, value // weight))

    def told(self, state: State) -> Words:
        """How far the plan is, and how far it could go at most."""
        placed, most = len(state.seated), self.most(greens_of(state))
        gap = (most - placed) / max(1, most)
        return Words(
            f"已安排 {placed} 个标段，上限 {most}，差距 {gap:.1%}",
            f"{placed} lots placed, at most {most} possible, gap {gap:.1%}",
        )


def greens_of(state: State) -> int:
    """How many green-channel lots have a place."""
    return sum(state.index.tasks[lot].green for lot in state.seated)


def upper_bound(state: State, effort: Effort, share: float) -> Bound:
    """The bound before any search."""
    tasks = state.index.tasks
    greens, lots = sum(task.green for task in tasks), len(tasks)
    weight = lots + 1
    return Bound(greens=greens, lots=lots, value=greens * weight + lots - greens, weight=weight)
