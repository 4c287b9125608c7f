"""Worlds too large to list all panels: every panel recounted, every proof checked by arithmetic alone."""

import itertools
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from benchmarks.quota import generated
from crypto.stream import Stream
from scheduler.quota import quota_limits
from scheduler.solve.chances import relaxed
from scheduler.solve.collapse import collapse
from scheduler.solve.columns import Budget, cover
from scheduler.solve.lawful import Oracle, lawful
from scheduler.solve.panels import leximin
from scheduler.solve.problem import Problem
from scheduler.solve.repair import repaired

SEATS = (3, 2, 1)
ROLES = [(0,), (0,), (0,), (1,), (1,), (2,), (0, 1), (0, 2), (0, 1, 2)]


def world(seed, people=90, counties=7, firms=25):
    """Three roles, employers that cross counties, a county cap of two, a host county, two from elsewhere."""
    dice = Stream(b"world").derive(str(seed))
    ends = [(n, n) for n in SEATS] + [(0, 1), (2, 9)] + [(0, 2)] * counties + [(0, 1)] * firms
    signatures = []
    for _ in range(people):
        roles = ROLES[dice.below(len(ROLES))]
        county, firm = min(dice.below(counties), dice.below(counties)), dice.below(firms)
        rows = [5 + county, 5 + counties + firm] + ([3] if county == 2 else []) + ([4] if county else [])
        signatures.append((roles, tuple(sorted(rows))))
    return built(signatures, ends)


def quotas(seed, people=70, size=12):
    """One role; four features; every value between a floor and a ceiling: rows that cross everywhere."""
    dice = Stream(b"world").derive(str(seed))
    ends, features = [(size, size)], []
    for many in (2, 3, 3, 4):
        values = [min(dice.below(many), dice.below(many)) for _ in range(people)]
        features.append([len(ends) + v for v in values])
        share = [values.count(v) / people * 0.6 + 0.4 / many for v in range(many)]
        ends += [(max(int(s * size - 0.7), 0), int(s * size + 1.7)) for s in share]
    return built([((0,), tuple(f[i] for f in features)) for i in range(people)], ends)


def built(signatures, ends):
    """A Problem from people given by their roles and the rows they stand in; row r < roles is role r."""
    sizes = Counter(signatures)
    cells, members = [], [[] for _ in ends]
    for c, (roles, rows) in enumerate(sorted(sizes)):
        for role in roles:
            for i in {role, *rows}:
                members[i].append(len(cells))
            cells.append((c, role))

    def whole(values):
        return np.array(list(values), dtype=np.int64)

    return Problem(
        sizes=whole(sizes[s] for s in sorted(sizes)),
        var_class=whole(c for c, _ in cells),
        var_role=whole(r for _, r in cells),
        rows_start=whole(np.cumsum([0] + [len(m) for m in members])),
        rows_var=whole(v for m in members for v in m),
        low=whole(low for low, _ in ends),
        high=whole(high for _, high in ends),
    )


def members_of(problem):
    """The variables of every row."""
    start = problem.rows_start.tolist()
    return [problem.rows_var[a:b].tolist() for a, b in itertools.pairwise(start)]


def chances_of(problem, mix):
    """Every class's chance, from panels and weights alone."""
    got = [0.0] * problem.classes
    for panel, weight in zip(mix.panels, mix.weights, strict=True):
        for c, _, count in panel:
            got[c] += weight * count / int(problem.sizes[c])
    return got


def recount(problem, mix):
    """Every panel keeps every row and every class's size."""
    place = {(c, r): v for v, (c, r) in enumerate(zip(problem.var_class, problem.var_role, strict=True))}
    rows = members_of(problem)
    for panel in mix.panels:
        x = [0] * problem.variables
        for c, r, count in panel:
            x[place[c, r]] = count
        for members, low, high in zip(rows, problem.low, problem.high, strict=True):
            assert low <= sum(x[v] for v in members) <= high
        seats = Counter()
        for c, _, count in panel:
            seats[c] += count
        assert all(n <= problem.sizes[c] for c, n in seats.items())


def check_proofs(problem, mix):
    """Multiply and add: no lottery can give the classes of a level more than they have."""
    sizes, got, fixed = problem.sizes.tolist(), chances_of(problem, mix), {}
    rows = members_of(problem)
    for level in mix.levels:
        if level.rows:
            assert most_by_arithmetic(problem, rows, level) == level.most
        open_ = sum(w * sizes[c] for c, w in level.weights if c not in fixed)
        rest = level.most - sum(w * sizes[c] * fixed[c] for c, w in level.weights if c in fixed)
        assert rest / open_ == pytest.approx(level.chance, abs=1e-8)
        fixed |= dict.fromkeys(level.classes, level.chance)
        assert all(got[c] == pytest.approx(level.chance, abs=1e-8) for c in level.classes)
    assert set(fixed) == set(range(problem.classes)) - set(mix.unseatable)


