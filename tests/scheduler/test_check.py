"""Does the checker count what the limits say, also for whole lotteries?"""

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

import pytest

from scheduler.check import ADDED_UP, breaches, misfit_classes, unlawful
from scheduler.lottery import Lottery, Method, whole_tickets
from scheduler.rules import limits
from tests.scheduler import worlds
from tests.scheduler.worlds import case, choice, expert


def test_a_breach_names_the_limit_and_the_count():
    """Three colleagues where one is allowed: the limit of that employer, and three."""
    world = case([expert(name, employer="o") for name in "abc"], [("A", 3)])
    (breach,) = breaches(limits(world, {"R12": {"most": 1}}), [choice(name) for name in "abc"])
    assert breach.limit.facts == {"employer": "o", "most": 1}
    assert (breach.limit.rule, breach.count, breach.expert) == ("R12", 3, None)


def test_a_breach_of_one_seat_each_names_the_person():
    """Twice the same person: S1, two, and who."""
    world = case([expert("a"), expert("b")], [("A", 2)])
    (breach,) = breaches(limits(world, {"S1": {}}), [choice("a"), choice("a"), choice("b")])
    assert (breach.limit.rule, breach.count, breach.expert) == ("S1", 2, "a")


def any_lottery(number, world):
    """Some lottery over arbitrary classes: whoever can take the same seats, cut in two; panels at random."""
    dice = worlds.Dice(number + 77)
    codes = sorted({seats.speciality for seats in world.seats})
    kept = tuple(sorted(world.kept, key=lambda c: (c.speciality, c.expert)))
    groups = {}
    for e in sorted(world.pool, key=lambda e: e.id):
        held = tuple(i for i, code in enumerate(codes) if any(own.startswith(code) for own in e.specialities))
        if held and e.id not in {k.expert for k in kept}:
            groups.setdefault((held, dice.upto(1)), []).append(e.id)
    classes = sorted((tuple(who), held) for (held, _), who in groups.items())
    panels = set()
    for _ in range(4 if classes else 0):
        panel = {}
        for c, (who, held) in enumerate(classes):
            for _ in range(dice.upto(min(2, len(who)))):
                key = (c, dice.one(held))
                panel[key] = panel.get(key, 0) + 1
        panels.add(tuple(sorted((c, r, k) for (c, r), k in panel.items())))
    panels.add(())
    return Lottery(
        roles=tuple(codes),
        kept=kept,
        classes=tuple(who for who, _ in classes),
        panels=tuple(sorted(panels)),
        tickets=whole_tickets([Fraction(1)] * len(panels)),
        method=Method.RELAXATION,
        optimal=False,
        bound=Fraction(1),
    )


def picks(lottery, panel):
    """Every concrete panel of a panel over classes."""
    ways = []
    for c in sorted({c for c, _, _ in panel}):
        parts = [(lottery.roles[r], k) for d, r, k in panel if d == c]
        ways.append(list(_assign(set(lottery.classes[c]), parts)))
    for way in product(*ways):
        yield (*lottery.kept, *(c for part in way for c in part))


def _assign(members, parts):
    if not parts:
        yield ()
        return
    (role, count), *rest = parts
    for some in combinations(sorted(members), count):
        for more in _assign(members - set(some), rest):
            yield (*(choice(who, role) for who in some), *more)


@pytest.mark.parametrize("together", [ADDED_UP, 2])
def test_a_panel_over_classes_is_lawful_exactly_when_every_pick_is(monkeypatch, together):
    """For arbitrary classes the worst counts find exactly the limits that some pick breaks, however counted."""
    monkeypatch.setattr("scheduler.check.ADDED_UP", together)
    found = 0
    for number in range(150):
        world, numbers = worlds.file_case(number), worlds.file_numbers(number)
        rows, lottery = limits(world, numbers), any_lottery(number, world)
        worst = {(b.panel, id(b.breach.limit)) for b in unlawful(lottery, rows)}
        plainly = {
            (p, id(breach.limit))
            for p, panel in enumerate(lottery.panels)
            for pick in picks(lottery, panel)
            for breach in breaches(rows, pick)
        }
        assert worst == plainly, number
        found += len(worst)
    assert found > 300


def test_a_class_with_a_member_who_lacks_the_seats_speciality_is_named():
    """The role is wrong for one of two members; a kept stranger counts as class −1."""
    world = case([expert("a"), expert("b", specialities=("B01",))], [("A", 1), ("B", 1)])
    lottery = Lottery(
        roles=("A", "B"),
        kept=(),
        classes=(("a",), ("b",)),
        panels=(((0, 0, 1), (1, 1, 1)),),
        tickets=whole_tickets([Fraction(1)]),
        method=Method.RELAXATION,
        optimal=True,
        bound=Fraction(1),
    )
    assert misfit_classes(world, lottery) == ()
    assert misfit_classes(world, replace(lottery, classes=(("a", "b"), ("x",)))) == ((0, "A"), (1, "B"))
    assert misfit_classes(world, replace(lottery, kept=(choice("b", "A"),))) == ((-1, "A"),)


def test_the_checker_and_the_lottery_need_neither_solver_nor_numpy():
    """What the offline verifier imports loads without them."""
    names = "check, explain, limits, lottery, pack, rules"
    code = (
        f"import sys; from scheduler import {names}; print(sorted({{'numpy', 'ortools'}} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
