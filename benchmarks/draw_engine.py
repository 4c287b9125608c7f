"""How fast is the engine, on county worlds and quota instances? `python -m benchmarks.draw_engine`."""

import csv
import resource
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

from scheduler.solve.chances import relaxed
from scheduler.solve.panels import leximin
from scheduler.solve.problem import Problem

SEATS = (4, 2, 1)
ROLES = ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2))
ROLE_ODDS = (0.5, 0.22, 0.12, 0.08, 0.04, 0.02, 0.02)


def problem_from(
    signatures: list[tuple[tuple[int, ...], frozenset[int]]], ends: list[tuple[int, int]]
) -> Problem:
    """People as (roles, rows they stand in) -> a Problem; row 0 … len(SEATS)-1 are left to the roles."""
    sizes = Counter(signatures)
    classes = sorted(sizes, key=lambda s: (s[0], sorted(s[1])))
    var_class, var_role, members = [], [], [[] for _ in ends]
    for c, (roles, rows) in enumerate(classes):
        for role in roles:
            v = len(var_class)
            var_class.append(c)
            var_role.append(role)
            members[role].append(v)
            for i in rows:
                members[i].append(v)

    def whole(values):
        return np.array(values, dtype=np.int64)

    return Problem(
        sizes=whole([sizes[s] for s in classes]),
        var_class=whole(var_class),
        var_role=whole(var_role),
        rows_start=whole(np.cumsum([0] + [len(m) for m in members])),
        rows_var=whole([v for m in members for v in m]),
        low=whole([low for low, _ in ends]),
        high=whole([high for _, high in ends]),
    )


def county_world(people: int, seed: int, *, per_employer: int = 1, cross: float = 0.3) -> Problem:
    """4+2+1 seats, one per employer and household, two per county, one of the host county, two off-site."""
    rng = np.random.default_rng(seed)
    counties, city_of = 104, np.arange(104) // 7
    odds = rng.pareto(2.0, counties) + 0.5
    county = rng.choice(counties, people, p=odds / odds.sum())
    firms = max(people // 4, 2)
    firm_county = rng.choice(counties, firms, p=odds / odds.sum())
    firm_odds = rng.pareto(1.5, firms) + 0.3
    firm = rng.choice(firms, people, p=firm_odds / firm_odds.sum())
    county = np.where(rng.random(people) < 1 - cross, firm_county[firm], county)
    firm = np.where(rng.random(people) < 0.1, -1, firm)
    home = np.where(rng.random(people) < 0.04, rng.integers(0, max(people // 50, 1), people), -1)
    roles = rng.choice(len(ROLES), people, p=ROLE_ODDS)
    host = int(np.argsort(-odds)[5])
    ends = [(n, n) for n in SEATS] + [(0, 1), (2, sum(SEATS))]
    ids: dict[tuple[str, int], int] = {}
    keys = {"county": (county, 2), "firm": (firm, per_employer), "home": (home, 1)}
    many = {name: Counter(values.tolist()) for name, (values, _) in keys.items()}
    signatures = []
    for i in range(people):
        rows = set()
        if county[i] == host:
            rows.add(3)
        if city_of[county[i]] != city_of[host]:
            rows.add(4)
        for name, (values, top) in keys.items():
            value = int(values[i])
            if value >= 0 and many[name][value] > top:
                if (name, value) not in ids:
                    ids[name, value] = len(ends)
                    ends.append((0, top))
                rows.add(ids[name, value])
        signatures.append((ROLES[roles[i]], frozenset(rows)))
    return problem_from(signatures, ends)


def quota_instance(folder: Path, size: int) -> Problem:
    """One role of `size` seats; a row per feature value."""
    with open(folder / "categories.csv") as f:
        table = list(csv.DictReader(f))
    place = {(row["category"], row["feature"]): 1 + i for i, row in enumerate(table)}
    ends = [(size, size)] + [(int(row["min"]), int(row["max"])) for row in table]
    with open(folder / "respondents.csv") as f:
        people = list(csv.DictReader(f))
    categories = sorted({row["category"] for row in table})
    signatures = [((0,), frozenset(place[c, person[c]] for c in categories)) for person in people]
    return problem_from(signatures, ends)


def measure(name: str, problem: Problem) -> None:
    """One line of the table."""
    people = int(problem.sizes.sum())
    start = time.perf_counter()
    relaxed(problem)
    chances = time.perf_counter() - start
    start, cpu = time.perf_counter(), time.process_time()
    mix = leximin(problem)
    took, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if mix is None:
        print(f"| {name} | {people} | {problem.classes} | none |", flush=True)
        return
    got = np.zeros(problem.classes)
    for panel, weight in zip(mix.panels, mix.weights, strict=True):
        for c, _, count in panel:
            got[c] += weight * count
    got /= problem.sizes
    seated = np.ones(problem.classes, dtype=bool)
    seated[list(mix.unseatable)] = False
    print(
        f"| {name} | {people} | {problem.classes} | {chances:.3f} | {took:.3f} | {cpu:.3f} | "
        f"{got[seated].min():.7f} | {float(mix.bound) - got[seated].min():.1e} | {len(mix.levels)} | "
        f"{len(mix.panels)} | {mix.method} | {mix.optimal} | {peak:.0f} |",
        flush=True,
    )


def main(arguments: list[str]) -> None:
    """`[--quota FOLDER:SIZE …] [people …]`; by default 500, 2 000 and 8 000 people."""
    print(
        "| world | people | classes | chances alone s | all s | cpu s | smallest | gap | levels "
        "| panels | method | optimal | peak MB |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    leximin(county_world(60, 1))  # so that loading the solvers is not measured
    for argument in arguments or ["500", "2000", "8000"]:
        if ":" in argument:
            folder, size = argument.rsplit(":", 1)
            measure(Path(folder).name, quota_instance(Path(folder), int(size)))
        else:
            measure("county", county_world(int(argument), 1))


if __name__ == "__main__":
    main(sys.argv[1:])
