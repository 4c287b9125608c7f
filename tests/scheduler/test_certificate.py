"""The certificate of fairness: it always checks where the engine says optimal, and no part of it can be changed."""

from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.quota import generated
from crypto.errors import Broken
from scheduler.certificate import CLOSE, Ledger, judge
from scheduler.errors import Refused
from scheduler.levels import Certificate
from scheduler.limits import Limit
from scheduler.lottery import TOTAL, Lottery, from_body
from scheduler.model import Case
from scheduler.quota import quota_limits
from scheduler.rules import limits, numbers_of
from scheduler.solve.clash import NoPanel
from scheduler.solve.draw import make_lottery
from tests.scheduler import worlds


def made(case: Case, rows: tuple[Limit, ...]) -> Lottery | None:
    """The lottery, or None where there is no panel."""
    try:
        return make_lottery(case, rows)
    except NoPanel:
        return None


@cache
def file_world(number: int) -> tuple[Case, tuple[Limit, ...], Lottery | None]:
    """A small world of the file rules."""
    case = worlds.file_case(number)
    rows = limits(case, worlds.file_numbers(number))
    return case, rows, made(case, rows)


@cache
def quota_world(number: int) -> tuple[Case, tuple[Limit, ...], Lottery | None]:
    """Quotas that cross, so that faces without a lawful panel are common."""
    asked = generated((16, 5, 5, 4), number, 0.8)
    case = asked.case()
    rows = quota_limits(case, asked.shares())
    return case, rows, made(case, rows)


def six() -> tuple[Case, tuple[Limit, ...], Lottery]:
    """The pool of docs/lottery.md: a, b and c work for one employer, two seats."""
    people = [worlds.expert(name, employer="X" if name in "abc" else name) for name in "abcdef"]
    case = worlds.case(people, [("A", 2)])
    rows = limits(case, numbers_of(same_employer_max=1))
    lottery = made(case, rows)
    assert lottery is not None
    return case, rows, lottery


def test_the_six_of_the_page_are_proved_as_by_hand():
    """Weights of 1 on the large employer and a price on its limit: nobody can do better than 1/3."""
    case, rows, lottery = six()
    verdict = judge(case, rows, lottery)
    assert (verdict.complete, verdict.searched, verdict.unproved) == (True, (), 0)
    assert verdict.gap < Fraction(1, 10**12)
    assert abs(lottery.certificate.levels[0].ceiling - Fraction(1, 3)) < Fraction(1, 10**12)


def test_small_worlds_of_the_file_rules_are_always_proved_by_arithmetic():
    """Every level, and everybody named as out."""
    proved = 0
    for number in range(150):
        case, rows, lottery = file_world(number)
        if lottery is not None and lottery.classes:
            assert lottery.optimal
            verdict = judge(case, rows, lottery)
            assert (verdict.complete, verdict.searched, verdict.unproved) == (True, (), 0), number
            proved += 1
    assert proved > 50


def test_worlds_whose_rules_cross_are_proved_or_say_by_search():
    """Repaired lotteries check as well; where only a search knows, the gap is told and nothing claimed."""
    repaired = searched = 0
    for number in (2, 5, 7, 12, 20, 52, 56, 57):
        case, rows, lottery = quota_world(number)
        if lottery is None:
            continue
        assert lottery.optimal
        verdict = judge(case, rows, lottery)
        assert verdict.complete
        assert bool(verdict.searched) == (verdict.gap > CLOSE)
        repaired += lottery.method.value == "repaired"
        searched += bool(verdict.searched)
    assert repaired > searched > 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 3))
def test_the_arithmetic_holds_for_every_panel_whatever_the_prices(number, kind):
    """However weights and prices are chosen, no panel of the lottery weighs more than the ledger says."""
    case, rows, lottery = file_world(number % 400) if kind < 3 else quota_world(number % 60)
    if lottery is None:
        return
    dice = worlds.Dice(number)
    ledger = Ledger(case, rows)
    fit = [at for at, one in enumerate(ledger.limits) if not one.each]
    prices = [(at, dice.upto(6) - 3) for at in fit if dice.hit(2)]
    prices = tuple((at, p) for at, p in prices if p < 0 or (p > 0 and ledger.ends[at][1] is not None))
    weights = {expert.id: dice.upto(5) for expert in case.pool}
    most = ledger.most(weights, prices)
    for i in range(5):
        panel = lottery.winner(bytes([i]) * 32)
        assert sum(weights[choice.expert] for choice in panel if choice not in case.kept) <= most


def test_a_fairer_lottery_breaks_the_certificate_of_a_worse_one():
    """Panels weighed otherwise: the levels no longer say what the lottery gives."""
    for number in range(40):
        case, rows, lottery = file_world(number)
        if lottery is None or len(lottery.panels) < 2:
            continue
        first, last, *rest = lottery.tickets[0], lottery.tickets[-1], *lottery.tickets[1:-1]
        move = TOTAL // 1000
        if first <= move:
            continue
        worse = replace(lottery, tickets=(first - move, *rest, last + move))
        if any(
            abs(a - b) > 2 * CLOSE
            for a, b in zip(worse.chances().values(), lottery.chances().values(), strict=True)
        ):
            with pytest.raises(Refused, match="certificate"):
                judge(case, rows, worse)


