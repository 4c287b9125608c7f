"""Which classes sit when? Patterns of groups laid out in time, and each group's classes in turn."""

from dataclasses import dataclass

import numpy as np

from scheduler.solve.groups import Groups, Partition
from scheduler.solve.patterns import Mixture
from scheduler.solve.problem import Floats, Ints, Problem

SNAP = 1e-12  # borders closer than this are one border


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Panels over variables: panel i holds seats[i] (variables; -1: empty place) for the time lengths[i]."""

    seats: Ints  # panels x places
    lengths: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lanes:
    """One lane per seat of a pattern; first the lanes' whole turns, then their tails, group after group.

    A turn is what one person of the group gets. Whole turns begin together in all lanes of a pattern, so
    that members change places at the same moments and panels stay few.
    """

    pattern: Ints
    cell: Ints
    place: Ints  # the seat's place in its pattern
    start: Floats  # on the time line of all lanes together
    shift: Floats  # where in its pattern the lane begins
    length: Floats


def spread(partition: Partition, groups: Groups, mixture: Mixture) -> Sheet:
    """Every group's time handed to its classes by size, one after the other; panels between the borders.

    Rows in play are kept (the patterns keep them); others may be broken here and there.
    """
    problem = partition.problem
    lanes = _lanes(groups, mixture)
    order = _turns(problem, groups)
    owner = groups.of_class[order]
    edges = np.append(lanes.start, lanes.start[-1:] + lanes.length[-1:])
    first = edges[np.searchsorted(groups.cell_group[lanes.cell], np.arange(groups.count + 1))]
    persons = np.cumsum(problem.sizes[order]) - np.append(0, np.cumsum(groups.sizes))[owner]
    ends = first[owner] + (first[owner + 1] - first[owner]) * (persons / groups.sizes[owner])
    full = persons == groups.sizes[owner]
    ends[full] = first[owner[full] + 1]  # where the next group begins, to the last bit
    borders = np.unique(np.concatenate((ends, edges)))
    borders = borders[np.concatenate(([True], np.diff(borders) > SNAP))]
    middle = (borders[:-1] + borders[1:]) / 2
    lane = np.searchsorted(lanes.start, middle, side="right") - 1
    who = order[np.minimum(np.searchsorted(ends, middle, side="left"), len(order) - 1)]
    variable = partition.variables()[who, groups.cell_rank[lanes.cell[lane]]]
    begin = borders[:-1] - lanes.start[lane] + lanes.shift[lane]
    return _cut(mixture, lanes.pattern[lane], lanes.place[lane], variable, begin)


def _lanes(groups: Groups, mixture: Mixture) -> _Lanes:
    counts = np.array(mixture.panels, dtype=np.int64)
    pattern, cell = np.nonzero(counts)
    times = counts[pattern, cell]
    pattern, cell = np.repeat(pattern, times), np.repeat(cell, times)
    place = np.arange(len(pattern)) - np.searchsorted(pattern, pattern)
    length = np.array(mixture.weights)[pattern]
    group = groups.cell_group[cell]
    turn = np.bincount(group, weights=length, minlength=groups.count) / groups.sizes
    body = np.floor(length / turn[group] + 1e-9) * turn[group]
    body = np.where(length - body < 1e-9 * length, length, body)
    both = np.concatenate((body, length - body))
    tail = np.repeat([0, 1], len(length))
    pattern, cell, place, group = (np.tile(a, 2) for a in (pattern, cell, place, group))
    order = np.lexsort((pattern, cell, tail, group))
    order = order[both[order] > 0.0]
    start = np.concatenate(([0.0], np.cumsum(both[order])))[:-1]
    return _Lanes(
        pattern=pattern[order],
        cell=cell[order],
        place=place[order],
        start=start,
        shift=np.concatenate((np.zeros(len(length)), body))[order],
        length=both[order],
    )


def _turns(problem: Problem, groups: Groups) -> Ints:
    """The classes group by group, equal sizes together, otherwise well mixed (a fixed hash)."""
    there = np.flatnonzero(groups.of_class >= 0)
    mixed = (there.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    return there[np.lexsort((mixed, problem.sizes[there], groups.of_class[there]))]


def _cut(mixture: Mixture, pattern: Ints, place: Ints, variable: Ints, begin: Floats) -> Sheet:
    """Cut every pattern at the borders of its lanes' pieces: piece i is `variable[i]` from `begin[i]` on."""
    width = int(place.max(initial=-1)) + 1
    order = np.lexsort((begin, pattern))
    edges = np.searchsorted(pattern[order], np.arange(len(mixture.weights) + 1))
    seats, lengths = [], []
    for j, whole in enumerate(mixture.weights):
        mine = order[edges[j] : edges[j + 1]]
        starts = np.append(0.0, np.maximum(begin[mine], 0.0))
        fresh = np.append(True, np.diff(starts) > SNAP)
        cuts, slot = starts[fresh], np.cumsum(fresh)[1:] - 1
        table = np.full((len(cuts), width), -1, dtype=np.int64)
        for p in np.unique(place[mine]).tolist():
            here = place[mine] == p
            found = np.searchsorted(slot[here], np.arange(len(cuts)), side="right") - 1
            table[:, p] = variable[mine[here][np.maximum(found, 0)]]
        seats.append(table)
        lengths.append(np.diff(np.append(cuts, whole)))
    return Sheet(seats=np.concatenate(seats), lengths=np.concatenate(lengths))
