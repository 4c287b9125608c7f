"""Does a choice of experts keep every limit? Counting only: no solver, no numpy, no rule."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from scheduler.limits import Limit, fits, wanted
from scheduler.lottery import Lottery, Panel
from scheduler.model import Case, Choice, ExpertId, SpecialityCode

ADDED_UP = 256  # the limits that most classes meet, counted all together


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A limit that is not kept and what was counted; `expert` when the limit counts each person alone."""

    limit: Limit
    count: int
    expert: ExpertId | None = None


class Checker:
    """Limits indexed by expert, so that checking one panel costs what its members are touched by."""

    def __init__(self, limits: Iterable[Limit]) -> None:
        self._limits = tuple(limits)
        self._of: dict[ExpertId, list[int]] = {}
        self._everyone: list[int] = []
        self._asking: list[int] = []
        for i, limit in enumerate(self._limits):
            if limit.least > 0:
                self._asking.append(i)
            if limit.experts is None:
                self._everyone.append(i)
            else:
                for expert in limit.experts:
                    self._of.setdefault(expert, []).append(i)

    def touching(self, expert: ExpertId) -> tuple[int, ...]:
        """Which limits name the expert: people of whom this is alike count alike in one role."""
        return tuple(self._of.get(expert, ()))

    def breaches(self, choices: Iterable[Choice]) -> tuple[Breach, ...]:
        """Every limit the panel breaks, in the order of the limits."""
        sums: dict[int, int] = dict.fromkeys(self._asking, 0)
        alone: dict[tuple[int, ExpertId], int] = {}
        for choice in choices:
            for i in (*self._everyone, *self._of.get(choice.expert, ())):
                limit = self._limits[i]
                if limit.roles is not None and choice.speciality not in limit.roles:
                    continue
                if limit.each:
                    alone[i, choice.expert] = alone.get((i, choice.expert), 0) + 1
                else:
                    sums[i] = sums.get(i, 0) + 1
        found: list[tuple[int, int, ExpertId | None]]
        found = [(i, n, None) for i, n in sums.items() if not self._kept(i, n)]
        found += [(i, n, who) for (i, who), n in alone.items() if not self._kept(i, n)]
        found.sort(key=lambda breach: (breach[0], breach[2] or ""))
        return tuple(Breach(limit=self._limits[i], count=n, expert=who) for i, n, who in found)

    def _kept(self, i: int, count: int) -> bool:
        limit = self._limits[i]
        return count >= limit.least and (limit.most is None or count <= limit.most)


def breaches(limits: Iterable[Limit], choices: Iterable[Choice]) -> tuple[Breach, ...]:
    """Every limit that `choices` (a whole panel) break. For many panels keep one `Checker`."""
    return Checker(limits).breaches(choices)


