"""Which whole numbers prove that none is fairer? The engine's dual prices, written over limits and people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from scheduler.certificate import CLOSE, Climb, Ledger, left
from scheduler.errors import Refused
from scheduler.levels import Certificate, Level, Outside, Prices, ordered
from scheduler.limits import Limit
from scheduler.lottery import Lottery
from scheduler.model import Case
from scheduler.solve import proof
from scheduler.solve.collapse import World
from scheduler.solve.linear import Entries, Linear
from scheduler.solve.problem import Ints, Problem, entry_rows

MANY = 200  # how many classes at most are proved out one by one


def certified(
    case: Case, limits: Sequence[Limit], world: World, lottery: Lottery, levels: Sequence[proof.Level]
) -> Lottery:
    """The lottery with its certificate. `levels` speak of the classes and rows of the world's problem.

    Where the engine found a level by search, prices of the relaxation stand beside what the search found.
    """
    if world.problem is None or not lottery.classes:
        return lottery
    desk = _Desk(case, limits, world, world.problem)
    outside = tuple(desk.outside(lottery))
    climb = Climb(desk.ledger, lottery)
    told = []
    for level in levels:
        found = desk.level(level, lottery, climb)
        if found is None:
            break
        told.append(found)
        climb.open.difference_update(found.classes)
    return replace(lottery, certificate=Certificate(outside=outside, levels=tuple(told)))


class _Desk:
    """One world's limits by place, and its relaxation, asked again with other weights."""

    def __init__(self, case: Case, limits: Sequence[Limit], world: World, problem: Problem) -> None:
        self.ledger = Ledger(case, limits)
        self._classes, self._problem = world.classes, problem
        place: dict[int, int] = {}
        for at, limit in enumerate(self.ledger.limits):
            place.setdefault(id(limit), at)
        self._ends = [[place[id(limits[i])] for i in pair] for pair in world.ends]
        self._seats = [at for at, one in enumerate(self.ledger.limits) if one.rule == "S0"]
        self._linear: Linear | None = None

    def level(self, level: proof.Level, lottery: Lottery, climb: Climb) -> Level | None:
        """One level of the engine as published; None where it speaks of nobody in the lottery."""
        where = {members[0]: i for i, members in enumerate(lottery.classes)}
        place = {c: where[who[0]] for c, who in enumerate(self._classes) if who[0] in where}
        classes = tuple(sorted(place[c] for c in level.classes if c in place))
        if not classes:
            return None
        draft = Level(
            classes=classes,
            weights=_by_weight(level.weights, place),
            prices=self._placed(level.rows),
            ceiling=CLOSE,
        )
        best = self._best([draft], climb) if level.rows else None
        if best is not None and best[1] <= CLOSE:
            return best[0]
        weights = np.zeros(self._problem.classes, dtype=np.int64)
        for c, weight in level.weights:
            weights[c] = weight
        plain = self._best([draft, replace(draft, prices=self._priced(weights)[1])], climb)
        if plain is None or plain[1] <= CLOSE:
            return plain and plain[0]
        small = self._best(self._smaller(draft, weights, place), climb)
        return small[0] if small and small[1] <= CLOSE else replace(plain[0], searched=level.most)

    def _smaller(self, draft: Level, weights: Ints, place: dict[int, int]) -> Iterator[Level]:
        """The level with weights as small whole numbers: a panel's weight is whole, so much is rounded away."""
        small = proof.simple(weights.astype(np.float64), float(weights.max()))
        if small is not None:
            scale = proof.GRAIN // small[1]
            by_weight = _by_weight(zip(range(len(weights)), small[0].tolist(), strict=True), place)
            yield replace(draft, weights=by_weight, prices=self._priced(small[0] * scale)[1], scale=scale)

    def _best(self, levels: Iterable[Level], climb: Climb) -> tuple[Level, Fraction] | None:
        """The level that leaves least to gain, with its ceiling, and what it leaves."""
        best: tuple[Level, Fraction] | None = None
        for level in levels:
            try:
                ceiling, _, gain = climb.room(level, climb.most(level))
            except Refused:
                continue
            if best is None or gain < best[1]:
                best = replace(level, ceiling=ceiling), gain
        return best

    def outside(self, lottery: Lottery) -> Iterator[Outside]:
        """Proofs for the people who meet no limit of 0 and yet sit on no lawful panel."""
        listed = {who for members in lottery.classes for who in members}
        barred = [c for c, members in enumerate(self._classes) if members[0] not in listed]
        left = self._out(barred)
        if left is not None:
            yield left
        elif len(barred) > 1:
            yield from (one for c in barred[:MANY] if (one := self._out([c])) is not None)

    def _out(self, classes: list[int]) -> Outside | None:
        """The proof that nobody of these classes sits; they leave the ledger. None: the relaxation seats some."""
        if not classes:
            return None
        weights = np.zeros(self._problem.classes, dtype=np.int64)
        weights[classes] = proof.GRAIN
        value, prices = self._priced(weights)
        people = sorted(who for c in classes for who in self._classes[c])
        if (
            value >= proof.GRAIN
            or self.ledger.most(dict.fromkeys(people, proof.GRAIN), prices) >= proof.GRAIN
        ):
            return None
        for who in people:
            self.ledger.able.pop(who, None)
        return Outside(people=tuple(people), weight=proof.GRAIN, prices=prices)

    def _priced(self, weights: Ints) -> tuple[float, Prices]:
        """The most that a fractional panel weighs, and the prices that say so."""
        problem = self._problem
        largest = float(weights.max())
        if self._linear is None:
            self._linear = _relaxation(problem)
        self._linear.aim(np.arange(problem.variables), weights[problem.var_class] / largest)
        best = self._linear.solve()
        if best is None:
            raise RuntimeError("the relaxation of a lawful problem has no best point")
        rows = np.floor(best.prices[: problem.rows] * largest + 0.5).astype(np.int64)
        there = np.flatnonzero(rows)
        return best.value * largest, self._placed(zip(there.tolist(), rows[there].tolist(), strict=True))

    def _placed(self, rows: Iterable[tuple[int, int]]) -> Prices:
        """Prices of rows as prices of limits; what no one limit says is said by all seats together."""
        prices: dict[int, int] = {}
        for row, number in rows:
            at = self._ends[row][number > 0]
            if number > 0 and self.ledger.limits[at].most is None:
                for seats in self._seats:
                    prices[seats] = prices.get(seats, 0) + number
            else:
                prices[at] = prices.get(at, 0) + number
        return tuple(sorted((at, number) for at, number in prices.items() if number))


