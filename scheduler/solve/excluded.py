"""Who has a seat's speciality but sits on no lawful panel, and which rule says so?"""

from collections.abc import Iterable, Sequence

import numpy as np

from scheduler.check import Checker
from scheduler.limits import Limit, fits, wanted
from scheduler.model import Case, Choice, ExpertId, RuleId, SpecialityCode
from scheduler.rules import BLAME
from scheduler.solve.collapse import collapse
from scheduler.solve.lawful import Oracle
from scheduler.solve.problem import Ints, Problem, entry_rows, row_sums, seats_of

S0 = RuleId("S0")


def excluded(
    case: Case,
    limits: Sequence[Limit],
    seatable: Iterable[ExpertId],
    panels: Sequence[Sequence[Choice]] = (),
) -> dict[ExpertId, RuleId]:
    """Every such person (kept members apart) with the first rule, in the order BLAME, without which a panel
    with this person would exist; one id stands for all limits of the rule.

    Where no single rule suffices: the first that keeps the person out by itself, else the first with a limit
    that holds the person, else S0. Without S0 nothing is asked for: then the person and the kept members need
    only keep the upper ends of the other limits. `panels`: a few lawful ones, which spare most of the search.
    """
    roles = tuple(wanted(case))
    seated = {*seatable, *(choice.expert for choice in case.kept)}
    people = {
        who.id: [role for role in roles if fits(who, role)] for who in case.pool if who.id not in seated
    }
    todo = {who: held for who, held in sorted(people.items()) if held}
    if not todo:
        return {}
    search = _Search(case, limits, todo, panels)
    order = [name for name in BLAME if name in search.by_rule]
    order += sorted(search.by_rule.keys() - set(order))
    found: dict[ExpertId, RuleId] = {}
    for name in order:
        cured = search.without_seats(todo) if name == S0 else search.without(name, todo)
        found.update(dict.fromkeys(cured, name))
        for who in cured:
            del todo[who]
    found.update({who: search.touching(who, order) for who in todo})
    return dict(sorted(found.items()))


def touching(
    case: Case,
    limits: Sequence[Limit],
    people: dict[ExpertId, list[SpecialityCode]],
    order: Sequence[RuleId],
) -> dict[ExpertId, RuleId]:
    """For people whom no single rule decides about: the first that keeps them out by itself, else that holds them."""
    search = _Search(case, limits, people, ())
    return {who: search.touching(who, order) for who in people}


