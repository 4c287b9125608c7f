"""R0, R1, R10, R11, R12, R13: binds, lets go, and the boundary day both ways."""

from datetime import UTC, date, datetime

import pytest

from scheduler.model import Control, Job
from scheduler.rules import companies, recusal
from tests.scheduler.worlds import case, expert

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def test_r0_keeps_the_recused_out_and_ignores_unknown_ids(breaks):
    """Who is on the list does not sit; a name nobody bears changes nothing."""
    world = case([expert("a"), expert("b")], recused=frozenset({"a", "ghost"}))
    assert breaks(recusal.recused, world, "a")
    assert not breaks(recusal.recused, world, "b")


@pytest.mark.parametrize(
    ("since", "until", "out"),
    [
        (None, date(2023, 11, 23), True),
        (None, date(2023, 11, 22), False),
        (None, None, True),
        (date(2026, 11, 23), None, True),
        (date(2026, 11, 24), None, False),
    ],
)
def test_r1_counts_three_years_back_to_the_corresponding_day(breaks, since, until, out):
    """Left exactly three years before: still within; left one day earlier or not begun yet: free."""
    world = case(
        [expert("a", jobs=(Job(org="b1", since=since, until=until),))],
        bidders=frozenset({"b1", "b2"}),
        starts=NOON,
    )
    assert breaks(recusal.worked_for_a_bidder, world, "a", years=3) is out


def test_r1_ends_on_the_last_of_february_where_the_day_does_not_exist(breaks):
    """Three years before 29 February is 28 February (民法典 202)."""
    ends = {"out": date(2025, 2, 28), "free": date(2025, 2, 27)}
    world = case(
        [expert(name, jobs=(Job(org="b1", until=day),)) for name, day in ends.items()],
        bidders=frozenset({"b1"}),
        starts=datetime(2028, 2, 29, 4, tzinfo=UTC),
    )
    assert breaks(recusal.worked_for_a_bidder, world, "out", years=3)
    assert not breaks(recusal.worked_for_a_bidder, world, "free", years=3)


def test_r1_counts_every_member_of_a_consortium(breaks):
    """An employer that bids as one of two partners binds like a single bidder; another one does not."""
    world = case([expert("a", employer="b2"), expert("b", employer="z")], bidders=frozenset({"b1", "b2"}))
    assert breaks(recusal.worked_for_a_bidder, world, "a", years=3)
    assert not breaks(recusal.worked_for_a_bidder, world, "b", years=3)


def test_r10_keeps_the_tenderees_people_out(breaks):
    """Employed by the tenderee on the day is out; gone the day before is not this rule's business."""
    pool = [
        expert("own", employer="t"),
        expert("second", jobs=(Job(org="t", until=date(2026, 11, 23)),)),
        expert("gone", jobs=(Job(org="t", until=date(2026, 11, 22)),)),
    ]
    world = case(pool, tenderee="t", starts=NOON)
    assert breaks(companies.works_for_the_tenderee, world, "own")
    assert breaks(companies.works_for_the_tenderee, world, "second")
    assert not breaks(companies.works_for_the_tenderee, world, "gone")
    assert not breaks(companies.works_for_the_tenderee, case(pool), "own")


def test_r11_reaches_parent_child_sister_and_cousin_but_not_the_partner_of_a_joint_venture(breaks):
    """Any common controller joins two companies; a common child does not; the bidder itself is R1."""
    edges = [("top", "parent"), ("parent", "bid"), ("parent", "sister"), ("top", "aunt"), ("aunt", "cousin")]
    edges += [("bid", "venture"), ("partner", "venture"), ("bid", "top")]  # a ring too
    names = ["top", "parent", "sister", "cousin", "venture", "partner", "stranger", "bid"]
    world = case(
        [expert(name, employer=name) for name in names],
        bidders=frozenset({"bid"}),
        controls=tuple(Control(parent=parent, child=child) for parent, child in edges),
    )
    found = [name for name in names if breaks(companies.works_in_a_bidders_group, world, name, years=3)]
    assert found == ["top", "parent", "sister", "cousin", "venture"]


def test_r12_caps_colleagues_and_leaves_the_unemployed_alone(breaks):
    """One more than the cap binds, the cap itself does not; an empty employer is nobody's colleague."""
    pool = [expert(name, employer="o") for name in "abc"] + [expert(name) for name in "xyz"]
    assert not breaks(recusal.same_employer, case(pool), "a", "b", most=2)
    assert breaks(recusal.same_employer, case(pool), "a", "b", "c", most=2)
    assert not breaks(recusal.same_employer, case(pool), "x", "y", "z", most=0)
    assert breaks(recusal.same_employer, case(pool), "a", most=0)


def test_r13_never_seats_one_household_twice(breaks):
    """Two of one household bind, one does not; the nameless household is none."""
    pool = [expert("a", household="h"), expert("b", household="h"), expert("x"), expert("y")]
    assert breaks(recusal.same_household, case(pool), "a", "b")
    assert not breaks(recusal.same_household, case(pool), "a", "x", "y")


def test_groups_of_one_still_bind_a_person_who_sits_twice(breaks):
    """Where S1 is lifted a loner in two seats counts twice for the own household and employer."""
    world = case([expert("a", household="own", employer="o"), expert("b", household="other", employer="q")])
    assert breaks(recusal.same_household, world, "a", "a")
    assert breaks(recusal.same_employer, world, "a", "a", most=1)
    assert not breaks(recusal.same_employer, world, "a", "b", most=1)
