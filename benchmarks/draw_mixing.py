"""Who sits with whom, against independent seats: before and after mixing. `python -m benchmarks.draw_mixing`.

For a set of people: the variance of its seats on the winning panel, divided by the sum of p(1-p) over its
members, what it would be if each sat or not for themselves. Rules push it below 1; clumping lifts it above.
`again`: how often two winning panels have a pair in common, divided by how often they would if pairs met by chance.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.draw_engine import county_world, quota_instance
from scheduler.solve.columns import Budget, cover
from scheduler.solve.lawful import Oracle
from scheduler.solve.mixing import mixed
from scheduler.solve.problem import Floats, Ints, Problem
from scheduler.solve.repair import repaired
from scheduler.solve.spread import Sheet
from scheduler.solve.target import Met, attempt

LONG = 8  # mixings one after the other: where the chain ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Panels as (panel, class) pairs with counts, weights, and everybody's chance."""

    panel: Ints
    cls: Ints
    count: Ints
    weights: Floats
    chances: Floats  # per class

    @staticmethod
    def of(problem: Problem, sheet: Sheet) -> "Seen":
        """Count the classes of every panel."""
        panel, place = np.nonzero(sheet.seats >= 0)
        keys, count = np.unique(
            panel * problem.classes + problem.var_class[sheet.seats[panel, place]], return_counts=True
        )
        panel, cls = keys // problem.classes, keys % problem.classes
        mass = np.bincount(cls, sheet.lengths[panel] * count, problem.classes)
        return Seen(panel=panel, cls=cls, count=count, weights=sheet.lengths, chances=mass / problem.sizes)


def ratio(problem: Problem, seen: Seen, inside: Floats) -> float:
    """Variance of the seats of these classes over that of independent seats; nan where nobody sits by chance."""
    seats = np.bincount(seen.panel, seen.count * inside[seen.cls], len(seen.weights))
    mean = seen.weights @ seats
    alone = (inside * problem.sizes) @ (seen.chances * (1.0 - seen.chances))
    return float((seen.weights @ (seats - mean) ** 2) / alone) if alone > 1e-12 else float("nan")


def again(problem: Problem, seen: Seen) -> float:
    """How much likelier two winning panels share a pair of people than if pairs met by chance."""
    edges = np.searchsorted(seen.panel, np.arange(len(seen.weights) + 1)).tolist()
    sizes = problem.sizes.astype(np.float64)
    keys, values = [], []
    for i, weight in enumerate(seen.weights.tolist()):
        c, k = seen.cls[edges[i] : edges[i + 1]], seen.count[edges[i] : edges[i + 1]]
        a, b = np.triu_indices(len(c))
        keys.append(c[a] * problem.classes + c[b])
        values.append(weight * np.where(a == b, k[a] * (k[a] - 1) / 2, k[a] * k[b]))
    found, where = np.unique(np.concatenate(keys), return_inverse=True)
    met = np.bincount(where, np.concatenate(values))
    a, b = found // problem.classes, found % problem.classes
    pairs = np.where(a == b, sizes[a] * (sizes[a] - 1) / 2, sizes[a] * sizes[b])
    there = met > 0.0
    shared = float((met[there] ** 2 / pairs[there]).sum())
    p, powers = seen.chances, [float(sizes @ seen.chances**n) for n in range(5)]
    scale = met.sum() / ((powers[1] ** 2 - powers[2]) / 2)
    return shared / (scale**2 * (powers[2] ** 2 - float(sizes @ p**4)) / 2)


