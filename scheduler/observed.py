"""Over many draws, did people, counties and specialities come as often as the published lotteries promised?"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

from crypto.stream import Stream
from scheduler.lottery import Lottery
from scheduler.model import ExpertId

Groups = Mapping[ExpertId, str]  # who belongs where; who is missing belongs nowhere
Odds = list[float]  # place k: the probability of exactly k
FALSE_ALARMS = 0.05  # of the groups named, this share on average may be named by chance alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One round under names that last across lots: its committed lottery, and whom it drew."""

    lottery: Lottery
    drawn: frozenset[ExpertId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A group's seats, those expected, and how odd that is: two-sided and exact, caps and classes included.

    `named`: it stands out even among so many groups (Benjamini–Hochberg).
    """

    group: str
    observed: int
    expected: float
    p: float
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One number over all groups or people, its mean in worlds drawn from the same lotteries, and how odd it is."""

    observed: float
    expected: float
    p: float  # share of those worlds, ours counted in, that are at least as far out


def deviations(records: Sequence[Record], groups: Groups) -> tuple[Deviation, ...]:
    """Every group with a chance in some record, the oddest first. For experts let everyone be a group."""
    odds: dict[str, Odds] = {}
    seen: Counter[str] = Counter()
    for record in records:
        seen.update(groups[who] for who in record.drawn if who in groups)
        for group, one in seats_of(record.lottery, groups).items():
            odds[group] = _sum_of(odds.get(group, [1.0]), one)
    names = sorted(odds)
    ps = [_two_sided(odds[group], seen[group]) for group in names]
    named = benjamini_hochberg(ps)
    rows = [
        Deviation(group=group, observed=seen[group], expected=_mean(odds[group]), p=p, named=flag)
        for group, p, flag in zip(names, ps, named, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: (row.p, row.group)))


def seats_of(lottery: Lottery, groups: Groups) -> dict[str, Odds]:
    """For every group with a chance, the odds of its number of seats in one draw: exact but for rounding."""
    inside: list[Counter[str]] = [
        Counter(groups[who] for who in members if who in groups) for members in lottery.classes
    ]
    total = sum(lottery.tickets)
    found: dict[str, Odds] = {}
    share: dict[str, float] = {}
    for panel, tickets in zip(lottery.panels, lottery.tickets, strict=True):
        seats: Counter[int] = Counter()
        for c, _, count in panel:
            seats[c] += count
        here: dict[str, Odds] = {}
        for c, count in seats.items():
            for group, many in inside[c].items():
                one = _picked(len(lottery.classes[c]), many, count)
                here[group] = _sum_of(here[group], one) if group in here else one
        weight = tickets / total
        for group, one in here.items():
            share[group] = share.get(group, 0.0) + weight
            into = found.setdefault(group, [])
            into.extend([0.0] * (len(one) - len(into)))
            for k, p in enumerate(one):
                into[k] += weight * p
    for group, one in found.items():
        one[0] += max(0.0, 1.0 - share[group])  # panels that hold nobody who could be of the group
    return found


def pairs(records: Sequence[Record], *, least: int = 2) -> tuple[Deviation, ...]:
    """Pairs drawn together at least `least` times, the oddest first: one-sided, among all possible pairs."""
    together = Counter(pair for record in records for pair in combinations(sorted(record.drawn), 2))
    often = sorted(pair for pair, count in together.items() if count >= least)
    odds: dict[tuple[ExpertId, ExpertId], Odds] = {pair: [1.0] for pair in often}
    people: set[ExpertId] = set()
    for record in records:
        people.update(who for members in record.lottery.classes for who in members)
        for pair, p in _together(record.lottery, often).items():
            odds[pair] = _sum_of(odds[pair], [1.0 - p, p])
    ps = [min(1.0, sum(odds[pair][together[pair] :])) for pair in often]
    named = benjamini_hochberg(ps, among=comb(len(people), 2))
    rows = [
        Deviation(group="+".join(pair), observed=together[pair], expected=_mean(odds[pair]), p=p, named=flag)
        for pair, p, flag in zip(often, ps, named, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: (row.p, row.group)))


def _together(
    lottery: Lottery, wanted: Iterable[tuple[ExpertId, ExpertId]]
) -> dict[tuple[ExpertId, ExpertId], float]:
    """The chance of each wanted pair to sit together."""
    where = {who: c for c, members in enumerate(lottery.classes) for who in members}
    asked = [
        (pair, where[pair[0]], where[pair[1]]) for pair in wanted if pair[0] in where and pair[1] in where
    ]
    sizes = [len(members) for members in lottery.classes]
    total = sum(lottery.tickets)
    found = {pair: 0.0 for pair, _, _ in asked}
    for panel, tickets in zip(lottery.panels, lottery.tickets, strict=True):
        seats: Counter[int] = Counter()
        for c, _, count in panel:
            seats[c] += count
        for pair, a, b in asked:
            second = (seats[b] - (a == b)) / max(1, sizes[b] - (a == b))
            found[pair] += tickets / total * seats[a] / sizes[a] * max(0.0, second)
    return found


def chi_square(records: Sequence[Record], groups: Groups, stream: Stream, *, worlds: int = 199) -> Whole:
    """Pearson's sum over the groups, its p from worlds drawn anew out of the same lotteries (no approximation)."""
    expected: dict[str, float] = {}
    for record in records:
        for who, chance in record.lottery.chances().items():
            if who in groups:
                expected[groups[who]] = expected.get(groups[who], 0.0) + float(chance)

    def far(drawn: Sequence[frozenset[ExpertId]]) -> float:
        seen = Counter(groups[who] for some in drawn for who in some if who in groups)
        return sum((seen[group] - e) ** 2 / e for group, e in expected.items() if e > 0.0)

    return _among_worlds(records, far, stream, worlds)


def concentration(records: Sequence[Record], stream: Stream, *, worlds: int = 199) -> Whole:
    """The sum over people of the square of how often each was drawn: large where the same few come again."""

    def far(drawn: Sequence[frozenset[ExpertId]]) -> float:
        return float(sum(count * count for count in Counter(who for some in drawn for who in some).values()))

    return _among_worlds(records, far, stream, worlds)


def benjamini_hochberg(
    ps: Sequence[float], *, among: int = 0, rate: float = FALSE_ALARMS
) -> tuple[bool, ...]:
    """Which of these findings stand out when `among` (at least all of `ps`) were looked at."""
    count = max(among, len(ps))
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    last = max((k for k, i in enumerate(order, 1) if ps[i] <= rate * k / count), default=0)
    named = set(order[:last])
    return tuple(i in named for i in range(len(ps)))


def _among_worlds(
    records: Sequence[Record],
    far: Callable[[Sequence[frozenset[ExpertId]]], float],
    stream: Stream,
    worlds: int,
) -> Whole:
    """Where the number of what was drawn stands among the same number of drawn worlds."""
    ours = far([record.drawn for record in records])
    others = []
    for world in range(worlds):
        own = stream.derive("world", str(world))
        others.append(far([_drawn_anew(record.lottery, own.take(32)) for record in records]))
    worse = sum(other >= ours for other in others)
    return Whole(observed=ours, expected=sum(others) / worlds, p=(1 + worse) / (1 + worlds))


def _drawn_anew(lottery: Lottery, seed: bytes) -> frozenset[ExpertId]:
    kept = {choice.expert for choice in lottery.kept}
    return frozenset(choice.expert for choice in lottery.winner(seed)) - kept


def _picked(size: int, many: int, count: int) -> Odds:
    """`count` picked out of `size` of whom `many` are of the group: the hypergeometric odds."""
    ways = comb(size, count)
    return [comb(many, k) * comb(size - many, count - k) / ways for k in range(min(many, count) + 1)]


def _sum_of(one: Odds, other: Odds) -> Odds:
    """The odds of the sum of two independent numbers."""
    both = [0.0] * (len(one) + len(other) - 1)
    for i, p in enumerate(one):
        if p:
            for j, q in enumerate(other):
                both[i + j] += p * q
    return both


def _mean(odds: Odds) -> float:
    return sum(k * p for k, p in enumerate(odds))


def _two_sided(odds: Odds, seen: int) -> float:
    return min(1.0, 2 * min(sum(odds[: seen + 1]), sum(odds[seen:])))