class _Search:
    """The case with one rule at a time taken away."""

    def __init__(
        self,
        case: Case,
        limits: Sequence[Limit],
        people: dict[ExpertId, list[SpecialityCode]],
        panels: Sequence[Sequence[Choice]],
    ) -> None:
        self._case = case
        self._panels = panels
        self.by_rule: dict[RuleId, list[Limit]] = {}
        self._barred: dict[ExpertId, dict[SpecialityCode, set[RuleId]]] = {}
        self._touched: dict[ExpertId, set[RuleId]] = {}
        sitting = {choice.expert for choice in case.kept}
        for limit in limits:
            self.by_rule.setdefault(limit.rule, []).append(limit)
            bars = limit.most == 0 or (
                not limit.each and limit.most is not None and self._full(limit, sitting)
            )
            for who in people if limit.experts is None else limit.experts:
                if who not in people:
                    continue
                if limit.experts is not None and _may_bind(limit):
                    self._touched.setdefault(who, set()).add(limit.rule)
                for role in people[who] if bars else ():
                    if limit.roles is None or role in limit.roles:
                        self._barred.setdefault(who, {}).setdefault(role, set()).add(limit.rule)

    def _full(self, limit: Limit, sitting: set[ExpertId]) -> bool:
        if limit.most is None or (limit.experts is not None and sitting.isdisjoint(limit.experts)):
            return False
        used = sum(
            (limit.experts is None or choice.expert in limit.experts)
            and (limit.roles is None or choice.speciality in limit.roles)
            for choice in self._case.kept
        )
        return used >= limit.most

    def without(self, name: RuleId, people: dict[ExpertId, list[SpecialityCode]]) -> list[ExpertId]:
        """Of `people`, who sits on some panel that keeps every rule but this one."""
        free = {who for who, held in people.items() if any(self._bars(who, role) <= {name} for role in held)}
        if not free:
            return []
        others = [one for other, some in self.by_rule.items() if other != name for one in some]
        checker = Checker(others)
        easy = [who for who in sorted(free) if self._swaps_in(checker, who, people[who])]
        free.difference_update(easy)
        world = collapse(self._case, others) if free else None
        if world is None or world.problem is None:
            return easy
        asked = [c for c, members in enumerate(world.classes) if not free.isdisjoint(members)]
        cured = seatable_of(world.problem, asked)
        return easy + [who for c in cured for who in world.classes[c] if who in free]

    def _swaps_in(self, checker: Checker, who: ExpertId, roles: list[SpecialityCode]) -> bool:
        """Whether this person can take over one drawn seat of a known panel."""
        for panel in self._panels:
            for i, choice in enumerate(panel):
                if choice.speciality in roles and choice not in self._case.kept:
                    other = (*panel[:i], Choice(expert=who, speciality=choice.speciality), *panel[i + 1 :])
                    if not checker.breaches(other):
                        return True
        return False

    def without_seats(self, people: dict[ExpertId, list[SpecialityCode]]) -> list[ExpertId]:
        """Of `people`, who may sit beside the kept members when nothing is asked for."""
        checker = Checker(one for name, some in self.by_rule.items() if name != S0 for one in some)
        kept = self._case.kept

        def over(choices: tuple[Choice, ...]) -> bool:
            return any(
                breach.limit.most is not None and breach.count > breach.limit.most
                for breach in checker.breaches(choices)
            )

        return [
            who
            for who, held in people.items()
            if not all(over((*kept, Choice(expert=who, speciality=role))) for role in held)
        ]

    def touching(self, who: ExpertId, order: Sequence[RuleId]) -> RuleId:
        """The rule to name where no single one decides."""
        barring = {name for names in self._barred.get(who, {}).values() for name in names}
        for names in (barring, self._touched.get(who, set())):
            for name in order:
                if name in names:
                    return name
        return S0

    def _bars(self, who: ExpertId, role: SpecialityCode) -> set[RuleId]:
        return self._barred.get(who, {}).get(role, set())


def _may_bind(limit: Limit) -> bool:
    """Whether the limit could ever refuse a set of different people."""
    large = limit.experts is None or limit.most is None or len(limit.experts) > limit.most
    return limit.most == 0 or (large and not limit.each)


def seatable_of(problem: Problem, classes: Iterable[int]) -> list[int]:
    """Of `classes`, those with a seat on some lawful panel. Exact: the rest is proved to have none.

    Panels already found are varied by swapping one member; only what that leaves is searched for.
    """
    left = set(classes)
    oracle = Oracle(problem)
    seated: set[int] = set()
    while left:
        weights = np.zeros(problem.classes, dtype=np.int64)
        weights[sorted(left)] = 1
        best = oracle.heaviest(weights)
        if best is None or best.weight == 0:
            break
        new = set(np.flatnonzero(seats_of(problem, best.panel)).tolist()) & left
        new |= _swapped(problem, best.panel, left - new)
        seated |= new
        left -= new
    return sorted(seated)


def _swapped(problem: Problem, panel: Ints, classes: set[int]) -> set[int]:
    """Of `classes`, none of them on this lawful panel, who can take over one seat of it."""
    order = np.argsort(problem.rows_var, kind="stable")
    edges = np.searchsorted(problem.rows_var[order], np.arange(problem.variables + 1)).tolist()
    rows = entry_rows(problem)[order].tolist()
    sums = row_sums(problem, panel)
    full = set(np.flatnonzero(sums >= problem.high).tolist())
    bare = set(np.flatnonzero(sums <= problem.low).tolist())
    leaving = [set(rows[edges[u] : edges[u + 1]]) for u in np.flatnonzero(panel).tolist()]
    found = set()
    for v in np.flatnonzero(np.isin(problem.var_class, sorted(classes))).tolist():
        joins = set(rows[edges[v] : edges[v + 1]])
        if any(full.isdisjoint(joins - leaves) and bare.isdisjoint(leaves - joins) for leaves in leaving):
            found.add(int(problem.var_class[v]))
    return found
