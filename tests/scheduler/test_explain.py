"""Does everyone hear the right reasons, with facts only where they belong?"""

from scheduler.explain import Funnel, funnel, reason, why
from scheduler.limits import Words
from scheduler.rules import limits, numbers_of
from scheduler.solve.draw import make_lottery
from tests.scheduler.worlds import case, choice, expert


def test_each_rule_that_alone_keeps_a_person_out_is_named():
    """Recused and from a host county with no place: both, in reading order, facts in the sentence."""
    pool = [expert("a", region="340101"), expert("b", region="340102")]
    world = case(pool, recused=frozenset({"a"}))
    rows = limits(world, numbers_of(host_region_max=0))
    assert [r.rule for r in why(world, rows, "a")] == ["R0", "L4"]
    assert why(world, rows, "a")[1].says == Words(
        "项目所在县（340101）专家至多 0 人", "at most 0 from the lot's county 340101"
    )
    assert why(world, rows, "b") == ()


def test_a_kept_colleague_is_a_reason_too():
    """Where a kept member has used up the employer's one place, the colleague hears R12 and no name."""
    pool = [expert("k", employer="o"), expert("a", employer="o"), expert("b")]
    world = case(pool, [("A", 2)], kept=(choice("k"),))
    (told,) = why(world, limits(world, numbers_of(same_employer_max=1)), "a")
    assert (told.rule, told.title.en) == ("R12", "same employer")
    assert "o" not in told.title.zh


def test_many_limits_of_one_rule_are_told_in_three_and_counted():
    """Five employers: the three largest in words, two counted."""
    pool = [expert(f"{o}{i}", employer=f"o{o}") for o in range(5) for i in range(2 + (o == 4))]
    rows = limits(case(pool), {"R12": {"most": 1}})
    says = reason("R12", rows).says
    assert says.en.startswith("at most 1 of employer o4; ")
    assert says.en.endswith("and 2 more of this kind")
    assert says.zh.endswith("另有 2 条同类限制")


def test_a_rule_nobody_declared_speaks_by_its_id():
    """Quotas of a file have no title of their own."""
    assert reason("gender=f", []).says == Words("gender=f", "gender=f")


def test_the_funnel_counts_people_and_names_nobody():
    """From pool to panel: each step is a number, and each is at most the one before."""
    pool = [
        expert("k", employer="o"),
        expert("l", employer="o"),
        expert("r"),
        expert("x", specialities=("B",)),
    ]
    pool += [expert(f"e{i}") for i in range(4)]
    world = case(pool, [("A", 3)], kept=(choice("k"),), recused=frozenset({"r"}))
    rows = limits(world, numbers_of(same_employer_max=1))
    lottery = make_lottery(world, rows)
    counted = funnel(world, rows, lottery, lottery.winner(bytes(32)))
    assert counted == Funnel(pool=8, matching=7, eligible=5, seatable=4, drawn=2, kept=1)
