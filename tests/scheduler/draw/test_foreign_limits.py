"""Does the draw read limits of rules it has never heard of? Quotas with lower and upper ends, all listed."""

from itertools import combinations

from scheduler.check import Checker, unlawful
from scheduler.limits import Limit
from scheduler.model import RuleId
from scheduler.rules import limits
from scheduler.solve.clash import NoPanel
from scheduler.solve.draw import make_lottery
from tests.scheduler.worlds import Dice, case, choice, expert


def quota_world(number):
    """Nine people with two features each, a panel of four, and a quota per feature."""
    dice = Dice(number + 9 * 10**6)
    people = [expert(f"p{i}") for i in range(9)]
    world = case(people, [("A", 4)])
    rows = list(limits(world, {"S0": {}, "S1": {}}))
    for category in ("sex", "town"):
        features = {who.id: dice.one("xyz") for who in people}
        for feature in "xyz":
            least = dice.upto(1) + dice.upto(1)
            rows.append(
                Limit(
                    rule=RuleId(f"{category}={feature}"),
                    experts=tuple(who for who, held in features.items() if held == feature),
                    roles=None,
                    least=least,
                    most=least + 1 + dice.upto(1),
                    facts={},
                )
            )
    return world, rows


def panels(world, rows):
    """Every four people who keep these limits."""
    checker = Checker(rows)
    for four in combinations([who.id for who in world.pool], 4):
        if not checker.breaches([choice(who) for who in four]):
            yield four


def test_quotas_make_lotteries_and_clashes_like_any_rule():
    """Seated are those on some listed panel; a clash is impossible together and possible without any one."""
    drawn = clashes = 0
    for number in range(120):
        world, rows = quota_world(number)
        listed = list(panels(world, rows))
        try:
            lottery = make_lottery(world, rows)
        except NoPanel as none:
            clashes += 1
            names = set(none.clash.rules)
            assert not listed
            assert not list(panels(world, [row for row in rows if row.rule in names]))
            for name in names - {"S0", "S1"}:
                assert list(panels(world, [row for row in rows if row.rule in names - {name}])), number
        else:
            drawn += 1
            assert set(lottery.chances()) == {who for four in listed for who in four}
            assert unlawful(lottery, rows) == ()
            assert set(lottery.excluded) == {who.id for who in world.pool} - set(lottery.chances())
    assert drawn > 20
    assert clashes > 20
