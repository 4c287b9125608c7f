"""Who completes a panel with one seat open, by counting alone? For stand-bys: whom they may back, who is promoted.

Read by the service and by the verifier, so that neither takes the other's word for who fits and who does not.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from scheduler.check import Breach, Checker
from scheduler.limits import Limit, fits
from scheduler.lottery import TOTAL, Lottery, Method, order_of
from scheduler.model import Case, Choice, ExpertId, RuleId, SpecialityCode

Limits = Callable[[Case], Sequence[Limit]]  # a case → every limit in force in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Backing:
    """Who could take the seat of at least one member of a role, and the rule against everybody else who fits."""

    people: tuple[ExpertId, ...]  # in order
    excluded: Mapping[ExpertId, RuleId]


def backing(case: Case, role: SpecialityCode, limits: Limits, more: Sequence[Limit] = ()) -> Backing:
    """`case` has the whole panel as `kept`; every member of the role is taken out in turn, as if recused.

    `more`: limits that do not depend on who leaves. The rule named is the one that counts against a person beside
    all members but the first of the role.
    """
    able = [e.id for e in case.pool if fits(e, role) and e.id not in {c.expert for c in case.kept}]
    found: set[ExpertId] = set()
    against: dict[ExpertId, RuleId] = {}
    for gone in sorted((c for c in case.kept if c.speciality == role), key=order_of):
        without = vacated(case, gone)
        checker = Checker((*limits(without), *more))
        for who, breach in _counted(checker, without.kept, role, able):
            if breach is None:
                found.add(who)
            else:
                against.setdefault(who, breach.limit.rule)
    excluded = {who: rule for who, rule in against.items() if who not in found}
    return Backing(people=tuple(sorted(found)), excluded=dict(sorted(excluded.items())))


def vacated(case: Case, gone: Choice) -> Case:
    """The same case without a member, who is out for good."""
    kept = tuple(c for c in case.kept if c != gone)
    return replace(case, kept=kept, recused=case.recused | {gone.expert})


def _counted(
    checker: Checker, kept: Sequence[Choice], role: SpecialityCode, people: Iterable[ExpertId]
) -> Iterator[tuple[ExpertId, Breach | None]]:
    """Everybody beside the kept members, with the first limit that is broken then; alike people are counted once."""
    seen: dict[tuple[int, ...], Breach | None] = {}
    for who in people:
        kind = checker.touching(who)
        if kind not in seen:
            broken = checker.breaches((*kept, Choice(expert=who, speciality=role)))
            seen[kind] = broken[0] if broken else None
        yield who, seen[kind]


def lottery_of(found: Backing, case: Case, roles: Sequence[SpecialityCode], role: int) -> Lottery:
    """Everybody in it has the same chance. Raises ValueError for nobody."""
    if not found.people:
        raise ValueError("nobody backs the role")
    return Lottery(
        roles=tuple(roles),
        kept=tuple(sorted(case.kept, key=order_of)),
        classes=(found.people,),
        panels=(((0, role, 1),),),
        tickets=(TOTAL,),
        method=Method.RELAXATION,
        optimal=True,
        bound=Fraction(1, len(found.people)),
        excluded=found.excluded,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Stand-bys to promote, in rank order (none: the next ordinary round), and the rule against those passed over."""

    members: tuple[Choice, ...]
    passed: tuple[tuple[ExpertId, RuleId], ...]


def choose(case: Case, limits: Sequence[Limit], waiting: Sequence[Choice]) -> Chosen:
    """The first of the waiting, in rank order, who complete the panel of `case.kept` together.

    With one open seat that is the first who fits; with several, the first set of as many, ordered by rank. Who is
    passed over is told the rule that counts against them beside the kept members alone: one that takes too many,
    or the first that is still short.
    """
    checker = Checker(limits)
    wanted = sum(seats.count for seats in case.seats) - len(case.kept)
    for some in combinations(waiting, wanted):
        if not checker.breaches((*case.kept, *some)):
            until = waiting.index(some[-1])
            passed = [each for each in waiting[:until] if each not in some]
            return Chosen(members=some, passed=tuple(_against(checker, case, each) for each in passed))
    return Chosen(members=(), passed=tuple(_against(checker, case, each) for each in waiting))


def _against(checker: Checker, case: Case, choice: Choice) -> tuple[ExpertId, RuleId]:
    broken = checker.breaches((*case.kept, choice))
    over = [b for b in broken if b.limit.most is not None and b.count > b.limit.most]
    (first, *_) = (*over, *broken, None)
    return choice.expert, first.limit.rule if first else RuleId("S0")
