"""Fairness in numbers: counted on pools small enough to know the truth, and against shuffling."""

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.stream import Stream
from scheduler.fairness import gini, shuffled, spread
from scheduler.limits import Limit
from scheduler.lottery import Lottery
from scheduler.model import Case
from scheduler.rules import limits, numbers_of
from scheduler.solve.draw import make_lottery
from tests.scheduler import worlds

SEED = b"shuffle!" * 4


def six(**numbers: int) -> tuple[Case, tuple[Limit, ...], Lottery]:
    """The pool of docs/lottery.md: a, b and c work for one employer, two seats."""
    people = [worlds.expert(name, employer="X" if name in "abc" else name) for name in "abcdef"]
    case = worlds.case(people, [("A", 2)])
    rows = limits(case, numbers_of(same_employer_max=1))
    return case, rows, make_lottery(case, rows)


def test_the_six_of_the_page_are_all_equal():
    """Everybody 1/3: Gini 0."""
    found = spread(six()[2])
    assert (found.bound, found.people, found.gini) == (Fraction(1, 3), 6, 0)
    assert abs(found.smallest - found.largest) < Fraction(1, 10**12)


def test_shuffling_the_six_gives_what_the_page_says():
    """a, b and c 4/15, the others 2/5; the estimate lies within four standard errors, and the error is small."""
    case, rows, lottery = six()
    found = shuffled(case, rows, lottery, Stream(SEED), draws=6000)
    assert (found.draws, found.failed) == (6000, 0)
    assert 0 < found.error < 0.01
    truth = 4 / 15 if len(lottery.classes) > 1 else 1 / 3
    assert abs(found.smallest - truth) < 4 * found.error
    assert found.smallest + 4 * found.error < spread(lottery).smallest
    assert abs(found.gini - float(gini([4 / 15] * 3 + [2 / 5] * 3))) < 0.02


def test_shuffling_is_the_machine_described_on_every_order():
    """Over all orders of a tiny list the first who fit are counted by hand; the simulation agrees."""
    people = [
        worlds.expert("a", specialities=("A01", "B01")),
        worlds.expert("b", specialities=("A01",), employer="X"),
        worlds.expert("c", specialities=("B01",), employer="X"),
        worlds.expert("d", specialities=("B01",)),
    ]
    case = worlds.case(people, [("A", 1), ("B", 1)])
    rows = limits(case, numbers_of(same_employer_max=1))
    seen, whole = dict.fromkeys("abcd", 0), 0
    for order in permutations(people):
        left, firms, panel = {"A": 1, "B": 1}, set(), []
        for who in order:
            role = next((r for r in "AB" if left[r] and any(s.startswith(r) for s in who.specialities)), None)
            if role and not (who.employer and who.employer in firms):
                left[role] -= 1
                firms.add(who.employer)
                panel.append(who.id)
        if not any(left.values()):
            whole += 1
            for who in panel:
                seen[who] += 1
    lottery = make_lottery(case, rows)
    found = shuffled(case, rows, lottery, Stream(SEED), draws=4000)
    least = min(seen.values()) / whole
    assert abs(found.smallest - least) < 4 * found.error + 0.001


def test_minimums_and_kept_members_count_in_the_shuffle():
    """A list that ends without the off-site member is shuffled anew; kept members keep their limits filled."""
    people = [worlds.expert(f"e{i}", region="340101" if i < 5 else "340201") for i in range(7)]
    case = worlds.case(people, [("A", 3)], kept=(worlds.choice("e0"),))
    rows = limits(case, numbers_of(offsite_min=2))
    found = shuffled(case, rows, make_lottery(case, rows), Stream(SEED), draws=50)
    assert (found.failed, found.smallest, found.error) == (0, 1.0, 0.0)
    impossible = [replace(row, least=3) if row.rule == "L3" else row for row in rows]
    assert shuffled(case, impossible, make_lottery(case, rows), Stream(SEED), draws=2).failed == 2
    with pytest.raises(ValueError, match="two draws"):
        shuffled(case, rows, make_lottery(case, rows), Stream(SEED), draws=1)


@given(st.lists(st.integers(0, 50), max_size=12))
def test_gini_is_half_the_mean_difference_over_the_mean(numbers):
    """The definition, pair by pair, in exact arithmetic; scale changes nothing."""
    chances = [Fraction(n, 7) for n in numbers]
    total = sum(chances)
    if total:
        pairs = sum(abs(a - b) for a in chances for b in chances)
        assert gini(chances) == pairs / (2 * len(chances) * total)
        assert gini([3 * c for c in chances]) == gini(chances)
    else:
        assert gini(chances) == 0
