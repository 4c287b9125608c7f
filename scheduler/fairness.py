"""How equal are the chances of one lottery, and what would "shuffle and take the first that fits" give?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from crypto.stream import Stream
from scheduler.certificate import Ledger
from scheduler.limits import Limit, holds
from scheduler.lottery import Lottery
from scheduler.model import Case, ExpertId, SpecialityCode

_AGAIN = 200  # how often a machine shuffles anew before one draw counts as failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The chances of everyone in the lottery. `gini`: 0 when all are equal, near 1 when one has all."""

    smallest: Fraction
    largest: Fraction
    gini: Fraction
    bound: Fraction
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shuffled:
    """What shuffling gives, estimated from draws.

    `smallest` is the chance in the class that was unluckiest in the first half of the draws, measured in the
    second half, so that chance does not make it look worse than it is; `error` is its standard error.
    `gini` is that of the classes' means and still holds a little noise. `failed`: draws that found no panel.
    """

    draws: int
    failed: int
    smallest: float
    error: float
    gini: float


def gini(chances: Iterable[Fraction | float]) -> Fraction | float:
    """Half the mean absolute difference over the mean; 0 for nobody."""
    ordered = sorted(chances)
    total = sum(ordered)
    if not total:
        return Fraction(0)
    weighed = sum((2 * i - len(ordered) - 1) * chance for i, chance in enumerate(ordered, 1))
    return weighed / (len(ordered) * total)


def spread(lottery: Lottery) -> Spread:
    """The published chances in four numbers. A lottery without open seats has nobody: all equal, chance 1."""
    chances = list(lottery.chances().values()) or [Fraction(1)]
    return Spread(
        smallest=min(chances),
        largest=max(chances),
        gini=Fraction(gini(chances)),
        bound=lottery.bound,
        people=len(lottery.chances()),
    )


def shuffled(
    case: Case, limits: Sequence[Limit], lottery: Lottery, stream: Stream, *, draws: int
) -> Shuffled:
    """ "Shuffle the list and take the first that fits" on the same case, over the same classes.

    Each person in turn takes the first role (in code order) with an open seat and room in every limit; a list
    that ends without a whole panel is shuffled anew, as draw machines do. Raises ValueError below 2 draws.
    """
    if draws < 2:
        raise ValueError("two draws at least, one for each half")
    machine = _Machine(case, limits)
    where = {who: c for c, members in enumerate(lottery.classes) for who in members}
    sizes = [len(members) for members in lottery.classes]
    halves = ([0] * len(sizes), [0] * len(sizes))
    squares, failed = [0] * len(sizes), 0
    for draw in range(draws):
        panel = machine.draw(stream.derive("shuffle", str(draw)))
        failed += panel is None
        taken: dict[int, int] = {}
        for who in panel or ():
            if who in where:
                taken[where[who]] = taken.get(where[who], 0) + 1
        half = halves[draw % 2]
        for c, count in taken.items():
            half[c] += count
            squares[c] += count * count * (draw % 2)
    rates = [[count / size for count, size in zip(half, sizes, strict=True)] for half in halves]
    unlucky = min(range(len(sizes)), key=lambda c: (rates[0][c], c))
    second = draws // 2
    mean = halves[1][unlucky] / second
    spread_of = max(0.0, squares[unlucky] / second - mean * mean)
    both = [(a + b) / (draws * size) for a, b, size in zip(*halves, sizes, strict=True) for _ in range(size)]
    return Shuffled(
        draws=draws,
        failed=failed,
        smallest=mean / sizes[unlucky],
        error=sqrt(spread_of / second) / sizes[unlucky],
        gini=float(gini(both)),
    )


class _Machine:
    """Who may take which role, and which limits they fill."""

    def __init__(self, case: Case, limits: Sequence[Limit]) -> None:
        ledger = Ledger(case, limits)
        self._people = sorted(ledger.able)
        self._able = ledger.able
        seats = dict.fromkeys(ledger.roles, 0)
        self._caps: list[tuple[Limit, int, int | None]] = []
        self._of: dict[ExpertId, list[int]] = {who: [] for who in self._people}
        for limit, (low, high) in zip(ledger.limits, ledger.ends, strict=True):
            if limit.each:
                continue  # nobody sits twice
            at = len(self._caps)
            self._caps.append((limit, low, high))
            for who in self._people if limit.experts is None else limit.experts:
                if who in self._of:
                    self._of[who].append(at)
        for wanted in case.seats:
            seats[wanted.speciality] += wanted.count
        for choice in case.kept:
            seats[choice.speciality] -= 1
        self._seats = seats

    def draw(self, stream: Stream) -> list[ExpertId] | None:
        """The open seats filled from a shuffled list; None when no shuffle completes the panel."""
        for turn in range(_AGAIN):
            panel = self._once(stream.derive(str(turn)))
            if panel is not None:
                return panel
        return None

    def _once(self, stream: Stream) -> list[ExpertId] | None:
        left, counts = dict(self._seats), [0] * len(self._caps)
        missing = sum(left.values())
        panel: list[ExpertId] = []
        for who in _in_random_order(self._people, stream) if missing else ():
            role = next((r for r in self._able[who] if left[r] and self._room(who, r, counts)), None)
            if role is None:
                continue
            left[role] -= 1
            panel.append(who)
            for at in self._of[who]:
                counts[at] += holds(self._caps[at][0], who, role)
            if len(panel) == missing:
                break
        whole = len(panel) == missing and all(
            n >= low for n, (_, low, _) in zip(counts, self._caps, strict=True)
        )
        return panel if whole else None

    def _room(self, who: ExpertId, role: SpecialityCode, counts: list[int]) -> bool:
        for at in self._of[who]:
            limit, _, high = self._caps[at]
            if high is not None and counts[at] >= high and (limit.roles is None or role in limit.roles):
                return False
        return True


def _in_random_order(people: Sequence[ExpertId], stream: Stream) -> Iterator[ExpertId]:
    """A shuffle, as far as it is asked for."""
    moved: dict[int, int] = {}
    for i in range(len(people)):
        j = i + stream.below(len(people) - i)
        yield people[moved.get(j, j)]
        moved[j] = moved.get(i, i)
