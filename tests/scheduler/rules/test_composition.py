"""S0, S1, C1, C2, C3: binds, lets go, and the boundary both ways."""

import pytest

from scheduler.errors import Refused
from scheduler.limits import wanted
from scheduler.model import RuleId
from scheduler.rules import refuse
from scheduler.rules.composition import one_person_one_seat as s1
from scheduler.rules.composition import seats_asked_for as s0
from tests.scheduler.worlds import case, expert

POOL = [expert(name) for name in "abc"]


def test_s0_wants_every_seat_filled_exactly(breaks):
    """One too few and one too many break S0; the number asked for does not."""
    world = case(POOL, [("A", 2)])
    assert breaks(s0, world, "a")
    assert not breaks(s0, world, "a", "b")
    assert breaks(s0, world, "a", "b", "c")


def test_s0_adds_up_entries_of_one_code():
    """Two entries of the same code are one role with the sum of seats, in code order."""
    assert wanted(case(POOL, [("B", 1), ("A", 1), ("B", 2)])) == {"A": 1, "B": 3}


def test_s1_gives_nobody_two_seats(breaks):
    """The same person twice breaks S1, two persons do not."""
    world = case(POOL, [("A", 2)])
    assert breaks(s1, world, "a", "a")
    assert not breaks(s1, world, "a", "b")


def refused(world, name, **numbers):
    """The facts with which this guard refuses the case, or None."""
    try:
        refuse(world, {RuleId(name): numbers})
    except Refused as refusal:
        return dict(refusal.facts) if refusal.code == name else {"code": refusal.code}
    return None


def test_c1_wants_an_odd_panel_of_at_least_the_minimum():
    """Five is lawful; four and six are even; three is odd and too small; owner representatives count."""
    assert refused(case(POOL, [("A", 5)]), "C1", least=5) is None
    assert refused(case(POOL, [("A", 4)], owner_reps=1), "C1", least=5) is None
    assert refused(case(POOL, [("A", 4)]), "C1", least=5) == {"size": 4, "least": 5}
    assert refused(case(POOL, [("A", 5)], owner_reps=1), "C1", least=5) == {"size": 6, "least": 5}
    assert refused(case(POOL, [("A", 3)]), "C1", least=5) == {"size": 3, "least": 5}


def test_c2_lets_owner_representatives_be_a_third_and_not_more():
    """Three of nine is a third; three of eight is more."""
    assert refused(case(POOL, [("A", 6)], owner_reps=3), "C2", parts=3) is None
    assert refused(case(POOL, [("A", 5)], owner_reps=3), "C2", parts=3) == {
        "owners": 3,
        "size": 8,
        "parts": 3,
    }


def test_c3_caps_owner_representatives_absolutely():
    """Two are allowed where two is the number; three are not."""
    assert refused(case(POOL, [("A", 9)], owner_reps=2), "C3", most=2) is None
    assert refused(case(POOL, [("A", 9)], owner_reps=3), "C3", most=2) == {"owners": 3, "most": 2}


def test_numbers_that_are_not_the_rules_own_are_refused():
    """A missing, foreign, negative or fractional number never runs as something else."""
    for numbers in ({}, {"least": 5, "most": 3}, {"least": -1}, {"least": True}, {"least": 5.0}):
        with pytest.raises(Refused, match="numbers"):
            refuse(case(POOL, [("A", 5)]), {RuleId("C1"): numbers})
