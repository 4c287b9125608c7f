"""Can panels meet the relaxed chances? Relax, peel, lay out, mend; where it fails, with more rows in play."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scheduler.solve.chances import relaxed
from scheduler.solve.columns import Budget
from scheduler.solve.exchange import Exchange, clashes, watch
from scheduler.solve.filling import Relaxed
from scheduler.solve.groups import Partition, shares
from scheduler.solve.patterns import Mixture, over_groups, peel, toward
from scheduler.solve.problem import Floats, Ints, Problem, ceilings, row_sums
from scheduler.solve.proof import Level
from scheduler.solve.spread import spread

HEAVY = 0.5  # a row filled beyond this share on average is put in play before panels are made
OFTEN = 0.1  # a row broken on more than this share of the panels, and on more than FEW, is put in play
FEW = 10
NOTHING = 1e-9  # a chance below this is none
MANY = 3000  # how many lawful panels at most a search starts from
ROUNDS = 12  # how often single rows are added before all are


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Panels (a variable per seat) and weights that meet the relaxation's chances, and their proof."""

    panels: list[list[int]]
    weights: Floats
    levels: tuple[Level, ...]
    bound: Fraction
    proved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Classes proved to sit on no lawful panel, or else some lawful panels to start a search from."""

    idle: Ints
    panels: list[Ints]
    bound: Fraction  # no lottery gives everyone more, whatever panels there are


def attempt(problem: Problem, budget: Budget, tell: Callable[[str], None] = lambda _: None) -> Met | Missed:
    """Try to meet the relaxation's leximin chances with lawful panels; `tell` hears when chances are known."""
    partition = Partition(problem)
    target = relaxed(problem, partition) if problem.variables else None
    if target is None or np.any(target.chances < NOTHING):
        return Missed(idle=_idle(target), panels=[], bound=_bound(problem, target))
    tell("seating")
    partition.split(_heavy(problem, target))
    start: list[list[int]] = []
    for turn in range(ROUNDS + 1):
        if turn == ROUNDS:
            partition.split(np.arange(problem.rows))
        if turn or len(partition.active) > len(target.groups.active):
            target = relaxed(problem, partition)
        if target is None:
            break
        small = over_groups(problem, target.groups)
        mixture = peel(small, target.cells)
        if not mixture.complete:
            mixture = toward(small, target.cells, mixture, budget)
        if not mixture.panels:
            break
        exchange, fine, often = _laid_out(partition, target, mixture)
        if often and turn < ROUNDS // 2:
            partition.tell_apart(often)
            continue
        if fine and mixture.complete:
            return _met(problem, target, exchange)
        start = exchange.lawful()[:MANY]
        if not mixture.complete:
            break
        partition.tell_apart(exchange.stuck | set(often))
    panels = [_dense(problem, list(seats)) for seats in sorted({tuple(sorted(s)) for s in start})]
    return Missed(idle=np.zeros(0, dtype=np.int64), panels=panels, bound=_bound(problem, target))


def _bound(problem: Problem, target: Relaxed | None) -> Fraction:
    """What the relaxation proves; without one, what the rows allow anybody."""
    return target.bound if target else Fraction(int(ceilings(problem).sum()))


def _idle(target: Relaxed | None) -> Ints:
    """The classes whose weight in some level's proof is more than any lawful panel can weigh."""
    none = np.zeros(0, dtype=np.int64)
    if target is None:
        return none
    groups = [np.flatnonzero(step.weights > step.most) for step in target.steps if step.chance < NOTHING]
    return np.flatnonzero(np.isin(target.groups.of_class, np.concatenate([none, *groups])))


def _heavy(problem: Problem, target: Relaxed) -> Ints:
    """The rows that are well filled on average, so that chance alone would often break them."""
    sums = row_sums(problem, shares(problem, target.groups, target.cells))
    return np.flatnonzero(sums > HEAVY * problem.high)


def _laid_out(partition: Partition, target: Relaxed, mixture: Mixture) -> tuple[Exchange, bool, list[int]]:
    """Panels with clashes mended, whether all are, and the rows broken so often that they belong in play."""
    watched = watch(partition.problem)
    sheet = spread(partition, target.groups, mixture)
    broken, rows = clashes(sheet, watched)
    row, times = np.unique(rows, return_counts=True)
    often = row[times > max(FEW, OFTEN * len(sheet.lengths))].tolist()
    exchange = Exchange(partition.problem, target.groups, watched, sheet)
    return exchange, not often and exchange.mend(broken), often


def _dense(problem: Problem, seats: list[int]) -> Ints:
    return np.bincount(seats, minlength=problem.variables).astype(np.int64)


def _met(problem: Problem, target: Relaxed, exchange: Exchange) -> Met:
    weights = np.array(exchange.lengths)
    return Met(
        panels=exchange.seats,
        weights=weights / weights.sum(),
        levels=_levels(target),
        bound=target.bound,
        proved=target.proved,
    )


def _levels(target: Relaxed) -> tuple[Level, ...]:
    """The relaxation's steps written over classes and the problem's rows."""
    there = np.flatnonzero(target.groups.of_class >= 0)
    group = target.groups.of_class[there]
    levels = []
    for step in target.steps:
        weights, rows = step.weights[group], np.flatnonzero(step.rows)
        held = np.flatnonzero(weights)
        numbers = zip(target.groups.active[rows].tolist(), step.rows[rows].tolist(), strict=True)
        levels.append(
            Level(
                chance=step.chance,
                classes=tuple(there[np.isin(group, step.groups)].tolist()),
                weights=tuple(zip(there[held].tolist(), weights[held].tolist(), strict=True)),
                rows=tuple(numbers),
                most=step.most,
            )
        )
    return tuple(levels)
