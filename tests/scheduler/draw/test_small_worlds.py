"""Does the draw agree with the listing of every panel of a small world?"""

from fractions import Fraction
from functools import cache

import pytest

from scheduler.check import unlawful
from scheduler.lottery import Lottery
from scheduler.rules import limits
from scheduler.solve.clash import NoPanel, feasible
from scheduler.solve.draw import make_lottery
from tests.scheduler import small, worlds

WORLDS = range(500)


@cache
def drawn(number):
    """The case, its numbers and what the draw says: a lottery or the clash."""
    case, numbers = worlds.file_case(number, people=8, seats=4), worlds.file_numbers(number)
    try:
        return case, numbers, make_lottery(case, limits(case, numbers))
    except NoPanel as none:
        return case, numbers, none.clash


def test_a_lottery_exists_exactly_where_a_panel_does():
    """The worlds hold many of both kinds, and the draw tells them apart."""
    kinds = []
    for number in WORLDS:
        case, numbers, answer = drawn(number)
        assert isinstance(answer, Lottery) == small.possible(case, numbers), number
        kinds.append(isinstance(answer, Lottery))
    assert 40 < sum(kinds) < len(kinds) - 40


def test_everyone_who_sits_on_some_panel_has_a_chance_and_nobody_else():
    """The chances list exactly the people of all lawful panels, and add up to the open seats."""
    for number in WORLDS:
        case, numbers, answer = drawn(number)
        if isinstance(answer, Lottery):
            chances = answer.chances()
            assert set(chances) == small.seated(case, numbers), number
            assert all(chance > 0 for chance in chances.values())
            assert sum(chances.values()) == sum(s.count for s in case.seats) - len(case.kept)
            assert answer.optimal
            assert not chances or min(chances.values()) <= answer.bound + Fraction(1, 10**9)
            assert not chances or min(chances.values()) >= answer.bound - Fraction(1, 10**6)


def test_every_panel_of_the_lottery_is_lawful_for_every_pick():
    """The checker, which knows no solver, finds no limit broken in any panel."""
    for number in WORLDS:
        case, numbers, answer = drawn(number)
        if isinstance(answer, Lottery):
            assert unlawful(answer, limits(case, numbers)) == (), number


def test_who_is_excluded_hears_the_first_rule_that_alone_says_so():
    """Removing the named rule makes a panel with that person; no earlier rule of the order does."""
    named = set()
    for number in WORLDS:
        case, numbers, answer = drawn(number)
        if isinstance(answer, Lottery):
            cures = small.blamed(case, numbers)
            assert set(answer.excluded) == set(cures), number
            for who, rule in answer.excluded.items():
                assert not cures[who] or rule == cures[who][0], (number, who, cures[who])
                named.add(rule)
    assert {"R0", "R12", "R13", "L4", "L5", "L5c", "L3", "S0"} <= named


def test_a_clash_is_impossible_together_and_possible_without_any_one():
    """The rules named have no panel; take any one of them away and there is one."""
    named = set()
    for number in WORLDS:
        case, numbers, answer = drawn(number)
        if not isinstance(answer, Lottery):
            rules = set(answer.rules)
            named |= rules
            assert "S0" in rules
            assert not small.possible(case, {name: numbers[name] for name in rules}), number
            for name in rules:
                fewer = {other: numbers[other] for other in rules - {name}}
                assert small.possible(case, fewer), (number, name)
    assert {"R0", "R12", "R13", "L4", "L5", "L5c", "L3", "S1", "S0"} <= named


@pytest.mark.parametrize("lifted", ["S1", "R12", "R13", "L5"])
def test_a_lifted_rule_leaves_what_the_listing_leaves(lifted):
    """Feasibility without a rule, S1 among them, is that of the listing: one person then counts per seat."""
    for number in WORLDS:
        case, numbers, _ = drawn(number)
        fewer = {name: n for name, n in numbers.items() if name != lifted}
        assert feasible(case, limits(case, fewer)) == small.possible(case, fewer), number


def test_the_order_of_rows_and_seats_changes_nothing():
    """The lottery's body is the same when pool, seats and kept members come in another order."""
    for number in range(40):
        case, numbers, answer = drawn(number)
        if isinstance(answer, Lottery):
            turned = worlds.case(
                reversed(case.pool),
                [(s.speciality, s.count) for s in reversed(case.seats)],
                recused=case.recused,
                kept=tuple(reversed(case.kept)),
                region=case.region,
            )
            assert make_lottery(turned, limits(turned, numbers)).to_body() == answer.to_body()


def test_the_chances_are_the_leximin_of_all_lawful_panels():
    """Person by person they are the chances that the textbook finds on the listing, to one in a million."""
    compared = 0
    for number in WORLDS:
        case, numbers, answer = drawn(number)
        kept = {k.expert for k in case.kept}
        if isinstance(answer, Lottery) and len(answer.chances()) > 2:
            sets = {frozenset(c.expert for c in panel) - kept for panel in small.panels(case, numbers)}
            exact = small.leximin(sorted(sets, key=sorted))
            for who, chance in answer.chances().items():
                assert abs(chance - exact[who]) < 1e-6, (number, who)
            compared += 1
    assert compared > 100