def most_by_arithmetic(problem, rows, level):
    """The proof's upper end for the weight of any lawful panel, in whole numbers."""
    paid = [0] * problem.variables
    total = 0
    for i, number in level.rows:
        total += number * int(problem.high[i] if number > 0 else problem.low[i])
        for v in rows[i]:
            paid[v] += number
    over = Counter()
    for c, w in level.weights:
        over[c] = max(0, *(w - paid[v] for v in np.flatnonzero(problem.var_class == c).tolist()))
    unweighed = set(range(problem.classes)) - {c for c, _ in level.weights}
    for v in range(problem.variables):
        if int(problem.var_class[v]) in unweighed:
            over[int(problem.var_class[v])] = max(over[int(problem.var_class[v])], -paid[v])
    return total + sum(int(problem.sizes[c]) * n for c, n in over.items())


@pytest.mark.parametrize("make", [world, quotas])
@pytest.mark.parametrize("seed", range(12))
def test_panels_are_lawful_and_proofs_add_up(make, seed):
    """On crossing worlds every panel is lawful, every level's proof is arithmetic, and the bound is met."""
    problem = make(seed)
    mix = leximin(problem)
    if mix is None:
        assert lawful(problem) is None
        return
    recount(problem, mix)
    assert mix.optimal
    assert sum(mix.weights) == pytest.approx(1, abs=1e-12)
    check_proofs(problem, mix)
    got = chances_of(problem, mix)
    least = min(got[c] for c in range(problem.classes) if c not in mix.unseatable)
    assert 0 <= float(mix.bound) - least + 1e-9 <= 1e-7
    for c in mix.unseatable[:3]:
        assert lawful(problem, at_least={c: 1}) is None


@pytest.mark.parametrize("seed", range(4))
def test_search_and_relaxation_agree(seed):
    """Column generation alone, knowing nothing of the relaxation, finds the same chances."""
    problem = quotas(seed, people=40, size=8)
    mix = leximin(problem)
    oracle = Oracle(problem)
    covered = cover(problem, oracle, [])
    found = repaired(problem, oracle, covered, Budget(left=None), Fraction(1))
    chances = (
        sum(
            w * np.bincount(problem.var_class, x, problem.classes)
            for w, x in zip(found.weights, found.panels, strict=True)
        )
        / problem.sizes
    )
    assert found.proved
    assert chances.tolist() == pytest.approx(chances_of(problem, mix), abs=1e-6)


def test_renaming_classes_and_rows_changes_no_chance():
    """The order in which classes and rows are written down does not matter to anybody's chance."""
    problem = world(3)
    turned = np.arange(problem.classes)[::-1]
    back = replace(problem, sizes=problem.sizes[turned], var_class=problem.classes - 1 - problem.var_class)
    one, other = chances_of(problem, leximin(problem)), chances_of(back, leximin(back))
    assert one == pytest.approx(other[::-1], abs=1e-9)


def test_when_time_runs_out_the_gap_is_honest():
    """With no time to prove anything the mix is lawful, not called optimal, and its bound still holds."""
    rings = [((c,), (4 + c // 3 * 3 + c % 3, 4 + c // 3 * 3 + (c + 1) % 3)) for c in range(9)]
    signatures = [((0,), rows) for _, rows in rings]
    problem = built(signatures, [(0, 9), (0, 9), (0, 9), (0, 9)] + [(0, 1)] * 9)
    best, hurried = leximin(problem), leximin(problem, seconds=1e-9)
    recount(problem, hurried)
    assert best.optimal
    assert not hurried.optimal
    assert min(chances_of(problem, hurried)) <= float(best.bound) <= float(hurried.bound) + 1e-12


def test_the_chances_alone_need_no_panels():
    """Relaxed chances keep every row on average and sum to the seats."""
    problem = world(5)
    target = relaxed(problem)
    masses = np.bincount(target.groups.cell_group, target.cells)
    assert masses.sum() == pytest.approx(sum(SEATS))


@pytest.mark.parametrize("seed", range(4))
def test_whoever_weighs_nothing_in_a_proof_is_not_held_by_it(seed):
    """A price that is rounding only fixes nobody too low: fixed chances are those of the masses."""
    asked = generated((342, 40, 7, 7), seed + 1)
    case = asked.case()
    target = relaxed(collapse(case, quota_limits(case, asked.shares())).problem)
    masses = np.bincount(target.groups.cell_group, target.cells)
    assert masses / target.groups.sizes == pytest.approx(target.chances, abs=1e-8)
    assert (target.chances * target.groups.sizes).sum() == pytest.approx(40)
    assert target.proved


def test_prices_of_an_all_but_singular_basis_are_asked_for_again():
    """In this world the solver once gave prices of 1e17, which prove nothing: every level is proved all the same."""
    asked = generated((1727, 110, 7, 9), 2)
    case = asked.case()
    assert relaxed(collapse(case, quota_limits(case, asked.shares())).problem).proved
