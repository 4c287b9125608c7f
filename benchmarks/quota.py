"""How fast and how fair are lotteries over quotas? `python -m benchmarks.quota [FOLDER:SIZE …]`.

`--write FOLDER` writes the generated instances as files instead, for a peer: in an environment of its own
(`pip install sortition-algorithms`, GPL, never imported here) its command reads the same two files.
"""

import csv
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

from api.commands.quotadrawn import QuotaDrawing
from api.intake.quotas import Person, Quota, Quotas
from scheduler.quota import quota_limits
from scheduler.solve.clash import NoPanel
from scheduler.solve.draw import make_lottery

# people, panel, categories, features a category at most: the sizes of published panel lotteries
SHAPES = (
    (70, 24, 5, 4), (161, 30, 7, 4), (239, 20, 5, 6), (250, 110, 6, 5), (312, 35, 6, 7), (342, 40, 7, 7),
    (404, 40, 6, 6), (825, 40, 7, 8), (1000, 60, 7, 6), (1400, 100, 6, 8), (1727, 110, 7, 9),
)  # fmt: skip


def generated(shape: tuple[int, int, int, int], seed: int, tight: float = 0.5) -> QuotaDrawing:
    """Skewed respondents and quotas around a population unlike them; a hidden panel makes it possible.

    `tight`: the share of quotas one wide; the others are two wide.
    """
    people, size, categories, most = shape
    rng = np.random.default_rng(seed)
    features = [int(rng.integers(2, most + 1)) for _ in range(categories)]
    lean = rng.normal(size=(people, 2))
    rows = np.empty((people, categories), dtype=np.int64)
    want = np.empty((people, categories))
    for j, count in enumerate(features):
        pull, push = rng.normal(size=(2, count)), rng.normal(size=(2, count))
        odds = np.exp(lean @ pull * 0.6 + rng.normal(size=count) * 0.7)
        odds /= odds.sum(axis=1, keepdims=True)
        rows[:, j] = [rng.choice(count, p=p) for p in odds]
        want[:, j] = (lean @ push * 0.4)[np.arange(people), rows[:, j]] + rng.normal(size=count)[
            rows[:, j]
        ] * 0.5
    heat = np.exp(want.sum(axis=1))
    panel = rng.choice(people, size, replace=False, p=heat / heat.sum())
    quotas = []
    for j, count in enumerate(features):
        got = np.bincount(rows[panel, j], minlength=count)
        for f in range(count):
            below = int(rng.random() < 0.5)
            wide = 1 if rng.random() < tight else 2
            least = max(int(got[f]) - below, 0)
            quotas.append(Quota(category=f"c{j}", feature=f"c{j}v{f}", least=least, most=least + wide))
    named = {f"c{j}": frozenset(f"c{j}v{f}" for f in range(n)) for j, n in enumerate(features)}
    persons = tuple(
        Person(id=str(i), features=tuple(f"c{j}v{v}" for j, v in enumerate(row)))
        for i, row in enumerate(rows.tolist(), 1)
    )
    return QuotaDrawing(quotas=Quotas(rows=tuple(quotas), named=named), people=persons, size=size, seed=None)


def written(asked: QuotaDrawing, folder: Path) -> None:
    """The instance as the two files of the command."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "categories.csv", "w", newline="") as f:
        rows = ((q.category, q.feature, q.least, q.most) for q in asked.quotas.rows)
        csv.writer(f, lineterminator="\n").writerows([("category", "feature", "min", "max"), *rows])
    with open(folder / "respondents.csv", "w", newline="") as f:
        lines = ((p.id, *p.features) for p in asked.people)
        csv.writer(f, lineterminator="\n").writerows([("id", *asked.quotas.named), *lines])


def loaded(folder: Path, size: int) -> QuotaDrawing:
    """The instance of a folder."""
    from api.commands.lottery import read_both

    quotas, people = read_both(folder / "categories.csv", folder / "respondents.csv", size)
    return QuotaDrawing(quotas=quotas, people=people, size=size, seed=None)


def measure(name: str, asked: QuotaDrawing) -> None:
    """One line of the table."""
    began = time.perf_counter()
    case = asked.case()
    try:
        lottery = make_lottery(case, quota_limits(case, asked.shares()))
    except NoPanel as none:
        print(f"| {name} | {len(asked.people)} | {asked.size} | no panel: {none.clash.rules} |", flush=True)
        return
    took = time.perf_counter() - began
    chances = lottery.chances()
    least = min(chances.values())
    levels = len(Counter(round(float(chance), 7) for chance in chances.values()))
    print(
        f"| {name} | {len(asked.people)} | {asked.size} | {len(lottery.classes)} | {len(chances)} | {took:.2f} "
        f"| {float(least):.7f} | {float(lottery.bound - least):.1e} | {levels} | {len(lottery.panels)} "
        f"| {lottery.method} | {lottery.optimal} |",
        flush=True,
    )


def main(arguments: list[str]) -> None:
    """Instances named on the command line, or generated ones of every shape."""
    heads = [
        "people", "panel", "classes", "seatable", "seconds", "smallest", "gap", "levels",
        "panels", "method", "optimal",
    ]  # fmt: skip
    print(f"| instance | {' | '.join(heads)} |\n|{'---|' * (len(heads) + 1)}")
    folder = Path(arguments[1]) if arguments[:1] == ["--write"] else None
    named = arguments[2:] if folder else arguments
    for argument in named:
        where, size = argument.rsplit(":", 1)
        measure(Path(where).name, loaded(Path(where), int(size)))
    for shape in () if named else SHAPES:
        for seed in (1, 2, 3):
            asked = generated(shape, seed)
            if folder:
                written(asked, folder / f"g{shape[0]}_{seed}_{shape[1]}")
            else:
                measure(f"g{shape[0]}/{seed}", asked)


if __name__ == "__main__":
    main(sys.argv[1:])
