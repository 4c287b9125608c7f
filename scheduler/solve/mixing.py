"""Who sits with whom? Panels cut into slices of equal length, whose members change places by chance.

A swap chain. Nobody's chance changes, because slices that exchange members last equally long; every panel stays
lawful, because an exchange that would break a row is not made; and after enough rounds of it what one seat
holds says little more about the others than the rows make it say.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crypto.canonical import digest
from crypto.stream import Stream
from scheduler.solve.exchange import watch
from scheduler.solve.problem import Floats, Ints, Problem
from scheduler.solve.spread import Sheet

FEWEST = 1024  # slices (a power of two, as those below allow) are at least so many, …
FINE = 4.0  # … with so many of them to a panel …
PLENTY = 4096  # … while no more than this, …
FINER = 1.6  # … and else about as many as panels
HALVINGS = 3  # of what is left of a panel: halves, quarters and eighths of a slice; the rest stays as it is
ROUNDS = 12  # how often every slice meets another at least, …
MORE = 4  # … and so much more often for every seat; …
OFTEN = 4  # … on until a seat has changed hands so often on average, …
LONGEST = 4  # … but not so many times the rounds, …
HOPE = 32  # … nor where hardly a seat in so many moved at all, …
TRIAL, STUCK = 8, 100  # … nor on from so many rounds where not one seat in so many has moved, …
LEAST = 6  # … and no more than this where panels are many or large …
EFFORT = 5e7  # … and further rounds would look at more row numbers than this
BATCH = 1 << 22  # row numbers looked at together: bounds the memory
DUST = 1e-16  # a rest shorter than this is dropped
GOLDEN = np.uint64(0x9E3779B97F4A7C15)

_Bits = NDArray[np.uint64]
_Short = NDArray[np.int32]


def mixed(problem: Problem, panels: list[list[int]], weights: Floats) -> Sheet:
    """The same time for every variable, on lawful panels whose members met by chance, equal panels together.

    `panels`: variables, one per seat; `weights` sum to 1. A pure function: chance comes from a digest of the
    problem. In the answer `seats` are ascending, empty places (-1) first.
    """
    if len(panels) < 2:
        return Sheet(seats=np.array([sorted(panel) for panel in panels], dtype=np.int64), lengths=weights)
    seats, roles = _by_role(problem, panels)
    which, lengths, kinds = _sliced(weights)
    law = _Law.of(problem, seats)
    slices = seats[which]
    dice = _Dice(problem)
    usual = ROUNDS + MORE * seats.shape[1]
    most = min(LONGEST * usual, max(LEAST, EFFORT // max(slices.size * law.rows.shape[1], 1)))
    number, changed = 0, 0
    while number < most and (number < usual or slices.size < HOPE * changed < HOPE * OFTEN * slices.size):
        if number == TRIAL and STUCK * changed < slices.size:
            break
        for kind in (kind for kind in kinds if len(kind) > 1):
            changed += _meet(slices, kind, roles, _Turn(law=law, dice=dice, number=number))
        number += 1
    return _together(slices, lengths, problem.variables)


class _Dice:
    """Plentiful 64-bit numbers (splitmix64) begun from a digest of the problem."""

    def __init__(self, problem: Problem) -> None:
        arrays = (problem.sizes, problem.var_class, problem.var_role, problem.rows_start, problem.rows_var)
        parts = [a.astype("<i8").tobytes() for a in (*arrays, problem.low, problem.high)]
        seed = Stream(digest("yuanping/mixing/v1", *parts)).take(8)
        self._state = np.frombuffer(seed, dtype="<u8").astype(np.uint64)

    def take(self, n: int) -> _Bits:
        """The next `n` numbers."""
        x = self._state + np.arange(1, n + 1, dtype=np.uint64) * GOLDEN
        self._state = x[-1:] if n else self._state
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed_up: _Bits = x ^ (x >> np.uint64(31))
        return mixed_up

    def below(self, top: int, n: int) -> Ints:
        """The next `n` numbers as places 0 … top-1."""
        return ((self.take(n) >> np.uint64(40)) * np.uint64(top) >> np.uint64(24)).astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Law:
    """The rows that an exchange inside a role can break, as tables over variables (the last: nobody)."""

    rows: _Short  # variables x at most so many rows each; filled up with a row that nothing breaks
    high: _Short  # per row
    asking: NDArray[np.int16]  # variables x rows that ask for somebody: 1 inside
    low: Ints  # of those rows

    @staticmethod
    def of(problem: Problem, seats: _Short) -> "_Law":
        """The law for panels of this width."""
        watched, width, nobody = watch(problem), seats.shape[1], problem.variables
        variable = np.repeat(np.arange(nobody), np.diff(watched.start))
        live = (watched.low > 0) | (watched.high < width)
        if not np.any(seats == nobody):
            live &= _splits_a_role(problem, watched.rows, variable, len(watched.high))
        stays = live[watched.rows]
        there, row = np.unique(watched.rows[stays], return_inverse=True)
        variable = variable[stays]
        table = np.full(
            (nobody + 1, int(np.bincount(variable, minlength=1).max())), len(there), dtype=np.int32
        )
        table[variable, np.arange(len(row)) - np.searchsorted(variable, variable)] = row
        asks = np.flatnonzero(watched.low[there] > 0)
        inside = np.zeros((nobody + 1, len(asks)), dtype=np.int16)
        position = np.full(len(there), -1)
        position[asks] = np.arange(len(asks))
        wanted = position[row] >= 0
        inside[variable[wanted], position[row[wanted]]] = 1
        return _Law(
            rows=table,
            high=np.append(watched.high[there], table.shape[1] * width).astype(np.int32),
            asking=inside,
            low=watched.low[there][asks],
        )

    def keeps(self, panels: _Short) -> NDArray[np.bool_]:
        """Which of the panels keep every row."""
        rows = self.rows[panels].reshape(len(panels), panels.shape[1] * self.rows.shape[1])
        rows.sort(axis=1)
        beyond = np.arange(rows.shape[1]) + self.high[rows]  # here the same row again is once too often
        there = np.minimum(beyond, rows.shape[1] - 1)
        often = (np.take_along_axis(rows, there, axis=1) == rows) & (beyond < rows.shape[1])
        kept: NDArray[np.bool_] = ~often.any(axis=1)
        if len(self.low):
            kept &= np.all(self.asking[panels].sum(axis=1) >= self.low, axis=1)
        return kept


def _splits_a_role(problem: Problem, row: Ints, variable: Ints, rows: int) -> NDArray[np.bool_]:
    """Which rows hold some but not all variables of a role: only those feel an exchange inside roles."""
    roles = int(problem.var_role.max()) + 1
    inside, many = np.unique(row * roles + problem.var_role[variable], return_counts=True)
    whole = np.bincount(problem.var_role, minlength=roles)
    feels = np.zeros(rows, dtype=bool)
    feels[inside[many < whole[inside % roles]] // roles] = True
    return feels


def _by_role(problem: Problem, panels: list[list[int]]) -> tuple[_Short, Ints]:
    """The panels as a table with the same role in a column everywhere, and the columns' roles."""
    panel = np.repeat(np.arange(len(panels)), [len(seats) for seats in panels])
    variable = np.array([v for seats in panels for v in seats], dtype=np.int64)
    roles = int(problem.var_role.max(initial=0)) + 1
    key = panel * roles + problem.var_role[variable]
    order = np.argsort(key, kind="stable")
    key, variable = key[order], variable[order]
    many = np.bincount(key, minlength=len(panels) * roles).reshape(len(panels), roles).max(axis=0)
    first = np.cumsum(many) - many
    seats = np.full((len(panels), int(many.sum())), problem.variables, dtype=np.int32)
    seats[key // roles, first[key % roles] + np.arange(len(key)) - np.searchsorted(key, key)] = variable
    return seats, np.repeat(np.arange(roles), many)


def _sliced(weights: Floats) -> tuple[Ints, Floats, list[Ints]]:
    """Every slice's panel and length, and the slices of each length.

    Lengths are powers of two, so that taking them off a panel's weight loses no bit.
    """
    many = max(FEWEST, min(FINE * len(weights), PLENTY), FINER * len(weights))
    unit = 2.0 ** -int(np.log2(many))
    rest, which, lengths, kinds = weights.copy(), [], [], []
    begin = 0
    for piece in (unit / 2**h for h in range(HALVINGS + 1)):
        times = np.floor(rest / piece).astype(np.int64)
        rest = rest - times * piece
        which.append(np.repeat(np.arange(len(rest)), times))
        lengths.append(np.full(int(times.sum()), piece))
        kinds.append(np.arange(begin, begin + len(which[-1])))
        begin += len(which[-1])
    left = np.flatnonzero(rest > DUST)
    return np.concatenate([*which, left]), np.concatenate([*lengths, rest[left]]), kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """What a round needs: the law, the dice, and its number."""

    law: _Law
    dice: _Dice
    number: int

    def chosen(self, pairs: int, width: int) -> NDArray[np.bool_]:
        """The places that change hands in each pair: about half of them, one, two, or one, in turn."""
        few = (0, 1, 2, 1)[self.number % 4]
        if few == 0:
            return (self.dice.take(pairs * width) >> np.uint64(63)).astype(bool).reshape(pairs, width)
        chosen = np.zeros((pairs, width), dtype=bool)
        for _ in range(few):
            chosen[np.arange(pairs), self.dice.below(width, pairs)] = True
        return chosen

    def faced(self, ours: _Short, theirs: _Short, change: NDArray[np.bool_], roles: Ints) -> _Short:
        """Theirs in another order: every fourth turn the one who changes places meets somebody much alike.

        Alike is who shares many rows: where rows are tight, hardly anybody else may come instead.
        """
        if self.number % 4 != 3:
            return theirs
        pairs, width = ours.shape
        line, place = np.arange(pairs), np.argmax(change, axis=1)
        leaves, rows = ours[line, place], self.law.rows[theirs]
        score = (self.dice.take(pairs * width) >> np.uint64(40)).reshape(pairs, width) / 2.0**23
        for row in self.law.rows[leaves].T:
            score += np.any(rows == row[:, None, None], axis=2) & (row < len(self.law.high) - 1)[:, None]
        score[(roles != roles[place][:, None]) | (theirs == leaves[:, None])] = -1.0
        best = np.argmax(score, axis=1)
        faced = theirs.copy()
        fine = np.flatnonzero(score[line, best] >= 0.0)
        faced[fine, place[fine]], faced[fine, best[fine]] = (
            theirs[fine, best[fine]],
            theirs[fine, place[fine]],
        )
        return faced


def _meet(slices: _Short, kind: Ints, roles: Ints, turn: _Turn) -> int:
    """Slices of one length meet in pairs and exchange some members of the same roles where both stay lawful.

    How many seats changed hands.
    """
    changed = 0
    shuffled = kind[np.argsort(turn.dice.take(len(kind)), kind="stable")]
    half, width = len(shuffled) // 2, slices.shape[1]
    columns = [np.lexsort((turn.dice.take(width), roles)) for _ in range(2)]
    batch = max(1, BATCH // max(width * turn.law.rows.shape[1], 1))
    for begin in range(0, half, batch):
        end = min(begin + batch, half)
        one, other = shuffled[begin:end], shuffled[half + begin : half + end]
        ours, theirs = slices[one][:, columns[0]], slices[other][:, columns[1]]
        change = turn.chosen(end - begin, width)
        theirs = turn.faced(ours, theirs, change, roles)
        mine, yours = np.where(change, theirs, ours), np.where(change, ours, theirs)
        fine = np.flatnonzero(turn.law.keeps(mine))
        fine = fine[turn.law.keeps(yours[fine])]
        changed += 2 * int(np.count_nonzero(mine[fine] != ours[fine]))
        slices[one[fine]], slices[other[fine]] = mine[fine], yours[fine]
    return changed


def _together(slices: _Short, lengths: Floats, nobody: int) -> Sheet:
    """Equal panels put together, members ascending."""
    seats = np.where(slices == nobody, -1, slices)
    seats.sort(axis=1)
    order = np.lexsort(seats.T[::-1]) if seats.shape[1] else np.arange(len(seats))
    seats = seats[order]
    fresh = np.append(True, np.any(seats[1:] != seats[:-1], axis=1))
    total: Floats = np.bincount(np.cumsum(fresh) - 1, lengths[order]).astype(np.float64)
    return Sheet(seats=seats[fresh].astype(np.int64), lengths=total)
