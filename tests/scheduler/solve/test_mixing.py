"""Do panels look as if their members had met by chance? Counted from panels and weights, on fixed worlds."""

import numpy as np
import pytest

from crypto.stream import Stream
from scheduler.solve.columns import Budget
from scheduler.solve.mixing import mixed
from scheduler.solve.panels import leximin
from scheduler.solve.problem import all_lawful
from scheduler.solve.target import attempt
from tests.scheduler.solve.test_leximin_worlds import built, quotas, recount, world


def concerns(seed):
    """200 people of 40 firms, a quarter of them in eight firms of one concern that no row guards; 4 + 2 seats."""
    dice = Stream(b"concerns").derive(str(seed))
    ends = [(4, 4), (2, 2), (3, 6)] + [(0, 2)] * 12 + [(0, 1)] * 40
    signatures = []
    for _ in range(200):
        county, firm = min(dice.below(12), dice.below(12)), dice.below(40)
        rows = [3 + county, 15 + firm] + ([2] if county > 2 else [])
        signatures.append((((0,), (0,), (1,), (0, 1))[dice.below(4)], tuple(rows)))
    return built(signatures, ends), lambda rows: any(15 <= row < 23 for row in rows)


def rows_of(problem):
    """The rows every class stands in."""
    rows = [set() for _ in range(problem.classes)]
    for i, (a, b) in enumerate(zip(problem.rows_start[:-1], problem.rows_start[1:], strict=True)):
        for v in problem.rows_var[a:b].tolist():
            rows[problem.var_class[v]].add(i)
    return rows


def clumping(problem, mix, inside):
    """The variance of the seats of these classes over that of people who sit or not each for themselves."""
    mean = square = 0.0
    mass = [0.0] * problem.classes
    for panel, weight in zip(mix.panels, mix.weights, strict=True):
        seats = sum(count for c, _, count in panel if c in inside)
        mean, square = mean + weight * seats, square + weight * seats**2
        for c, _, count in panel:
            mass[c] += weight * count
    alone = sum(mass[c] * (1 - mass[c] / int(problem.sizes[c])) for c in inside)
    return (square - mean**2) / alone


def quarters(problem, seed):
    """Twenty sets of about a quarter of the classes."""
    dice = Stream(b"quarters").derive(str(seed))
    return [{c for c in range(problem.classes) if dice.below(4) == 0} for _ in range(20)]


@pytest.mark.parametrize("seed", range(3))
def test_a_concern_sits_together_no_oftener_than_chance_has_it(seed):
    """People of firms that no rule ties together are spread over panels as if each sat for themselves."""
    problem, belongs = concerns(seed)
    mix = leximin(problem)
    recount(problem, mix)
    inside = {c for c, rows in enumerate(rows_of(problem)) if belongs(rows)}
    assert mix.method == "relaxation"
    assert clumping(problem, mix, inside) < 1.1
    counties = [{c for c, rows in enumerate(rows_of(problem)) if i in rows} for i in range(3, 15)]
    assert all(clumping(problem, mix, county) < 1.15 for county in counties if county)


@pytest.mark.parametrize("make", [world, quotas])
@pytest.mark.parametrize("seed", range(3))
def test_no_set_of_people_clumps(make, seed):
    """Sets named by nothing but a dice are near chance too, where rows cross as where they do not."""
    problem = make(seed)
    mix = leximin(problem)
    if mix is None:
        assert make is quotas
        return
    ratios = [clumping(problem, mix, inside) for inside in quarters(problem, seed)]
    assert sum(ratios) / len(ratios) < 1.1
    assert max(ratios) < 1.6


def test_panels_of_a_search_are_mixed_too():
    """Triangles of exclusion: the search alone finds three panels; who sits in one says nothing of the others."""
    rings = [((0,), (1 + c, 1 + c // 3 * 3 + (c + 1) % 3)) for c in range(24)]
    problem = built(rings, [(0, 24)] + [(0, 1)] * 24)
    mix = leximin(problem)
    assert mix.method == "repaired"
    assert len(mix.panels) > 200
    assert max(clumping(problem, mix, inside) for inside in quarters(problem, 0)) < 1.6


@pytest.mark.parametrize("seed", range(3))
def test_mixing_changes_nobodys_time_and_breaks_no_row(seed):
    """Before and after, every variable sits equally long, and every panel is lawful."""
    problem, _ = concerns(seed)
    met = attempt(problem, Budget(left=None))
    sheet = mixed(problem, met.panels, met.weights)
    before, after = np.zeros(problem.variables), np.zeros(problem.variables + 1)
    for panel, weight in zip(met.panels, met.weights, strict=True):
        np.add.at(before, panel, weight)
    np.add.at(after, sheet.seats, sheet.lengths[:, None])
    assert after[:-1] == pytest.approx(before, abs=1e-12)
    assert all_lawful(problem, sheet.seats)
    assert len({tuple(seats) for seats in sheet.seats.tolist()}) == len(sheet.lengths)


def test_mixing_is_a_function_of_the_problem():
    """The same panels mixed twice are the same panels, to the last bit of their weights."""
    problem, _ = concerns(1)
    met = attempt(problem, Budget(left=None))
    one, other = (mixed(problem, met.panels, met.weights) for _ in range(2))
    assert one.seats.tolist() == other.seats.tolist()
    assert one.lengths.tolist() == other.lengths.tolist()


def test_a_single_panel_stays_as_it_is():
    """Where only one panel is known there is nobody to change places with."""
    problem = built([((0,), ()), ((0,), (1,))], [(2, 2), (0, 1)])
    assert leximin(problem).weights == (1.0,)


def test_a_broken_panel_is_told_from_a_lawful_one():
    """The last count sees a row filled too high, too low, and a person seated twice."""
    problem = built([((0,), (1,)), ((0,), (1,)), ((0,), (2,)), ((0,), ())], [(2, 2), (0, 1), (1, 1)])
    place = {int(c): v for v, c in enumerate(problem.var_class)}
    rows = rows_of(problem)
    one = next(place[c] for c in place if 1 in rows[c])
    two = next(place[c] for c in place if 2 in rows[c])
    free = next(place[c] for c in place if rows[c] == {0})
    assert all_lawful(problem, np.array([[one, two], [free, two]]))
    assert not all_lawful(problem, np.array([[one, two], [one, one]]))
    assert not all_lawful(problem, np.array([[one, two], [one, free]]))
    assert not all_lawful(problem, np.array([[one, two], [-1, two]]))
