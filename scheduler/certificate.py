"""Is no lottery over lawful panels fairer? Multiplication and addition over the limits; no solver, no rule.

Give every seat of a class a weight and every limit a price, below zero where the limit asks for people. The
weights of a lawful panel add up to at most the prices times the limits' ends, plus for every person what the
weight exceeds the prices of the cheapest seat by. Every lottery keeps that on average; so whoever already has
a chance that nobody may lower leaves a ceiling for the others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from scheduler.errors import Refused
from scheduler.levels import Level, Prices, ordered
from scheduler.limits import Limit, fits, holds, wanted
from scheduler.lottery import TOTAL, Lottery
from scheduler.model import Case, ExpertId, SpecialityCode

CLOSE = Fraction(1, 10**6)  # what `optimal` promises
Codes = tuple[SpecialityCode, ...]
_GRAIN = 2**40  # chances are compared in whole steps of 1 / (TOTAL · _GRAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the certificate shows. `gap`: by arithmetic, no level's smallest chance can rise by more than this."""

    gap: Fraction
    searched: tuple[int, ...]  # levels, from 1, that are within CLOSE only by a search's word
    unproved: int  # people named as out of whom neither a limit nor a proof says so
    complete: bool  # every class stands in some level


class Ledger:
    """Who may take which role beside the kept members, and what the limits leave; priced again and again."""

    def __init__(self, case: Case, limits: Iterable[Limit]) -> None:
        self.limits = ordered(limits)
        if (True, None, None, 1) not in [(one.each, one.experts, one.roles, one.most) for one in self.limits]:
            raise _no("nothing keeps one person from two seats")
        self.roles = tuple(wanted(case))
        self.ends = [left(case, limit) for limit in self.limits]
        barred: dict[ExpertId | None, set[SpecialityCode]] = {None: set()}
        for limit, (_, high) in zip(self.limits, self.ends, strict=True):
            for who in _whom(limit) if high == 0 else ():
                barred.setdefault(who, set()).update(limit.roles or self.roles)
        fitting: dict[Codes, Codes] = {}
        kept = {choice.expert for choice in case.kept}
        self.able: dict[ExpertId, Codes] = {}
        for expert in case.pool:
            codes = expert.specialities
            if codes not in fitting:
                fitting[codes] = tuple(r for r in self.roles if r not in barred[None] and fits(expert, r))
            out = barred.get(expert.id, ())
            roles = tuple(r for r in fitting[codes] if r not in out) if out else fitting[codes]
            if roles and expert.id not in kept:
                self.able[expert.id] = roles

    def most(self, weights: Mapping[ExpertId, int], prices: Prices, scale: int = 1) -> int:
        """No lawful panel weighs more than this, whatever the prices (parts of 1/scale) are. Raises Refused."""
        total, flat = 0, dict.fromkeys(self.roles, 0)
        own: dict[ExpertId, dict[SpecialityCode, int]] = {}
        for at, price in prices:
            if at >= len(self.limits) or self.limits[at].each or self.ends[at][price > 0] is None:
                raise _no(f"a price on limit {at}, which sets no such end")
            limit, end = self.limits[at], self.ends[at][price > 0] or 0
            total += price * end
            for who in _whom(limit):
                paid = flat if who is None else own.setdefault(who, {})
                for role in limit.roles or self.roles:
                    paid[role] = paid.get(role, 0) + price
        cheapest = {roles: min(flat[role] for role in roles) for roles in set(self.able.values())}
        for who, roles in self.able.items():
            mine = own.get(who)
            cost = cheapest[roles] if mine is None else min(flat[r] + mine.get(r, 0) for r in roles)
            total += max(0, weights.get(who, 0) * scale - cost)
        return total // scale  # what a panel weighs is whole


def _no(fault: str) -> Refused:
    return Refused("certificate", fault=fault)


def _whom(limit: Limit) -> tuple[ExpertId | None, ...]:
    return (None,) if limit.experts is None else limit.experts


