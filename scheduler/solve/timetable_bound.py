"""How many lots can any plan place at most? Honest upper ends from a linear relaxation.

Every lawful plan is a point of the relaxation, so no plan is better than its best point; and the best point
says which lots to try first, and where.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from scheduler.limits import Words
from scheduler.solve.timetable_index import Index
from scheduler.solve.timetable_rows import Rows
from scheduler.solve.timetable_state import State

Guide = Mapping[tuple[int, int], float]  # (lot, window) -> how much of the lot the best point places there
_LARGEST = 120_000  # variables
_EACH = 2e-4  # seconds a variable may take
_SLACK = 1e-5  # of rounding: a bound of 17.999999 is 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """No plan has more than `greens` green-channel lots, or more than `lots` lots.

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

    def sharpened(self, value: int) -> "Bound":
        """With a proved upper end of the value."""
        value = min(value, self.value)
        return replace(self, value=value, greens=min(self.greens, value // self.weight))

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


def value_of(index: Index, lots: Iterable[int]) -> int:
    """What these lots count together: a green-channel lot more than all others."""
    greens = [index.tasks[lot].green for lot in lots]
    return sum(greens) * len(index.tasks) + len(greens)


def trivial(index: Index) -> Bound:
    """Nothing known: all lots may have a place."""
    greens, lots = sum(task.green for task in index.tasks), len(index.tasks)
    weight = lots + 1
    return Bound(greens=greens, lots=lots, value=greens * weight + lots - greens, weight=weight)


def relaxed(index: Index, never: frozenset[int], greens: int, seconds: float) -> tuple[Bound, Guide]:
    """The bound of the relaxation and its best point. `never`: lots known to be impossible.

    `lots` holds for plans with at least `greens` green-channel lots only. Where `seconds` are too few for
    the relaxation, it is not tried and the point is empty.
    """
    bound = trivial(index)
    rows = Rows(index=index, never=never)
    rows.build()
    if rows.count > _LARGEST or rows.count * _EACH > seconds:
        return bound, {}
    most = rows.most({v: 1.0 for (lot, _), v in rows.at.items() if index.tasks[lot].green}, 0)
    lots = rows.most(dict.fromkeys(rows.at.values(), 1.0), greens)
    bound = replace(
        bound,
        greens=min(bound.greens, _floor(most, bound.greens)),
        lots=min(bound.lots, _floor(lots, bound.lots)),
    )
    point = rows.point
    return bound, {} if lots is None or point is None else {
        key: float(point[v]) for key, v in rows.at.items()
    }


def _floor(value: float | None, otherwise: int) -> int:
    return otherwise if value is None else int(np.floor(value + _SLACK))
