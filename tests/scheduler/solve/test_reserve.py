"""Competing lots: whatever panel is drawn the others stay possible, and no harmless panel is forbidden."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from scheduler.errors import Refused
from scheduler.rules import limits, numbers_of
from scheduler.solve import reserve
from scheduler.solve.clash import NoPanel
from scheduler.solve.draw import make_lottery
from scheduler.solve.joint import waiting as waiting_of
from scheduler.solve.reserve import RESERVED, protected, reserved
from tests.scheduler import small, worlds

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
PLAIN = numbers_of()


def waiting(case, numbers, hours=(0, 3)):
    """A lot booked in a window of the morning."""
    starts, ends = (NINE + timedelta(hours=hour) for hour in hours)
    return case, waiting_of(case, limits(case, numbers), starts, ends)


def names(panel):
    """Who sits."""
    return frozenset(choice.expert for choice in panel)


def together(taken, others):
    """Whether all others can be filled without `taken`, by trying every panel of each."""
    ways = [
        [names(panel) for panel in small.panels(o[0], n) if taken.isdisjoint(names(panel))] for o, n in others
    ]
    for combination in product(*ways):
        clash = any(
            one & two and others[i][0][1].overlaps(others[j][0][1])
            for i, one in enumerate(combination)
            for j, two in enumerate(combination)
            if i < j
        )
        if not clash:
            return True
    return False


def judged(case, numbers, others):
    """The limits, after counting over every panel that they are sound and forbid nothing harmless."""
    rows = limits(case, numbers)
    found = reserved(case, rows, [other for (_, other), _ in others])
    assert all(row.rule == RESERVED and row.experts is not None and row.least == 0 for row in found)
    kept = {choice.expert for choice in case.kept}
    for panel in small.panels(case, numbers):
        allowed = all(len(names(panel) & set(row.experts)) <= row.most for row in found)
        assert allowed == together(names(panel) | kept, others), (sorted(names(panel)), found)
    return found


def pool(*specialities):
    """e0, e1, … with these codes."""
    return [
        worlds.expert(f"e{i}", specialities=tuple(codes.split()), employer=f"o{i}")
        for i, codes in enumerate(specialities)
    ]


def test_the_one_scarce_expert_is_left_for_the_lot_that_needs_him():
    """Both lots want an A; the later one also the only B, who is an A too: a naive draw would take him."""
    people = pool("A01", "A01", "A01 B01")
    case = worlds.case(people, [("A", 1)])
    other = worlds.case(people, [("B", 1), ("A", 1)])
    found = judged(case, PLAIN, [(waiting(other, PLAIN), PLAIN)])
    assert [(row.experts, row.most) for row in found] == [(("e2",), 0)]
    lottery = make_lottery(case, (*limits(case, PLAIN), *found))
    assert lottery.excluded == {"e2": "F6"}


def test_a_scarce_kind_becomes_one_limit_over_all_of_it():
    """Five of a kind, three needed later: at most two of the five, in one limit and no matter whom."""
    people = pool(*["A01 B01"] * 5, *["A01"] * 4)
    case = worlds.case(people, [("A", 4)])
    other = worlds.case(people, [("B", 3)])
    found = judged(case, PLAIN, [(waiting(other, PLAIN), PLAIN)])
    assert [(row.experts, row.most) for row in found] == [(("e0", "e1", "e2", "e3", "e4"), 2)]


def test_nothing_is_reserved_where_nothing_is_scarce():
    """Enough for all: no limit."""
    people = pool(*["A01"] * 9)
    case = worlds.case(people, [("A", 2)])
    assert judged(case, PLAIN, [(waiting(worlds.case(people, [("A", 3)]), PLAIN), PLAIN)] * 2) == ()


def test_lots_that_are_possible_one_by_one_but_not_together_are_protected_together():
    """Each other lot alone would find its B; together they need both, and so nobody may be taken."""
    people = pool("A01 B01", "A01 B01", "A01", "A01")
    case = worlds.case(people, [("A", 2)])
    other = worlds.case(people, [("B", 1)])
    both = [(waiting(other, PLAIN), PLAIN), (waiting(other, PLAIN, (1, 2)), PLAIN)]
    assert [(row.experts, row.most) for row in judged(case, PLAIN, both)] == [(("e0", "e1"), 0)]


def test_lots_one_after_the_other_share_their_people():
    """Windows that only touch may have the same expert: then one of the two may be taken."""
    people = pool("A01 B01", "A01 B01", "A01", "A01")
    case = worlds.case(people, [("A", 2)])
    other = worlds.case(people, [("B", 1)])
    both = [(waiting(other, PLAIN, (0, 2)), PLAIN), (waiting(other, PLAIN, (2, 4)), PLAIN)]
    assert [(row.experts, row.most) for row in judged(case, PLAIN, both)] == [(("e0", "e1"), 1)]


def test_members_who_sit_already_are_gone_for_the_others():
    """A later round: the kept count as taken, and only the rest is shared out."""
    people = pool("A01 B01", "A01 B01", "A01 B01", "A01")
    case = worlds.case(people, [("A", 2)], kept=(worlds.choice("e0"),))
    other = worlds.case(people, [("B", 2)])
    found = judged(case, PLAIN, [(waiting(other, PLAIN), PLAIN)])
    assert [(row.experts, row.most) for row in found] == [(("e1", "e2"), 0)]


def test_others_that_were_never_possible_are_refused():
    """Nothing can be kept for a lot that has no panel even if nobody is drawn."""
    people = pool("A01", "A01")
    case = worlds.case(people, [("A", 1)])
    with pytest.raises(Refused, match="reserve"):
        reserved(case, limits(case, PLAIN), [waiting(worlds.case(people, [("B", 1)]), PLAIN)[1]])


def test_where_every_panel_would_harm_the_clash_names_the_reservation():
    """The draw cannot have what the others need: no panel, because of F6."""
    people = pool("A01 B01", "A01 B01")
    case = worlds.case(people, [("A", 1)])
    found = judged(case, PLAIN, [(waiting(worlds.case(people, [("B", 2)]), PLAIN), PLAIN)])
    with pytest.raises(NoPanel) as told:
        make_lottery(case, (*limits(case, PLAIN), *found))
    assert set(told.value.clash.rules) == {"S0", "F6"}
    assert "lots booked earlier" in told.value.clash.reasons[-1].says.en


def test_random_worlds_with_crossing_rules_are_safe_and_nothing_harmless_is_forbidden():
    """Employers, counties and households cross in all lots; every panel of the draw is tried."""
    tried = bound = 0
    for number in range(120):
        case = worlds.file_case(number, people=7)
        dice = worlds.Dice(number + 77)
        others = []
        for lot in range(1 + dice.upto(1)):
            other = worlds.case(
                case.pool, [(dice.one(("A", "A01", "B", "A02")), 1 + dice.upto(1))], recused=case.recused
            )
            numbers = worlds.file_numbers(number + 1000 * (lot + 1))
            others.append((waiting(other, numbers, (lot, 2 + dice.upto(1))), numbers))
        try:
            found = judged(case, worlds.file_numbers(number), others)
        except Refused:
            assert not together({choice.expert for choice in case.kept}, others), number
            continue
        tried += 1
        bound += bool(found)
    assert tried > 30
    assert bound > 8


def crossing(number):
    """A random world: a case, its numbers and one or two other lots."""
    case, dice, others = worlds.file_case(number, people=7), worlds.Dice(number + 77), []
    for lot in range(1 + dice.upto(1)):
        seats = [(dice.one(("A", "A01", "B", "A02")), 1 + dice.upto(1))]
        other = worlds.case(case.pool, seats, recused=case.recused)
        numbers = worlds.file_numbers(number + 1000 * (lot + 1))
        others.append((waiting(other, numbers, (lot, 2 + dice.upto(1))), numbers))
    return case, worlds.file_numbers(number), others


@pytest.mark.parametrize("classes", [0, 3])
def test_where_lots_are_too_many_for_an_exact_answer_the_draw_is_safe_and_stays_possible(
    monkeypatch, classes
):
    """The coarser tiers, forced on small worlds: every panel left is harmless, and one is left if there is any."""
    monkeypatch.setattr(reserve, "_EXACT", classes)
    monkeypatch.setattr(reserve, "_EFFORT", 0)
    tried = bound = 0
    for number in range(40):
        case, numbers, others = crossing(number)
        kept = {choice.expert for choice in case.kept}
        try:
            found = reserved(case, limits(case, numbers), [other for (_, other), _ in others])
        except Refused:
            assert not together(kept, others), number
            continue
        harmless = left = 0
        for panel in small.panels(case, numbers):
            fine = together(names(panel) | kept, others)
            allowed = all(len(names(panel) & set(row.experts)) <= row.most for row in found)
            assert fine or not allowed, (number, sorted(names(panel)))
            harmless, left = harmless + fine, left + allowed
        assert left or not harmless, number
        tried, bound = tried + 1, bound + bool(found)
    assert tried > 12
    assert bound > 1


def test_who_is_booked_first_is_protected_first():
    """Three lots want two economists each of five: the third cannot be filled beside the others and does not count."""
    people = pool(*["B01"] * 5)
    lots = [waiting(worlds.case(people, [("B", 2)]), PLAIN)[1] for _ in range(3)]
    assert protected(lots) == tuple(lots[:2])


def test_a_lot_further_on_in_a_chain_is_protected_through_the_one_between():
    """If the case took the first B, the lot beside it would take the other, who is the only C of the lot beyond."""
    people = pool("A01 B01", "B01 C01", "A01")
    case = worlds.case(people, [("A", 1)])
    near = waiting(worlds.case(people, [("B", 1)]), PLAIN, (2, 5))[1]
    far = waiting(worlds.case(people, [("C", 1)]), PLAIN, (4, 6))[1]
    assert reserved(case, limits(case, PLAIN), [near]) == ()
    found = reserved(case, limits(case, PLAIN), [near, replace(far, near=False)])
    assert [(row.experts, row.most) for row in found] == [(("e0",), 0)]