def misfits(case: Case, choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """Choices that do not exist: a person not in the pool, a seat not asked for, a speciality not held."""
    roles = wanted(case)
    pool = {expert.id: expert for expert in case.pool}
    return tuple(
        choice
        for choice in choices
        if choice.speciality not in roles
        or choice.expert not in pool
        or not fits(pool[choice.expert], choice.speciality)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelBreach:
    """Panel number `panel` of a lottery (from 0) has a pick inside its classes that breaks a limit."""

    panel: int
    breach: Breach


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    """How a class meets a limit: `inside` of its members are in it, `outside` are not."""

    limit: int
    inside: int
    outside: int
    roles: frozenset[int] | None


def unlawful(lottery: Lottery, limits: Iterable[Limit]) -> tuple[PanelBreach, ...]:
    """Every (panel, limit) where *some* pick inside the classes breaks the limit; empty: all are lawful.

    Exact: picks in different classes are independent, so the worst count of a limit is the sum of the worst
    counts of the classes; of k taken from a class with m members inside the limit and o outside, at most
    min(k, m) and at least max(0, k - o) are inside. `count` of a breach is that worst count.
    """
    book = _ClassBook(lottery, tuple(limits))
    glance = _Glance(book, {part for panel in lottery.panels for part in panel})
    return tuple(
        PanelBreach(panel=number, breach=breach)
        for number, panel in enumerate(lottery.panels)
        if not glance.lawful(panel)
        for breach in book.breaches(panel)
    )


class _ClassBook:
    """Limits against classes: which shares can ever bind, worked out once for all panels."""

    def __init__(self, lottery: Lottery, limits: tuple[Limit, ...]) -> None:
        self._limits = limits
        self._kept = _kept_counts(lottery, limits)
        self._fixed = breaches((limit for limit in limits if limit.each), lottery.kept)
        position = {role: r for r, role in enumerate(lottery.roles)}
        where = {who: c for c, members in enumerate(lottery.classes) for who in members}
        sizes = [len(members) for members in lottery.classes]
        self._shares: list[list[_Share]] = [[] for _ in sizes]
        self.seats = seats = max((sum(n for _, _, n in panel) for panel in lottery.panels), default=0)
        for i, limit in enumerate(limits):
            if not self._binds(i, seats):
                continue
            inside = _inside(limit, where, sizes)
            if not self._binds(i, sum(inside.values())):
                continue
            roles = None if limit.roles is None else frozenset(position.get(r, -1) for r in limit.roles)
            for c, count in inside.items():
                share = _Share(limit=i, inside=count, outside=sizes[c] - count, roles=roles)
                self._shares[c].append(share)
        self._asking = [i for i, limit in enumerate(limits) if limit.least > self._kept.get(i, 0)]
        self._over = [i for i, n in self._kept.items() if _above(limits[i], n)]
        self._room = [_room(limit, self._kept.get(i, 0)) for i, limit in enumerate(limits)]
        self._worst: dict[Panel, tuple[list[tuple[int, int]], list[tuple[int, int]]]] = {}

    def _binds(self, i: int, members: int) -> bool:
        limit = self._limits[i]
        if limit.each and limit.most:
            return False  # classes are disjoint and hold nobody twice: nobody sits twice
        return limit.least > 0 or _above(limit, self._kept.get(i, 0) + members)

    def breaches(self, panel: Panel) -> Iterator[Breach]:
        """Every limit that some pick of this panel breaks."""
        most: dict[int, int] = {}
        least: dict[int, int] = {}
        taken: dict[int, Panel] = {}
        for part in panel:
            taken[part[0]] = (*taken.get(part[0], ()), part)
        for parts in taken.values():
            up, down = self._worst.get(parts) or self.adds(parts)
            for i, n in up:
                most[i] = most.get(i, 0) + n
            for i, n in down:
                least[i] = least.get(i, 0) + n
        yield from self._fixed
        over = {i for i, n in most.items() if n > self._room[i]}
        for i in sorted(over.union(self._over)):
            yield Breach(limit=self._limits[i], count=self._kept.get(i, 0) + most.get(i, 0))
        for i in self._asking:
            n = self._kept.get(i, 0) + least.get(i, 0)
            if n < self._limits[i].least:
                yield Breach(limit=self._limits[i], count=n)

    def adds(self, parts: Panel) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """What the seats of one class add to the worst counts: (limit, seats) at most, and at least."""
        held = [
            (share, sum(n for _, role, n in parts if share.roles is None or role in share.roles))
            for share in self._shares[parts[0][0]]
        ]
        up = [(share.limit, min(n, share.inside)) for share, n in held if n]
        down = [(share.limit, n - share.outside) for share, n in held if n > share.outside]
        self._worst[parts] = up, down
        return up, down

    def spare(self) -> tuple[dict[int, int], dict[int, int]] | None:
        """How many more seats a limit bears that can break, and how many it needs. None: no panel is lawful."""
        bears = {i: int(room) for i, room in enumerate(self._room) if room < self.seats}
        needs = {i: self._limits[i].least - self._kept.get(i, 0) for i in self._asking}
        broken = self._fixed or self._over or any(n > self.seats for n in needs.values())
        return None if broken else (bears, needs)


class _Glance:
    """Most panels are seen to be lawful at once: the counts of many limits are the digits of one number.

    Every limit has some binary digits to itself, begun so that the top one tells whether an end is passed. Limits
    that few classes meet have none: a panel that meets one of them twice is left to the slow count. A class in two
    roles is counted as two, which can only look worse.
    """

    def __init__(self, book: _ClassBook, parts: Iterable[tuple[int, int, int]]) -> None:
        spare = book.spare()
        self._hopeless = spare is None
        bears, needs = spare or ({}, {})
        adds = {part: book.adds((part,)) for part in parts}
        met = Counter(i for up, _ in adds.values() for i, _ in up if i in bears)
        width = (2 * book.seats + 2).bit_length()
        top = 1 << (width - 1)  # more than all seats
        over = {i: width * k for k, (i, _) in enumerate(met.most_common(ADDED_UP))}
        under = {i: width * (len(over) + k) for k, i in enumerate(needs)}
        self._start = sum(top - 1 - bears[i] << at for i, at in over.items())
        self._start += sum(top - needs[i] << at for i, at in under.items())
        self._wanted = sum(top << at for at in under.values())
        self._tops = self._wanted + sum(top << at for at in over.values())
        self._sums, self._once = {}, {}
        for part, (up, down) in adds.items():
            counts = [n << over[i] for i, n in up if i in over] + [
                n << under[i] for i, n in down if i in under
            ]
            few = [i for i, n in up if i in bears and i not in over for _ in range(1 + (n > bears[i]))]
            self._sums[part], self._once[part] = sum(counts), few

    def lawful(self, panel: Panel) -> bool:
        """Whether the panel surely breaks nothing."""
        if self._hopeless:
            return False
        counts = sum(map(self._sums.__getitem__, panel), self._start)
        once = list(chain.from_iterable(map(self._once.__getitem__, panel)))
        return counts & self._tops == self._wanted and len(set(once)) == len(once)


def _room(limit: Limit, kept: int) -> float:
    return float("inf") if limit.most is None else limit.most - kept


def _above(limit: Limit, count: int) -> bool:
    return limit.most is not None and count > limit.most


def _kept_counts(lottery: Lottery, limits: Sequence[Limit]) -> dict[int, int]:
    """How many kept members every limit counts already (limits that count each alone left out)."""
    if not lottery.kept:
        return {}
    counts: dict[int, int] = {}
    sitting = {choice.expert for choice in lottery.kept}
    for i, limit in enumerate(limits):
        if limit.each or (limit.experts is not None and sitting.isdisjoint(limit.experts)):
            continue
        count = sum(
            (limit.roles is None or choice.speciality in limit.roles)
            and (limit.experts is None or choice.expert in limit.experts)
            for choice in lottery.kept
        )
        if count:
            counts[i] = count
    return counts


def _inside(limit: Limit, where: Mapping[ExpertId, int], sizes: Sequence[int]) -> dict[int, int]:
    """Per class, how many of its members the limit counts."""
    if limit.experts is None:
        return dict(enumerate(sizes))
    inside: dict[int, int] = {}
    for who in limit.experts:
        if who in where:
            inside[where[who]] = inside.get(where[who], 0) + 1
    return inside


def misfit_classes(case: Case, lottery: Lottery) -> tuple[tuple[int, SpecialityCode], ...]:
    """(class, role) pairs used by some panel where a member cannot take that role, and kept misfits as −1."""
    roles = wanted(case)
    pool = {expert.id: expert for expert in case.pool}

    @cache
    def able(codes: tuple[SpecialityCode, ...], role: SpecialityCode) -> bool:
        return any(code.startswith(role) for code in codes)

    used = {(c, lottery.roles[r]) for panel in lottery.panels for c, r, _ in panel}
    wrong = [
        (c, role)
        for c, role in sorted(used)
        if role not in roles
        or not all(who in pool and able(pool[who].specialities, role) for who in lottery.classes[c])
    ]
    return tuple([(-1, choice.speciality) for choice in misfits(case, lottery.kept)] + wrong)
