"""Over many draws: fair worlds raise no alarm, planted deviations do, and the odds are exact."""

from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest

from crypto.stream import Stream
from scheduler.observed import (
    Record,
    benjamini_hochberg,
    chi_square,
    concentration,
    deviations,
    pairs,
    seats_of,
)
from scheduler.rules import limits, numbers_of
from scheduler.solve.draw import make_lottery
from tests.scheduler import worlds

SEED = b"over time" + bytes(23)
PEOPLE = 36


@cache
def lotteries():
    """Three kinds of lots over one pool: other seats, the same people."""
    people = [
        worlds.expert(
            f"e{i:02d}",
            region=f"3401{i % 6 + 1:02d}",
            specialities=("A0101",) if i % 3 else ("B0101",),
            employer=f"o{i % 9}",
        )
        for i in range(PEOPLE)
    ]
    made = []
    for seats in ([("A", 3), ("B", 2)], [("A", 4), ("B", 1)], [("A", 2), ("B", 3)]):
        case = worlds.case(people, seats)
        rows = limits(case, numbers_of(same_employer_max=1, same_region_max=2))
        made.append(make_lottery(case, rows))
    return tuple(made)


def history(lots: int, seed: bytes = SEED) -> list[Record]:
    """What honest draws leave behind."""
    stream = Stream(seed)
    found = []
    for lot in range(lots):
        lottery = lotteries()[lot % 3]
        won = lottery.winner(stream.derive(str(lot)).take(32))
        found.append(Record(lottery=lottery, drawn=frozenset(choice.expert for choice in won)))
    return found


def county():
    """Expert → county."""
    return {f"e{i:02d}": f"3401{i % 6 + 1:02d}" for i in range(PEOPLE)}


def alone():
    """Everybody a group."""
    return {f"e{i:02d}": f"e{i:02d}" for i in range(PEOPLE)}


def bent(records, who, every):
    """Every so many draws `who` sits in somebody's place."""
    return [
        record
        if i % every or who in record.drawn
        else replace(record, drawn=record.drawn - {min(record.drawn)} | {who})
        for i, record in enumerate(records)
    ]


def test_the_odds_of_a_group_are_those_of_the_lottery():
    """They add up to 1, their mean is the sum of the chances, and 4 000 winners come as often."""
    lottery = lotteries()[0]
    odds = seats_of(lottery, county())
    chances = lottery.chances()
    stream, counts = Stream(SEED), {name: [0] * 6 for name in odds}
    for i in range(4000):
        won = [county()[c.expert] for c in lottery.winner(stream.derive("w", str(i)).take(32))]
        for name, count in counts.items():
            count[won.count(name)] += 1
    for name, one in odds.items():
        assert sum(one) == pytest.approx(1)
        mean = sum(float(p) for who, p in chances.items() if county()[who] == name)
        assert sum(k * p for k, p in enumerate(one)) == pytest.approx(mean)
        for k, p in enumerate(one):
            assert abs(counts[name][k] / 4000 - p) < 4.5 * (p * (1 - p) / 4000) ** 0.5 + 1e-9


def test_fair_worlds_raise_no_alarm():
    """Of a dozen fair histories hardly one has anything named, and the wholes are in line."""
    alarmed = small = 0
    for i in range(12):
        records, stream = history(60, bytes([i]) * 32), Stream(bytes([i]))
        rows = (*deviations(records, county()), *deviations(records, alone()), *pairs(records))
        alarmed += any(row.named for row in rows)
        small += chi_square(records, county(), stream, worlds=39).p <= 0.05
        small += concentration(records, stream, worlds=39).p <= 0.05
    assert alarmed <= 1
    assert small <= 3


def test_an_expert_who_comes_too_often_is_named_first():
    """A seat in every third draw given to the same person stands out among all people, and only that person."""
    records = bent(history(120), "e07", every=3)
    rows = deviations(records, alone())
    assert (rows[0].group, rows[0].named) == ("e07", True)
    assert rows[0].observed > rows[0].expected
    assert [row.group for row in rows if row.named] == ["e07"]
    assert concentration(records, Stream(SEED)).p <= 0.02


def test_a_county_that_comes_too_often_is_named():
    """So is its county, and the whole is out of line."""
    records = bent(bent(history(120), "e07", every=3), "e01", every=2)
    first = deviations(records, county())[0]
    assert (first.group, first.named) == (county()["e07"], True)
    assert chi_square(records, county(), Stream(SEED)).p <= 0.02


def test_two_who_always_meet_are_named():
    """A pair placed together again and again stands out among all pairs, although neither comes too often."""
    people = [worlds.expert(f"e{i:02d}") for i in range(20)]
    case = worlds.case(people, [("A", 3)])
    lottery, stream = make_lottery(case, limits(case, numbers_of())), Stream(SEED)
    drawn = [{c.expert for c in lottery.winner(stream.derive(str(i)).take(32))} for i in range(80)]
    one, two = "e03", "e10"
    apart = [i for i, some in enumerate(drawn) if two in some and one not in some]
    for some in drawn:
        if one in some and two not in some and apart:
            out = max(some - {one})
            some.symmetric_difference_update({out, two})
            drawn[apart.pop()].symmetric_difference_update({out, two})
    records = [Record(lottery=lottery, drawn=frozenset(some)) for some in drawn]
    first = pairs(records)[0]
    assert (first.group, first.named) == ("e03+e10", True)
    assert not any(row.named for row in deviations(records, {e.id: e.id for e in people}))


def test_what_the_lotteries_excuse_is_no_deviation():
    """Somebody with a large published chance comes often, and nobody is alarmed."""
    people = [worlds.expert("only", specialities=("B0101",))] + [worlds.expert(f"e{i}") for i in range(20)]
    case = worlds.case(people, [("A", 2), ("B", 1)])
    lottery = make_lottery(case, limits(case, numbers_of()))
    records = []
    for i in range(40):
        won = lottery.winner(Stream(SEED).derive(str(i)).take(32))
        records.append(Record(lottery=lottery, drawn=frozenset(c.expert for c in won)))
    rows = {row.group: row for row in deviations(records, {e.id: e.id for e in people})}
    assert (rows["only"].observed, rows["only"].p, rows["only"].named) == (40, 1.0, False)
    assert not any(row.named for row in pairs(records))
    assert len(list(combinations(people, 2))) > len(pairs(records))


def test_benjamini_hochberg_is_the_textbooks():
    """The largest k with p(k) <= rate · k / m, and all below it; more looked at, fewer named."""
    ps = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]
    assert benjamini_hochberg(ps) == (True, True) + (False,) * 8
    assert benjamini_hochberg(ps, rate=0.1) == (True,) * 5 + (True, False, False, False, False)
    assert benjamini_hochberg(ps, among=100) == (False,) * 10
    assert benjamini_hochberg([]) == ()
