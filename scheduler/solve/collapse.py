"""Who is interchangeable, and which whole-number problem is left around the kept members?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from scheduler.limits import Limit, holds, wanted
from scheduler.model import Case, ExpertId, SpecialityCode
from scheduler.solve.problem import Problem

Mark = tuple[int, ...]  # (position of a limit,), or (-1, most, roles …) for a bound on each person alone


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The open seats of a case as a Problem; classes and roles by position.

    Roles stand in code order, members in id order and classes by their first member, so that nothing depends
    on the order of the pool. `problem` is None where the kept members alone already break a limit.
    """

    roles: tuple[SpecialityCode, ...]
    open_seats: int
    classes: tuple[tuple[ExpertId, ...], ...]
    problem: Problem | None
    ends: tuple[
        tuple[int, int], ...
    ] = ()  # per row, the limits its lower and its upper end come from (-1: none)


def collapse(case: Case, limits: Iterable[Limit]) -> World:
    """The world of these limits. One class holds who can take the same roles and meets the same limits.

    Kept members count in every limit and take no further seat, unless the limit of one seat each is not
    among `limits`: then everybody may take any number of seats, kept members too.
    """
    draft = _Draft(case=case, roles=tuple(wanted(case)), limits=tuple(limits))
    possible = draft.count_kept()
    members, marks = draft.classes() if possible else ([], [])
    return World(
        roles=draft.roles,
        open_seats=draft.open_seats,
        classes=tuple(tuple(who) for who in members),
        problem=draft.problem(members, marks) if possible else None,
        ends=tuple(draft.ends),
    )