def sets_of(problem: Problem) -> Iterator[tuple[str, list[Floats]]]:
    """Sets of classes by name: those of one row each, unions of small rows, and random quarters."""
    rng = np.random.default_rng(7)
    rows = []
    for i in np.flatnonzero(problem.low == 0).tolist():
        inside = np.zeros(problem.classes)
        inside[problem.var_class[problem.rows_var[problem.rows_start[i] : problem.rows_start[i + 1]]]] = 1.0
        rows.append(inside)
    ordered = sorted(rows, key=lambda row: -float(row @ problem.sizes))
    yield "rows", ordered[:100]
    small = [row for row in ordered if row @ problem.sizes < problem.sizes.sum() / 8]
    unions = []
    for _ in range(20 if small else 0):
        chosen = rng.permutation(len(small))[: max(2, len(small) // 8)]
        unions.append(np.minimum(np.sum([small[i] for i in chosen], axis=0), 1.0))
    yield "unions", unions
    yield "random", [(rng.random(problem.classes) < 0.25).astype(np.float64) for _ in range(20)]


def before(problem: Problem) -> tuple[list[list[int]], Floats]:
    """The panels as either way of the engine leaves them, before mixing."""
    tried = attempt(problem, Budget(left=None))
    if isinstance(tried, Met):
        return tried.panels, tried.weights
    oracle = Oracle(problem)
    covered = cover(problem, oracle, tried.panels)
    if covered is None:
        raise SystemExit("no lawful panel")
    found = repaired(problem, oracle, covered, Budget(left=None), tried.bound)
    used = np.flatnonzero(found.weights > 0.0).tolist()
    panels = [np.repeat(np.arange(problem.variables), found.panels[i]).tolist() for i in used]
    return panels, found.weights[used]


def as_sheet(panels: list[list[int]], weights: Floats) -> Sheet:
    """The panels as a table."""
    seats = np.full((len(panels), max(len(p) for p in panels)), -1, dtype=np.int64)
    for i, panel in enumerate(panels):
        seats[i, : len(panel)] = panel
    return Sheet(seats=seats, lengths=weights)


def measure(name: str, problem: Problem) -> None:
    """Three lines: as laid out, mixed, mixed very long."""
    panels, weights = before(problem)
    sheet, took = as_sheet(panels, weights), 0.0
    for turn in range(LONG + 1):
        if turn in (0, 1, LONG):
            what = {0: "laid out", 1: "mixed"}.get(turn, f"{LONG} times")
            cells = [name, what, str(len(sheet.lengths)), f"{took:.2f}"]
            seen = Seen.of(problem, sheet)
            for _, sets in sets_of(problem):
                found = np.array([ratio(problem, seen, inside) for inside in sets])
                found = found[~np.isnan(found)]
                cells.append(f"{found.mean():.2f} / {found.max():.2f}" if len(found) else "–")
            print("| " + " | ".join([*cells, f"{again(problem, seen):.1f}"]) + " |", flush=True)
        start = time.process_time()
        sheet = mixed(problem, [[v for v in s if v >= 0] for s in sheet.seats.tolist()], sheet.lengths)
        took = time.process_time() - start


def rings(many: int) -> Problem:
    """Triangles of people who exclude one another: column generation finds three panels, all of them far apart."""
    people = 3 * many
    members = [[v, v // 3 * 3 + (v + 1) % 3] for v in range(people)]
    rows = [list(range(people)), *members]

    def whole(values):
        return np.array(values, dtype=np.int64)

    return Problem(
        sizes=whole([1] * people),
        var_class=whole(range(people)),
        var_role=whole([0] * people),
        rows_start=whole(np.cumsum([0] + [len(row) for row in rows])),
        rows_var=whole([v for row in rows for v in row]),
        low=whole([0] * len(rows)),
        high=whole([people] + [1] * people),
    )


def main(arguments: list[str]) -> None:
    """`[FOLDER:SIZE …] [people …]`; by default 250, 2 000 and 8 000 people and rings of exclusion."""
    print("| world | panels | many | cpu s | rows: mean / most | unions | random quarters | again |")
    print("|---|---|---|---|---|---|---|---|")
    for argument in arguments or ["250", "2000", "8000"]:
        if ":" in argument:
            folder, size = argument.rsplit(":", 1)
            measure(Path(folder).name, quota_instance(Path(folder), int(size)))
        else:
            measure(f"county {argument}", county_world(int(argument), 1))
    if not arguments:
        measure("rings", rings(12))


if __name__ == "__main__":
    main(sys.argv[1:])
