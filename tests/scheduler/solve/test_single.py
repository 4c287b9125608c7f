"""Does counting alone find who completes a panel that lacks one member, as the search for larger panels does?"""

from dataclasses import replace

from scheduler.limits import wanted
from scheduler.model import Choice
from scheduler.rules import limits
from scheduler.solve.clash import NoPanel
from scheduler.solve.collapse import collapse
from scheduler.solve.draw import make_lottery
from scheduler.solve.excluded import excluded, seatable_of
from scheduler.solve.single import completing
from tests.scheduler import worlds


def lacking_one(number):
    """A small world in which a lawful panel sits but for its first seat, and its limits; None: it has no panel."""
    case, numbers = worlds.file_case(number, people=14, seats=4), worlds.file_numbers(number)
    try:
        panel = make_lottery(case, limits(case, numbers)).winner(bytes(32))
    except NoPanel:
        return None
    taken = tuple(Choice(expert=c.expert, speciality=c.speciality) for c in panel)
    leaving = [c for c in taken if c not in case.kept]
    if not leaving:
        return None
    case = replace(case, kept=tuple(c for c in taken if c != leaving[0]))
    return case, limits(case, numbers)


def test_counting_seats_and_bars_the_same_people_as_the_search():
    """Over many worlds: the same people may take the seat, and everybody else is out by the same rule."""
    seats, rules = 0, set()
    for number in range(400):
        found = lacking_one(number)
        if found is None:
            continue
        case, bounds = found
        counted = completing(case, bounds)
        world = collapse(case, bounds)
        able = {
            who for c in seatable_of(world.problem, range(len(world.classes))) for who in world.classes[c]
        }
        assert set(counted.people) == able, number
        assert counted.excluded == excluded(case, bounds, able), number
        assert sum(wanted(case).values()) == len(case.kept) + 1
        seats += 1
        rules |= set(counted.excluded.values())
    assert seats > 100
    assert {"S0", "R0", "R12", "R13", "L4", "L5", "L3"} <= rules


def test_where_the_kept_members_already_break_a_rule_nobody_completes_the_panel():
    """A household that sits twice is no panel's beginning, whoever else comes."""
    for number in range(400):
        found = lacking_one(number)
        if found is None or len(found[0].kept) < 2:
            continue
        case, bounds = found
        first, second = (choice.expert for choice in case.kept[:2])
        pair = next(limit for limit in bounds if limit.rule == "S0")
        both = replace(pair, rule="R13", experts=(first, second), roles=None, least=0, most=1)
        assert completing(case, [*bounds, both]) is None
        return
    raise AssertionError("no world with two kept members")