@dataclass(slots=True, kw_only=True)
class _Draft:
    """The steps from limits to a problem, in order."""

    case: Case
    roles: tuple[SpecialityCode, ...]
    limits: tuple[Limit, ...]
    one_seat: bool = False
    open_seats: int = 0
    low: list[int] = field(default_factory=list)  # per limit, kept members taken off
    high: list[int | None] = field(default_factory=list)
    places: list[Sequence[int]] = field(default_factory=list)  # per limit, the positions of its roles
    able: dict[ExpertId, tuple[int, ...]] = field(default_factory=dict)  # roles each person may still take
    ends: list[tuple[int, int]] = field(default_factory=list)  # per row, the limits its ends come from

    def __post_init__(self) -> None:
        self.one_seat = any(one_seat(limit) for limit in self.limits)
        self.open_seats = max(0, sum(wanted(self.case).values()) - len(self.case.kept))
        every = range(len(self.roles))
        for limit in self.limits:
            of = limit.roles
            self.places.append(every if of is None else [r for r in every if self.roles[r] in of])

    def count_kept(self) -> bool:
        """Take the kept members off every limit; False where they alone break one."""
        kept = self.case.kept
        sitting = {choice.expert for choice in kept}
        for limit in self.limits:
            if not sitting or (limit.experts is not None and sitting.isdisjoint(limit.experts)):
                inside = []
            else:
                inside = [choice.expert for choice in kept if holds(limit, choice.expert, choice.speciality)]
            if limit.each:
                if limit.most is not None and any(inside.count(who) > limit.most for who in inside):
                    return False
                self.low.append(0)
                self.high.append(limit.most)
                continue
            self.low.append(max(0, limit.least - len(inside)))
            self.high.append(None if limit.most is None else limit.most - len(inside))
        return all(high is None or high >= low for low, high in zip(self.low, self.high, strict=True))

    def find_able(self) -> None:
        """Which roles everybody may still take: speciality held, and no limit of 0 left."""
        closed: set[int] = set()
        barred: dict[ExpertId, set[int]] = {}
        for limit, high, places in zip(self.limits, self.high, self.places, strict=True):
            if high != 0:
                continue
            if limit.experts is None:
                closed.update(places)
            else:
                for who in limit.experts:
                    barred.setdefault(who, set()).update(places)
        kept = {choice.expert for choice in self.case.kept}
        fitting: dict[tuple[SpecialityCode, ...], tuple[int, ...]] = {}
        for expert in sorted(self.case.pool, key=lambda expert: expert.id):
            if self.one_seat and expert.id in kept:
                continue
            codes = expert.specialities
            if codes not in fitting:
                fitting[codes] = tuple(
                    r
                    for r, role in enumerate(self.roles)
                    if r not in closed and any(code.startswith(role) for code in codes)
                )
            roles = fitting[codes]
            if roles and expert.id in barred:
                roles = tuple(r for r in roles if r not in barred[expert.id])
            if roles:
                self.able[expert.id] = roles

    def classes(self) -> tuple[list[list[ExpertId]], list[tuple[Mark, ...]]]:
        """Members and marks of every class."""
        self.find_able()
        marks: dict[ExpertId, list[Mark]] = {who: [] for who in self.able}
        for i, limit in enumerate(self.limits):
            for who, mark in self._marked(i, limit):
                marks[who].append(mark)
        groups: dict[tuple[tuple[int, ...], tuple[Mark, ...]], list[ExpertId]] = {}
        for who, roles in self.able.items():
            groups.setdefault((roles, tuple(sorted(set(marks[who])))), []).append(who)
        return list(groups.values()), [key[1] for key in groups]

    def _marked(self, i: int, limit: Limit) -> Iterator[tuple[ExpertId, Mark]]:
        """Who carries the mark of limit `i`: nobody where it can never bind."""
        high, low, places = self.high[i], self.low[i], self.places[i]
        if (limit.experts is None and not limit.each) or high == 0 or one_seat(limit):
            return
        if low == 0 and (high is None or (not limit.each and high >= self.open_seats)):
            return
        if limit.each and self.one_seat:
            return
        whom = self.able if limit.experts is None else limit.experts
        touched = [who for who in whom if who in self.able and any(r in places for r in self.able[who])]
        if self.one_seat and low == 0 and high is not None and len(touched) <= high:
            return
        alone = limit.each or (low == 0 and len(touched) == 1)
        for who in touched:
            yield who, ((-1, self._left(who, limit, high), *places) if alone and high else (i,))

    def _left(self, who: ExpertId, limit: Limit, high: int) -> int:
        """What a bound on each person leaves this one; a kept member has used some of it."""
        if not limit.each:
            return high
        used = sum(holds(limit, c.expert, c.speciality) for c in self.case.kept if c.expert == who)
        return high - used

    def problem(self, members: list[list[ExpertId]], marks: list[tuple[Mark, ...]]) -> Problem | None:
        """The rows over (class, role) variables; None where a row asks for what nobody can give."""
        cells = [(c, r) for c, who in enumerate(members) for r in self.able[who[0]]]
        rows: dict[tuple[int, ...], tuple[int, int]] = {}
        ends: dict[tuple[int, ...], tuple[int, int]] = {}
        for covered, low, high, i in self._rows(cells, members, marks):
            if high < low or (low > 0 and not covered):
                return None
            if covered:
                least, most = rows.get(covered, (0, high))
                under, over = ends.get(covered, (i, i))
                rows[covered] = (max(low, least), min(high, most))
                ends[covered] = (i if low > least else under, i if high < most else over)
        ordered = sorted(rows.items())
        self.ends = [ends[covered] for covered, _ in ordered]
        if any(low > high for _, (low, high) in ordered):
            return None
        return Problem(
            sizes=np.array([len(who) for who in members], dtype=np.int64),
            var_class=np.array([c for c, _ in cells], dtype=np.int64),
            var_role=np.array([r for _, r in cells], dtype=np.int64),
            rows_start=np.cumsum([0] + [len(covered) for covered, _ in ordered], dtype=np.int64),
            rows_var=np.array([v for covered, _ in ordered for v in covered], dtype=np.int64),
            low=np.array([low for _, (low, _) in ordered], dtype=np.int64),
            high=np.array([high for _, (_, high) in ordered], dtype=np.int64),
            one_seat=self.one_seat,
        )

    def _rows(
        self, cells: list[tuple[int, int]], members: list[list[ExpertId]], marks: list[tuple[Mark, ...]]
    ) -> Iterator[tuple[tuple[int, ...], int, int, int]]:
        """Every row as (variables, low, high, limit); -1 where it is no one limit."""
        of_limit: dict[int, list[int]] = {}
        of_class: dict[tuple[int, Mark], list[int]] = {}
        for v, (c, r) in enumerate(cells):
            for mark in marks[c]:
                if mark[0] >= 0 and r in self.places[mark[0]]:
                    of_limit.setdefault(mark[0], []).append(v)
                elif mark[0] < 0 and r in mark[2:]:
                    of_class.setdefault((c, mark), []).append(v)
        for i, limit in enumerate(self.limits):
            if limit.experts is None and not limit.each:
                places = self.places[i]
                yield tuple(v for v, (_, r) in enumerate(cells) if r in places), *self._ends(i), i
            elif i in of_limit or self.low[i] > 0:
                yield tuple(of_limit.get(i, ())), *self._ends(i), i
        for (c, mark), covered in of_class.items():
            yield tuple(covered), 0, mark[1] * len(members[c]), -1

    def _ends(self, i: int) -> tuple[int, int]:
        high = self.high[i]
        return self.low[i], self.open_seats if high is None else high


def one_seat(limit: Limit) -> bool:
    """Whether this limit says that nobody takes two seats."""
    return limit.each and limit.experts is None and limit.roles is None and limit.most == 1
