"""When there is no panel: what clashes, in which words, and which steps of the ladder would cure it?"""

import pytest

from scheduler.pack import load
from scheduler.rules import limits, numbers_of
from scheduler.solve.clash import NoPanel, irreducible
from scheduler.solve.draw import make_lottery
from scheduler.solve.ladder import cures, relaxed
from tests.scheduler import small, worlds
from tests.scheduler.worlds import case, choice, expert

LADDER = load("national").ladder


def clash(world, **asked):
    """The clash of an impossible case."""
    with pytest.raises(NoPanel) as none:
        make_lottery(world, limits(world, numbers_of(**asked)))
    assert none.value.facts["rules"] == none.value.clash.rules
    return none.value.clash


def test_too_few_people_clash_with_one_seat_each():
    """Two people for three seats: the seats and one seat each, and the sentence counts who is left."""
    found = clash(case([expert("a"), expert("b")], [("A", 3)]))
    assert found.rules == ("S0", "S1")
    assert found.reasons[0].says.en == "exactly 3 seat(s) of speciality A (2 can still take A)"
    assert found.reasons[0].says.zh == "专业 A 恰需 3 席（A 余 2 人可选）"


def test_nobody_with_the_speciality_is_a_clash_of_the_seats_alone():
    """Matching is no rule: dropping any rule but the seats themselves would not help."""
    assert clash(case([expert("a")], [("B", 1)])).rules == ("S0",)


def test_kept_colleagues_clash_although_nobody_has_to_be_drawn():
    """Two kept members of one employer, cap one."""
    pool = [expert("a", employer="o"), expert("b", employer="o"), expert("c")]
    world = case(pool, [("A", 3)], kept=(choice("a"), choice("b")))
    found = clash(world, same_employer_max=1)
    assert found.rules == ("S0", "R12")
    assert "o" in found.reasons[1].says.zh


def test_one_person_kept_in_two_seats_clashes_with_one_seat_each():
    """Kept twice is one seat too many."""
    world = case([expert("a"), expert("b")], [("A", 1), ("A01", 1)], kept=(choice("a"), choice("a", "A01")))
    assert clash(world).rules == ("S0", "S1")


def test_a_county_cap_appears_only_where_the_law_leaves_a_panel():
    """Both the county cap and one employer would clash; the law's own reason is told first."""
    pool = [expert(name, employer="o") for name in "abc"]
    assert clash(case(pool, [("A", 2)]), same_employer_max=1, same_region_max=1).rules == ("S0", "R12")
    pool = [expert(name, employer=name) for name in "abc"]
    assert clash(case(pool, [("A", 2)]), same_employer_max=1, same_region_max=1).rules == ("S0", "L5")


def test_more_off_site_members_than_seats_can_never_be():
    """A minimum above the number of seats clashes with the seats alone."""
    world = case([expert("a", region="340201"), expert("b", region="340201")], [("A", 1)])
    assert clash(world, offsite_min=2).rules == ("S0", "L3")


def test_the_deletion_filter_finds_planted_minimal_sets():
    """Whatever minimal sets are planted, the answer contains exactly one of them."""
    names = tuple("abcdefg")
    for number in range(200):
        dice = worlds.Dice(number)
        planted = [frozenset(dice.some(names, 1 + dice.upto(3))) for _ in range(1 + dice.upto(2))]
        found = frozenset(irreducible(names, lambda some, p=planted: not any(one <= some for one in p)))
        assert found in planted
        assert not any(one < found for one in planted)


def test_the_ladder_names_the_steps_that_cure_in_their_order():
    """A county cap that is too low: raising it cures, so does appointing; widening the code does not."""
    pool = [expert("a"), expert("b")]
    world, numbers = case(pool, [("A0101", 2)]), numbers_of(same_region_max=1)
    assert [step.id for step in cures(world, numbers, LADDER)] == ["D4-county", "D2"]


def test_the_parent_code_cures_a_scarce_speciality():
    """One level up there is a second expert; two levels up too."""
    pool = [expert("a", specialities=("A0101",)), expert("b", specialities=("A0102",))]
    found = cures(case(pool, [("A0101", 2)]), numbers_of(), LADDER)
    assert [step.id for step in found] == ["D4-parent", "D4-neighbour", "D2"]


def test_kept_members_who_clash_cannot_be_cured_by_appointing_others():
    """Appointing helps open seats only."""
    pool = [expert("a", household="h"), expert("b", household="h")]
    world = case(pool, [("A", 3)], kept=(choice("a"), choice("b")))
    assert cures(world, numbers_of(), LADDER) == ()


def test_what_the_ladder_claims_is_true_in_every_small_world():
    """After a step that cures there is a panel by the listing; after one that does not there is none."""
    seen = set()
    for number in range(300):
        world, numbers = worlds.file_case(number, people=8, seats=4), worlds.file_numbers(number)
        if small.possible(world, numbers):
            continue
        curing = cures(world, numbers, LADDER)
        for step in LADDER[:-1]:
            after = relaxed(world, numbers, step)
            assert (step in curing) == (after is not None and small.possible(*after)), (number, step.id)
            seen.add((step.id, step in curing))
    assert {(step.id, True) for step in LADDER[:-1] if step.id != "D4-host"} <= seen
