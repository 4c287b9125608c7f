"""Does the draw hold in a world too large to list: lawful, adding up, the same for any order of rows?"""

from functools import cache

import pytest

from scheduler.check import misfit_classes, unlawful
from scheduler.lottery import from_body
from scheduler.model import OrgTag, RegionCode
from scheduler.rules import limits, numbers_of
from scheduler.solve.draw import make_lottery
from tests.scheduler import plain, worlds
from tests.scheduler.worlds import case, choice, expert

NUMBERS = numbers_of(
    same_employer_max=1, same_region_max=2, same_city_max=3, host_region_max=1, offsite_min=2
)


@cache
def world(people):
    """A pool with overlapping employers, households, counties and codes; a few recused, one kept."""
    dice = worlds.Dice(people)
    pool = [
        expert(
            f"e{i:04}",
            region=RegionCode(f"34{1 + dice.upto(6):02}{1 + dice.upto(3):02}"),
            specialities=tuple(f"A{1 + dice.upto(5):02}{1 + dice.upto(5):02}" for _ in range(2)),
            employer=OrgTag(f"o{dice.upto(people // 3)}"),
            household=f"h{dice.upto(people)}",
        )
        for i in range(people)
    ]
    recused = frozenset(f"e{i:04}" for i in range(0, people, 50))
    return case(pool, [("A", 4), ("A06", 2)], recused=recused, kept=(choice("e0001"),))


@pytest.mark.parametrize("people", [120, 300])
def test_every_panel_is_lawful_and_the_chances_add_up(people):
    """No pick breaks a limit, everyone takes a seat that fits, and the open seats are shared out whole."""
    rows = limits(world(people), NUMBERS)
    lottery = make_lottery(world(people), rows)
    assert unlawful(lottery, rows) == ()
    assert misfit_classes(world(people), lottery) == ()
    chances = lottery.chances()
    assert sum(chances.values()) == 5
    assert lottery.optimal
    assert float(lottery.bound) - 1e-6 <= min(chances.values()) <= float(lottery.bound) + 1e-9
    assert chances.keys() | lottery.excluded.keys() == {e.id for e in world(people).pool} - {"e0001"}
    assert from_body(lottery.to_body()) == lottery
    for i in range(30):
        assert not plain.broken(world(people), NUMBERS, lottery.winner(bytes([i]) * 32))


def test_the_lottery_is_the_same_for_any_order_of_rows():
    """Rows turned round: the same classes, panels and tickets."""
    turned = case(
        reversed(world(120).pool),
        [("A06", 1), ("A", 4), ("A06", 1)],
        recused=world(120).recused,
        kept=world(120).kept,
    )
    one, other = (make_lottery(w, limits(w, NUMBERS)) for w in (world(120), turned))
    assert one.to_body() == other.to_body()
