"""How equal can the chances be before panels are made? The relaxation, row by row as needed."""

import numpy as np

from scheduler.solve.filling import Filling, Relaxed
from scheduler.solve.groups import Partition, shares
from scheduler.solve.problem import Ints, Problem, row_sums

WIDE = 32  # a row over more than one variable in WIDE is in play from the start, …
FEW = 48  # … and so is every row where there are no more than FEW
BROKEN = 1e-9  # a row whose sum is this far outside its ends is put in play


def relaxed(problem: Problem, partition: Partition | None = None) -> Relaxed | None:
    """The leximin chances when panels may be cut into fractions; None: not even then is a panel possible.

    Rows come into play only when an answer breaks them; the answer returned breaks none.
    """
    partition = partition or Partition(problem)
    partition.split(_wide(problem))
    while True:
        groups = partition.groups()
        filled = Filling(problem, groups).run()
        if filled is None:
            return None
        sums = row_sums(problem, shares(problem, groups, filled.cells))
        broken = np.flatnonzero((sums > problem.high + BROKEN) | (sums < problem.low - BROKEN))
        fresh = np.setdiff1d(broken, groups.active)
        if not len(fresh):
            return filled
        partition.split(fresh)


def _wide(problem: Problem) -> Ints:
    """The rows in play from the start: those that ask for somebody, and the wide ones."""
    if problem.rows <= FEW:
        return np.arange(problem.rows)
    width = np.diff(problem.rows_start)
    return np.flatnonzero((problem.low > 0) | (width * WIDE > problem.variables))
