"""What must a lawful panel keep? Classes, roles and rows of whole numbers; no expert and no rule."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """x[v] persons of class var_class[v] sit in role var_role[v]; whole numbers >= 0."""

    sizes: Ints  # persons in each class (n classes)
    var_class: Ints  # class of each variable
    var_role: Ints  # role of each variable
    rows_start: Ints  # row i covers variables rows_var[rows_start[i]:rows_start[i+1]], coefficient 1
    rows_var: Ints
    low: Ints  # row i: low[i] <= sum <= high[i]; the seats of a role are rows with low == high
    high: Ints
    one_seat: bool = True  # the sum over a class's variables is at most its size; False: no such cap

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.sizes)

    @property
    def variables(self) -> int:
        """How many (class, role) pairs there are."""
        return len(self.var_class)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.low)


def entry_rows(problem: Problem) -> Ints:
    """The row of every entry of `rows_var`."""
    return np.repeat(np.arange(problem.rows), np.diff(problem.rows_start))


def seats_of(problem: Problem, x: Ints) -> Ints:
    """How many of each class sit on the panel `x` (one number per variable)."""
    return np.bincount(problem.var_class, weights=x, minlength=problem.classes).astype(np.int64)


def row_sums(problem: Problem, x: Floats | Ints) -> Floats:
    """The sum of `x` over every row."""
    summed = np.bincount(entry_rows(problem), weights=x[problem.rows_var], minlength=problem.rows)
    return summed.astype(np.float64)


def is_lawful(problem: Problem, x: Ints) -> bool:
    """Whether the whole numbers `x` keep every row, and every class its size where that is asked."""
    sums = row_sums(problem, x)
    kept = bool(np.all(x >= 0) and np.all(sums >= problem.low) and np.all(sums <= problem.high))
    return kept and not (problem.one_seat and np.any(seats_of(problem, x) > problem.sizes))


def all_lawful(problem: Problem, seats: Ints) -> bool:
    """Whether every panel (a line of variables, -1 for an empty place) keeps what `is_lawful` asks."""
    panel, place = np.nonzero(seats >= 0)
    variable = seats[panel, place]
    order = np.argsort(problem.rows_var, kind="stable")
    counts = np.bincount(problem.rows_var, minlength=problem.variables)
    start, reps = (np.cumsum(counts) - counts)[variable], counts[variable]
    offset = np.arange(int(reps.sum())) - np.repeat(np.cumsum(reps) - reps, reps)
    row = entry_rows(problem)[order][np.repeat(start, reps) + offset]
    keys, sums = np.unique(row * len(seats) + np.repeat(panel, reps), return_counts=True)
    asked = np.flatnonzero(problem.low > 0)
    enough = (sums >= problem.low[keys // len(seats)]) & np.isin(keys // len(seats), asked)
    if np.any(sums > problem.high[keys // len(seats)]) or enough.sum() < len(asked) * len(seats):
        return False
    who, times = np.unique(problem.var_class[variable] * len(seats) + panel, return_counts=True)
    return not problem.one_seat or not np.any(times > problem.sizes[who // len(seats)])


def ceilings(problem: Problem) -> Ints:
    """The most a single variable can be: its rows' upper ends, and its class's size.

    Raises ValueError where nothing holds a variable down (then no chance would be bounded).
    """
    free = np.iinfo(np.int64).max
    most = np.full(problem.variables, free, dtype=np.int64)
    np.minimum.at(most, problem.rows_var, np.repeat(problem.high, np.diff(problem.rows_start)))
    if problem.one_seat:
        most = np.minimum(most, problem.sizes[problem.var_class])
    if np.any(most == free):
        raise ValueError("a variable stands in no row")
    return np.maximum(most, 0)


def keeping(problem: Problem, wanted: NDArray[np.bool_]) -> Problem:
    """The same problem with the variables outside `wanted` dropped (held at 0); classes keep their number."""
    place = np.cumsum(wanted) - 1
    stays = wanted[problem.rows_var]
    start = np.concatenate(([0], np.cumsum(stays)))[problem.rows_start]
    return replace(
        problem,
        var_class=problem.var_class[wanted],
        var_role=problem.var_role[wanted],
        rows_start=start.astype(np.int64),
        rows_var=place[problem.rows_var[stays]].astype(np.int64),
    )


def without(problem: Problem, classes: Iterable[int]) -> Problem:
    """The same problem in which nobody of `classes` sits."""
    out = np.zeros(problem.classes, dtype=bool)
    out[np.fromiter(classes, dtype=np.int64)] = True
    return keeping(problem, ~out[problem.var_class])