def _by_weight(
    weights: Iterable[tuple[int, int]], place: Mapping[int, int]
) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Weights of the problem's classes as weights of the lottery's, heaviest first."""
    found: dict[int, list[int]] = {}
    for c, weight in weights:
        if c in place and weight > 0:
            found.setdefault(weight, []).append(place[c])
    return tuple((weight, tuple(sorted(found[weight]))) for weight in sorted(found, reverse=True))


def _relaxation(problem: Problem) -> Linear:
    """Fractional panels: the rows, then every class at most its size."""
    rows = np.concatenate((entry_rows(problem), problem.rows + problem.var_class))
    return Linear(
        cost=np.zeros(problem.variables),
        floor=np.concatenate((problem.low, np.full(problem.classes, -np.inf))),
        ceiling=np.concatenate((problem.high, problem.sizes)).astype(np.float64),
        entries=Entries(
            rows=rows,
            columns=np.concatenate((problem.rows_var, np.arange(problem.variables))),
            values=np.ones(len(rows)),
        ),
    )


def certified_single(case: Case, limits: Sequence[Limit], lottery: Lottery) -> Lottery:
    """The certificate of one open seat: whoever completes the panel weighs 1, and there is one seat.

    Whoever lacks in a limit that asks for somebody is out: with that seat filled nobody is left to fill it.
    """
    before = sum(limit.rule < "S0" for limit in limits)  # the certificate counts limits in their one order
    asked = ordered(limit for limit in limits if limit.rule == "S0")
    seats = [before + i for i, limit in enumerate(asked) if left(case, limit)[1]]
    lacking = any(limit.least and limit.rule != "S0" and left(case, limit)[0] == 1 for limit in limits)
    level = Level(
        classes=(0,),
        weights=((1, (0,)),),
        prices=tuple((seat, 1) for seat in seats),
        ceiling=lottery.bound,
    )
    outside = _lacking(case, limits, lottery, seats) if lacking else ()
    return replace(lottery, certificate=Certificate(outside=outside, levels=(level,)))


def _lacking(
    case: Case, limits: Sequence[Limit], lottery: Lottery, seats: Sequence[int]
) -> tuple[Outside, ...]:
    """The proof that nobody takes the seat whom a limit that lacks somebody does not count."""
    ledger, listed, outside = Ledger(case, limits), set(lottery.classes[0]), []
    for at, limit in enumerate(ledger.limits):
        if ledger.ends[at][0] != 1 or limit.rule == "S0":
            continue
        inside = set(limit.experts or ())
        gone = tuple(sorted(who for who in ledger.able if who not in listed and who not in inside))
        prices = tuple(sorted([(at, -1), *((seat, 1) for seat in seats)]))
        if gone and ledger.most(dict.fromkeys(gone, 1), prices) < 1:
            outside.append(Outside(people=gone, weight=1, prices=prices))
            for who in gone:
                ledger.able.pop(who)
    return tuple(outside)
