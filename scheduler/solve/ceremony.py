"""Which 1 000 numbered panels stand for a lottery where three digits are drawn in public, at the least loss?"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle
from typing import Any

from crypto.stream import Stream
from scheduler.lottery import TOTAL, Lottery, order_of
from scheduler.model import Choice

NUMBERS = 1000
_WORK = 3.0  # units of the solver's deterministic clock (about seconds) for one try
_TRIES = 3
_AROUND = (0, 2, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceremony:
    """Panels by number, kept members included; every number is equally likely.

    `smallest`: the smallest chance of anybody in the lottery; `loss`: the part of the lottery's smallest
    chance that rounding costs. A loss of 1 means that somebody is on none of the panels.
    """

    panels: tuple[tuple[Choice, ...], ...]
    smallest: Fraction
    loss: Fraction

    def label(self, number: int) -> str:
        """Three digits: 000 … 999."""
        return f"{number:03d}"


def ceremony(lottery: Lottery, stream: Stream, *, numbers: int = NUMBERS) -> Ceremony:
    """The lottery rounded to `numbers` panels by optimisation. Chances inside a class differ by at most one number.

    How often each panel of classes comes is found by CP-SAT; which members fill it follows `stream`. The
    answer is the same on every run on one machine.
    """
    if not lottery.classes:
        return Ceremony(panels=(lottery.kept,) * numbers, smallest=Fraction(1), loss=Fraction(0))
    return _spelled_out(lottery, _times(lottery, numbers), stream)


def _remainders(lottery: Lottery, numbers: int) -> list[int]:
    """How often each panel comes by largest remainders, panel by panel: at least as good is the answer."""
    times = [tickets * numbers // TOTAL for tickets in lottery.tickets]
    rest = [tickets * numbers % TOTAL for tickets in lottery.tickets]
    for j in sorted(range(len(rest)), key=lambda j: (-rest[j], j))[: numbers - sum(times)]:
        times[j] += 1
    return times


def _times(lottery: Lottery, numbers: int) -> list[int]:
    """How often each panel comes, so that the smallest chance is as large as can be found in the work allowed.

    The highest smallest chance that numbers allow is tried first, then the next below, down to what largest
    remainders reach.
    """
    plain = _remainders(lottery, numbers)
    reached = _fewest(lottery, plain)
    masses, sizes = lottery.masses(), [len(members) for members in lottery.classes]
    top = min(mass * numbers // (TOTAL * size) for mass, size in zip(masses, sizes, strict=True))
    for smallest in range(top, max(reached, top - _TRIES), -1):
        for around in _AROUND:
            found = _reaching(lottery, numbers, smallest, around)
            if found is not None:
                return found
    return plain


def _fewest(lottery: Lottery, times: list[int]) -> int:
    """How often the least lucky person sits when every class takes turns."""
    seats = [0] * len(lottery.classes)
    for often, panel in zip(times, lottery.panels, strict=True):
        for c, _, count in panel:
            seats[c] += often * count
    return min(total // len(members) for total, members in zip(seats, lottery.classes, strict=True))


def _reaching(lottery: Lottery, numbers: int, smallest: int, around: int) -> list[int] | None:
    """Times near the tickets with which nobody sits on fewer than `smallest` panels; None: not found.

    A panel may come `around` times fewer or more than rounding down or up would say.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    floors = [tickets * numbers // TOTAL for tickets in lottery.tickets]
    times = [model.new_int_var(max(0, floor - around), floor + 1 + around, "") for floor in floors]
    model.add(sum(times) == numbers)
    seats: list[list[Any]] = [[] for _ in lottery.classes]
    for time, panel in zip(times, lottery.panels, strict=True):
        for c, _, count in panel:
            seats[c].append(count * time)
    for members, held in zip(lottery.classes, seats, strict=True):
        model.add(sum(held) >= smallest * len(members))
    for time, wish in zip(times, _remainders(lottery, numbers), strict=True):
        model.add_hint(time, wish)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, 1
    solver.parameters.max_deterministic_time = _WORK
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [solver.value(time) for time in times]


def _spelled_out(lottery: Lottery, times: list[int], stream: Stream) -> Ceremony:
    """Concrete panels: every class goes round its members in one order, over the panels in another."""
    rolls = [j for j, often in enumerate(times) for _ in range(often)]
    rolls = [rolls[i] for i in stream.derive("numbers").sample(len(rolls), len(rolls))]
    panels: list[list[Choice]] = [list(lottery.kept) for _ in rolls]
    parts: list[dict[int, list[int]]] = [{} for _ in lottery.classes]  # per class: number -> its roles there
    for number, j in enumerate(rolls):
        for c, role, count in lottery.panels[j]:
            parts[c].setdefault(number, []).extend([role] * count)
    fewest = len(rolls)
    for members, asked in zip(lottery.classes, parts, strict=True):
        own = stream.derive("class", members[0])
        around = [members[i] for i in own.sample(len(members), len(members))]
        seated = dict.fromkeys(members, 0)
        next_one = cycle(around)
        wanting = list(asked)
        for i in own.sample(len(wanting), len(wanting)):
            for role in asked[wanting[i]]:
                who = next(next_one)
                panels[wanting[i]].append(Choice(expert=who, speciality=lottery.roles[role]))
                seated[who] += 1
        fewest = min(fewest, min(seated.values()))
    before = min(
        Fraction(m, TOTAL * len(who)) for m, who in zip(lottery.masses(), lottery.classes, strict=True)
    )
    smallest = Fraction(fewest, len(rolls))
    return Ceremony(
        panels=tuple(tuple(sorted(panel, key=order_of)) for panel in panels),
        smallest=smallest,
        loss=1 - smallest / before,
    )