def left(case: Case, limit: Limit) -> tuple[int, int | None]:
    """What a limit still asks for and still leaves beside the kept members."""
    used = 0 if limit.each else sum(holds(limit, choice.expert, choice.speciality) for choice in case.kept)
    return max(0, limit.least - used), None if limit.most is None else limit.most - used


class Climb:
    """The levels of one lottery in order: which classes are open, and how high they could still go."""

    def __init__(self, ledger: Ledger, lottery: Lottery) -> None:
        self._ledger, self._classes, self._mass = ledger, lottery.classes, lottery.masses()
        self._chances = [m * _GRAIN // len(who) for m, who in zip(self._mass, self._classes, strict=True)]
        self.open = set(range(len(self._mass)))

    def most(self, level: Level) -> int:
        """By arithmetic, no lawful panel weighs more."""
        people = {who: w for w, some in level.weights for c in some for who in self._classes[c]}
        return self._ledger.most(people, level.prices, level.scale)

    def room(self, level: Level, most: int) -> tuple[Fraction, Fraction, Fraction]:
        """Ceiling and floor where no panel weighs more than `most`, and the most a class of the level could gain."""
        mass = {c: w * len(self._classes[c]) for w, some in level.weights for c in some}
        fixed = sum(w * self._mass[c] for w, some in level.weights for c in some if c not in self.open)
        whole = sum(m for c, m in mass.items() if c in self.open)
        if not whole or not level.classes or not self.open.intersection(mass).issuperset(level.classes):
            raise _no("a level stops who is not open or weighs nothing")
        ceiling = Fraction(most * TOTAL - fixed, TOTAL * whole)
        floor = Fraction(min(self._chances[c] for c in self.open), TOTAL * _GRAIN)
        if ceiling < floor:
            raise _no("a level proves less than the lottery gives")
        above = Fraction(max(self._chances[c] for c in level.classes), TOTAL * _GRAIN) - floor
        return ceiling, floor, max(above, (ceiling - floor) * whole / min(mass[c] for c in level.classes))


def judge(case: Case, limits: Iterable[Limit], lottery: Lottery) -> Verdict:
    """What the lottery's certificate proves. Raises Refused("certificate", fault=…) where it is wrong."""
    ledger, listed = Ledger(case, limits), {who for members in lottery.classes for who in members}
    for proof in lottery.certificate.outside:
        weights = dict.fromkeys(proof.people, proof.weight)
        if ledger.most(weights, proof.prices) >= proof.weight or not listed.isdisjoint(proof.people):
            raise _no("people are said to be out without proof")
        for who in proof.people:
            ledger.able.pop(who, None)
    climb, gap, searched = Climb(ledger, lottery), Fraction(0), []
    for number, level in enumerate(lottery.certificate.levels, 1):
        ceiling, floor, gain = climb.room(level, climb.most(level))
        if ceiling != level.ceiling:
            raise _no(f"level {number}: another ceiling than weights and prices give")
        gap = max(gap, ceiling - floor)
        if gain > CLOSE and level.searched is not None and climb.room(level, level.searched)[2] <= CLOSE:
            searched.append(number)
            ceiling = climb.room(level, level.searched)[0]
        elif gain > CLOSE and lottery.optimal:
            raise _no(f"level {number}: the lottery claims more than is proved")
        if number == 1 and not -(CLOSE if searched else CLOSE**2) <= lottery.bound - ceiling <= CLOSE:
            raise _no("the bound is not the first level's")
        climb.open.difference_update(level.classes)
    if lottery.optimal and climb.open:
        raise _no(f"{len(climb.open)} classes stand in no level")
    gap = max(gap, 1 - min(lottery.chances().values())) if climb.open else gap
    unproved = len(ledger.able.keys() - listed)
    return Verdict(gap=gap, searched=tuple(searched), unproved=unproved, complete=not climb.open)
