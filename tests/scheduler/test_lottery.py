"""Is a lottery a value that anyone can read, recompute and replay?"""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from crypto.canonical import canonical, parse
from crypto.errors import Broken
from scheduler.lottery import TOTAL, Lottery, Method, from_body, whole_tickets
from scheduler.rules import limits, numbers_of
from scheduler.solve.draw import make_lottery
from tests.scheduler import plain
from tests.scheduler.worlds import case, choice, expert

WINNERS = [["b:A", "c:B", "k:B"], ["b:A", "d:B", "k:B"], ["b:A", "d:B", "k:B"]]  # for the seeds 0, 1 and 2
LOTTERY = Lottery(
    roles=("A", "B"),
    kept=(choice("k", "B"),),
    classes=(("a", "b", "c"), ("d",)),
    panels=(((0, 0, 1), (0, 1, 1)), ((0, 0, 1), (1, 1, 1))),
    tickets=(TOTAL // 4, TOTAL // 4 * 3),
    method=Method.RELAXATION,
    optimal=True,
    bound=Fraction(5, 12),
    excluded={"x": "R0", "y": "L4"},
)


def seed(i):
    """The i-th of many different seeds."""
    return i.to_bytes(32, "big")


def test_chances_are_exact_fractions_of_the_tickets():
    """Three of a class share what the panels give their class; kept members have no chance to list."""
    assert LOTTERY.chances() == {
        "a": Fraction(5, 12),
        "b": Fraction(5, 12),
        "c": Fraction(5, 12),
        "d": Fraction(3, 4),
    }


def test_a_seed_has_one_winner_for_ever():
    """A known answer: the ticket and the picks inside classes never move."""
    assert LOTTERY.winner(seed(0)) == LOTTERY.winner(seed(0))
    assert [[f"{c.expert}:{c.speciality}" for c in LOTTERY.winner(seed(i))] for i in range(3)] == WINNERS


def test_kept_members_sit_in_every_winning_panel():
    """Whatever the ticket, the kept member is there, in order of role and expert."""
    for i in range(50):
        panel = LOTTERY.winner(seed(i))
        assert choice("k", "B") in panel
        assert len(panel) == 3
        assert list(panel) == sorted(panel, key=lambda c: (c.speciality, c.expert))


def test_winners_come_as_often_as_their_chances_say():
    """20 000 draws stay within five standard deviations, also for who takes which role inside a class."""
    draws = 20_000
    seats = Counter(c for i in range(draws) for c in LOTTERY.winner(seed(i)))
    share = {
        choice(who, role): LOTTERY.chances()[who] * part
        for who, role, part in [("a", "A", Fraction(4, 5)), ("b", "B", Fraction(1, 5)), ("d", "B", 1)]
    }
    for who, chance in share.items():
        p = float(chance)
        assert abs(seats[who] - draws * p) < 5 * (draws * p * (1 - p)) ** 0.5


def test_the_body_comes_back_as_the_same_lottery():
    """Through canonical bytes and back nothing is lost."""
    assert from_body(parse(canonical(LOTTERY.to_body()))) == LOTTERY


def changed(**fields):
    """The body with some fields replaced."""
    return {**LOTTERY.to_body(), **fields}


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {name: value for name, value in LOTTERY.to_body().items() if name != "bound"},
        changed(more=1),
        changed(total=str(TOTAL - 1)),
        changed(tickets=[str(TOTAL // 4), str(TOTAL // 4 * 3 - 1)]),
        changed(tickets=[str(TOTAL), "0"]),
        changed(tickets=["0" + str(TOTAL // 4), str(TOTAL // 4 * 3)]),
        changed(tickets=[TOTAL // 4, TOTAL // 4 * 3]),
        changed(tickets=[str(TOTAL)]),
        changed(panels=LOTTERY.to_body()["panels"][::-1]),
        changed(panels=[[[0, 1, 1], [0, 0, 1]], [[0, 0, 1], [1, 1, 1]]]),
        changed(panels=[[[0, 0, 1], [0, 1, 3]], [[0, 0, 1], [1, 1, 1]]]),
        changed(panels=[[[0, 0, 1], [0, 1, 1]], [[0, 0, 1], [2, 1, 1]]]),
        changed(panels=[[[0, 0, 1], [0, 1, 1]], [[0, 0, 1], [1, 2, 1]]]),
        changed(panels=[[[0, 0, True], [0, 1, 1]], [[0, 0, 1], [1, 1, 1]]]),
        changed(panels=[[[-1, 0, 1], [0, 1, 1]], [[0, 0, 1], [1, 1, 1]]]),
        changed(classes=[["a", "c", "b"], ["d"]]),
        changed(classes=[["d"], ["a", "b", "c"]]),
        changed(classes=[["a", "b", "c"], ["k"]]),
        changed(classes=[["a", "b", "c"], []]),
        changed(classes=[["a", "b", "x"], ["d"]]),
        changed(roles=["B", "A"]),
        changed(roles=["A", ""]),
        changed(kept=[{"expert": "k", "speciality": "C"}]),
        changed(kept=[{"expert": "k"}]),
        changed(method="luck"),
        changed(optimal=1),
        changed(bound="10/24"),
        changed(bound="5/0"),
        changed(bound="0.4"),
        changed(excluded=[]),
        changed(excluded={"x": 1}),
    ],
)
def test_any_other_body_is_broken(body):
    """A body that is not exactly a lottery is refused, whatever was changed."""
    with pytest.raises(Broken):
        from_body(body)


def test_tickets_add_up_and_follow_the_largest_remainder():
    """Thirds of 2^60 leave one ticket, and it goes to the first; no panel is left without any."""
    third = TOTAL // 3
    assert whole_tickets([Fraction(1), Fraction(1), Fraction(1)]) == (third + 1, third, third)
    assert whole_tickets([Fraction(2), Fraction(1)]) == (TOTAL * 2 // 3 + 1, third)
    light = whole_tickets([Fraction(1), Fraction(1, 10**30), Fraction(1, 10**30)])
    assert light == (TOTAL - 2, 1, 1)


def test_a_single_open_seat_gives_everyone_exactly_the_same():
    """Whoever completes the panel has 1/n to the last digit, across employers, counties and codes held."""
    pool = [expert("k", employer="o1"), expert("out", employer="o1")]
    pool += [
        expert(f"e{i}", region=f"3402{i:02d}", specialities=("A01", "B01")[: 1 + i % 2]) for i in range(7)
    ]
    world = case(pool, [("A", 2)], kept=(choice("k"),))
    lottery = make_lottery(world, limits(world, numbers_of(same_employer_max=1, offsite_min=1)))
    assert lottery.chances() == {f"e{i}": Fraction(1, 7) for i in range(7)}
    assert lottery.bound == Fraction(1, 7)
    assert lottery.optimal
    assert lottery.excluded == {"out": "R12"}


def test_no_open_seat_leaves_one_panel_of_the_kept():
    """When all seats are kept the lottery is certain and lists nobody."""
    world = case([expert("a"), expert("b")], [("A", 1)], kept=(choice("a"),))
    lottery = make_lottery(world, limits(world, numbers_of()))
    assert lottery.winner(seed(1)) == (choice("a"),)
    assert lottery.chances() == {}
    assert lottery.excluded == {"b": "S0"}
    assert from_body(lottery.to_body()) == lottery


def test_every_winner_keeps_the_plain_statement_of_every_rule():
    """Drawn many times, panels around a kept member break no rule stated the dull way."""
    pool = [
        expert(f"e{i}", employer=f"o{i % 5}", household=f"h{i % 9}", region=f"3401{i % 4 + 1:02d}")
        for i in range(20)
    ]
    world = case(pool, [("A", 3), ("A01", 1)], kept=(choice("e3", "A01"),), recused=frozenset({"e4"}))
    numbers = numbers_of(same_employer_max=1, same_region_max=2, host_region_max=1)
    lottery = make_lottery(world, limits(world, numbers))
    for i in range(300):
        assert plain.broken(world, numbers, lottery.winner(seed(i))) == set()
    assert replace(lottery, bound=Fraction(0)) != lottery