def tampered(certificate: Certificate, at: int, how: str) -> Certificate | None:
    """The certificate with one number of one level changed; None where that level has none such."""
    level = certificate.levels[at]
    if how == "weight":
        (weight, some), *rest = level.weights
        changed = replace(level, weights=((weight + weight // 7 + 1, some), *rest))
    elif how == "lighter":
        *rest, (weight, some) = level.weights
        if weight == 1:
            return None
        changed = replace(level, weights=(*rest, (weight - weight // 7 - 1, some)))
    elif how == "price":
        if not level.prices:
            return None
        place, price = level.prices[0]
        changed = replace(level, prices=((place, price + price // 7 + 1), *level.prices[1:]))
    elif how == "limit":
        if not level.prices:
            return None
        place, price = level.prices[-1]
        changed = replace(level, prices=(*level.prices[:-1], (place + 1, price)))
    elif how == "ceiling":
        changed = replace(level, ceiling=level.ceiling + Fraction(1, 10**30))
    else:
        changed = replace(level, classes=())
    return replace(certificate, levels=(*certificate.levels[:at], changed, *certificate.levels[at + 1 :]))


@pytest.mark.parametrize("how", ["weight", "lighter", "price", "limit", "ceiling", "classes"])
def test_no_number_of_a_certificate_can_be_changed(how):
    """Weights, prices, limits, ceilings and classes hang together: refused, or the very same is proved in other
    words (a single weight doubled, a price on another limit over the same people)."""
    refused = kept = 0
    for number in range(60):
        case, rows, lottery = file_world(number) if number % 2 else quota_world(number)
        if lottery is None or len(lottery.classes) < 2:
            continue
        for at in range(len(lottery.certificate.levels)):
            other = tampered(lottery.certificate, at, how)
            if other is not None:
                try:
                    same = judge(case, rows, replace(lottery, certificate=other))
                    assert same == judge(case, rows, lottery)
                    kept += 1
                except Refused:
                    refused += 1
    assert refused > 30
    assert kept < refused / 2
    assert kept == 0 or how not in ("ceiling", "classes")


def test_people_cannot_be_said_to_be_out_without_proof():
    """A proof that covers somebody in the lottery, or proves nothing, is refused."""
    found = 0
    for number in range(60):
        case, rows, lottery = file_world(number)
        for proof in lottery.certificate.outside if lottery else ():
            found += 1
            listed = lottery.classes[0][:1]
            for wrong in (replace(proof, people=(*proof.people, *listed)), replace(proof, prices=())):
                worse = replace(lottery.certificate, outside=(wrong,))
                with pytest.raises(Refused, match="out without proof"):
                    judge(case, rows, replace(lottery, certificate=worse))
            without = replace(lottery, certificate=replace(lottery.certificate, outside=()))
            with suppress(Refused):  # the levels may rest on who is out
                assert judge(case, rows, without).unproved >= len(proof.people)
    assert found > 3


def test_a_claim_without_levels_is_refused_and_an_honest_one_is_not():
    """`optimal` wants every class in a level; a lottery that claims nothing may publish nothing."""
    case, rows, lottery = six()
    bare = replace(lottery, certificate=Certificate())
    with pytest.raises(Refused, match="stand in no level"):
        judge(case, rows, bare)
    modest = judge(case, rows, replace(bare, optimal=False))
    assert (modest.complete, modest.gap) == (False, 1 - min(lottery.chances().values()))  # nothing is proved
    with pytest.raises(Refused, match="bound"):
        judge(case, rows, replace(lottery, bound=Fraction(1, 4)))


def test_a_search_is_believed_for_no_more_than_it_says():
    """A level that claims a search beyond what it would need is refused."""
    for number in (7, 57):
        case, rows, lottery = quota_world(number)
        levels = tuple(
            replace(level, searched=level.searched and level.searched * 2)
            for level in lottery.certificate.levels
        )
        with pytest.raises(Refused, match="claims more than is proved"):
            judge(case, rows, replace(lottery, certificate=replace(lottery.certificate, levels=levels)))


def test_the_bound_is_that_of_a_first_level_found_by_search():
    """Where only a search proves the first level, another bound than the one it found is refused all the same."""
    case, rows, lottery = quota_world(57)
    assert 1 in judge(case, rows, lottery).searched
    for wrong in (-1, 1):
        with pytest.raises(Refused, match="bound"):
            judge(case, rows, replace(lottery, bound=lottery.bound + Fraction(wrong, 100)))


def test_other_limits_are_other_proofs():
    """Without the limit that binds, the same certificate proves nothing."""
    case, rows, lottery = six()
    with pytest.raises(Refused):
        judge(case, limits(case, numbers_of()), lottery)
    with pytest.raises(Refused, match="two seats"):
        judge(case, [row for row in rows if row.rule != "S1"], lottery)


def test_the_body_of_a_certificate_is_read_strictly():
    """It comes back the same, and any other spelling is refused."""
    for number in range(30):
        _, _, lottery = file_world(number)
        if lottery is not None:
            assert from_body(lottery.to_body()) == lottery
    body = six()[2].to_body()
    level = body["certificate"]["levels"][0]
    for wrong in (
        {"scale": "0"}, {"scale": 1}, {"ceiling": "2/6"}, {"classes": [99]}, {"classes": [-1]},
        {"weights": [["1", [0, 0]]]}, {"weights": [["0", [0]]]}, {"weights": [["1"]]}, {"weights": [["01", [0]]]},
        {"prices": [[0, "-0"]]}, {"prices": [[0]]}, {"prices": [[True, "1"]]}, {"searched": 5}, {"more": 1},
    ):  # fmt: skip
        levels = [level | wrong, *body["certificate"]["levels"][1:]]
        with pytest.raises(Broken):
            from_body(body | {"certificate": {"outside": [], "levels": levels}})
