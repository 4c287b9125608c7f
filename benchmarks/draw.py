"""How long does one draw from files take, beside what others do? `python -m benchmarks.draw [--write] [PEOPLE …]`.

Pools and requests as in docs/formats/draw.md: 4+2+1 seats, one per employer and household, two per county, one of the
host county, two off-site; so many people that can sit, and a quarter as many whose speciality nobody asks for. Every
line is measured in a process of its own. Baselines in the same run: (a) shuffle and take the first that fits, for speed
and fairness; (b) a plain CP-SAT model with one Boolean per person and role, as the oracle that completes one panel;
(c) the peer of the sortition field is `benchmarks.quota_peer`. The bare import of CP-SAT is the unit of whole commands.
`--write` puts the tables into docs/benchmarks.md.
"""

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.draw_engine import SEATS

BEGIN, END = "<!-- draw: written by benchmarks/draw.py -->", "<!-- draw: end -->"
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
CODES = ("A0401", "A06", "A08")
HOST = "340111"
SHUFFLES = {
    2_000: 60_000,
    8_000: 40_000,
}  # draws of the baseline; in larger pools chances are too small to count …
FEW = 400  # … and so many tell its speed
HEADS = [
    "people who can sit", "limits, CPU s", "lottery with proof, CPU s", "panels", "optimal", "smallest chance",
    "peak MB", "check with certificate, ms per 1 000 panels", "whole command, CPU s", "× bare import",
    "shuffle and take, ms a draw", "its smallest chance", "plain CP-SAT, ms a panel",
]  # fmt: skip


def world(people: int, folder: Path, *, seats: tuple[int, ...] = SEATS, kept: bool = False) -> None:
    """POOL.csv and REQUEST.json of a province of 104 counties in 16 cities."""
    rng = np.random.default_rng(people)
    counties = [f"34{1 + i // 7:02d}{11 + i % 7:02d}" for i in range(104)]
    odds = rng.pareto(2.0, 104) + 0.5
    odds /= odds.sum()
    firms = max(people // 4, 2)
    firm_county = rng.choice(104, firms, p=odds)
    firm_odds = rng.pareto(1.5, firms) + 0.3
    rows = []
    for i, firm in enumerate(rng.choice(firms, people + people // 4, p=firm_odds / firm_odds.sum())):
        county = firm_county[firm] if rng.random() < 0.7 else rng.choice(104, p=odds)
        held = [
            code + "07" for code, odd in zip(CODES, (0.66, 0.28, 0.18), strict=True) if rng.random() < odd
        ]
        codes = ["B01"] if i >= people else held or [CODES[0]]
        home = f"h{rng.integers(people // 50 + 1)}" if rng.random() < 0.04 else ""
        rows.append(
            [f"e{i}", counties[county], "" if rng.random() < 0.1 else f"f{firm}", ";".join(codes), home]
        )
    with open(folder / "pool.csv", "w", newline="") as f:
        heads = ("expert", "region", "employer", "specialities", "household")
        csv.writer(f, lineterminator="\n").writerows([heads, *rows])
    limits = {"same_employer_max": 1, "same_region_max": 2, "host_region_max": 1, "offsite_min": 2}
    asked: dict[str, object] = {
        "lot": "L-1",
        "region": HOST,
        "seats": [{"speciality": c, "count": n} for c, n in zip(CODES, seats, strict=True)],
        "limits": limits,
    }
    if kept:  # all but one seat are taken
        asked["kept"] = _kept(rows, seats)
    (folder / "request.json").write_text(json.dumps(asked), encoding="utf-8")


def _kept(rows: list[list[str]], seats: tuple[int, ...]) -> list[dict[str, str]]:
    wanted = [c for c, n in zip(CODES, seats, strict=True) for _ in range(n)][1:]
    taken, counties, found = set(), set(), []
    for code in wanted:
        for who, county, firm, codes, home in rows:
            fits = any(c.startswith(code) for c in codes.split(";"))
            if fits and not home and county not in counties | {HOST} and firm not in taken:
                taken.add(firm or who)
                counties.add(county)
                found.append({"expert": who, "speciality": code})
                break
    return found


def _case(folder: Path):
    from dataclasses import asdict

    from api.commands.draw import read_both
    from scheduler.rules import numbers_of

    people, asked = read_both(folder / "pool.csv", folder / "request.json")
    return asked.case(people), numbers_of(**asdict(asked.limits))


def engine(folder: Path) -> dict[str, object]:
    """The lottery in this process: seconds, panels, fairness, memory, and its check."""
    from scheduler.certificate import judge
    from scheduler.check import unlawful
    from scheduler.rules import limits
    from scheduler.solve.draw import make_lottery

    _warm()
    case, numbers = _case(folder)
    before = time.process_time()
    bounds = limits(case, numbers)
    limited = time.process_time()
    lottery = make_lottery(case, bounds)
    done = time.process_time()
    judge(case, bounds, lottery)
    assert not unlawful(lottery, bounds)
    checked = time.process_time() - done
    return {
        "limits": limited - before,
        "lottery": done - limited,
        "panels": len(lottery.panels),
        "optimal": lottery.optimal,
        "smallest": float(min(lottery.chances().values())),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "check": checked / len(lottery.panels) * 1e6,
    }


def _warm() -> None:
    """Load the solvers before anything is measured."""
    from benchmarks.draw_engine import county_world
    from scheduler.solve.panels import leximin

    leximin(county_world(60, 1))


def shuffle(folder: Path) -> dict[str, object]:
    """Shuffle and take on the same case."""
    from crypto.stream import Stream
    from scheduler.fairness import shuffled
    from scheduler.rules import limits
    from scheduler.solve.draw import make_lottery

    case, numbers = _case(folder)
    bounds = limits(case, numbers)
    lottery = make_lottery(case, bounds)
    draws = SHUFFLES.get(len(lottery.chances()) // 1000 * 1000, FEW)
    before = time.process_time()
    got = shuffled(case, bounds, lottery, Stream(bytes(32)), draws=draws)
    each = (time.process_time() - before) / draws * 1e3
    return {"each": each, "smallest": got.smallest, "error": got.error, "counted": draws > FEW}


def plain(folder: Path) -> dict[str, object]:
    """One Boolean per person and role, every limit a row, a random objective: one panel."""
    from ortools.sat.python import cp_model

    from scheduler.limits import fits
    from scheduler.rules import limits

    case, numbers = _case(folder)
    bounds = limits(case, numbers)
    before = time.process_time()
    model = cp_model.CpModel()
    seat = {
        (expert.id, wanted.speciality): model.new_bool_var("")
        for expert in case.pool
        for wanted in case.seats
        if fits(expert, wanted.speciality)
    }
    of: dict[str, list] = {}
    for (who, _), var in seat.items():
        of.setdefault(who, []).append(var)
    for limit in bounds:
        whom = of if limit.experts is None else limit.experts
        if limit.each:
            for who in whom:
                model.add(sum(of.get(who, [])) <= limit.most)
            continue
        inside = [seat[who, r] for who in whom for r in limit.roles or CODES if (who, r) in seat]
        if limit.least:
            model.add(sum(inside) >= limit.least)
        if limit.most is not None and limit.most < len(inside):
            model.add(sum(inside) <= limit.most)
    odds = np.random.default_rng(1).integers(1, 1000, len(seat)).tolist()
    model.maximize(sum(n * var for n, var in zip(odds, seat.values(), strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.relative_gap_limit = 0.1
    assert solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return {"each": (time.process_time() - before) * 1e3}


def single(folder: Path) -> dict[str, object]:
    """One open seat, six members kept."""
    from scheduler.rules import limits
    from scheduler.solve.draw import make_lottery

    case, numbers = _case(folder)
    bounds = limits(case, numbers)
    before = time.process_time()
    lottery = make_lottery(case, bounds)
    return {"cpu": time.process_time() - before, "people": len(lottery.chances())}


def alone(folder: Path) -> dict[str, object]:
    """The chances without the panels."""
    from scheduler.rules import limits
    from scheduler.solve.chances import relaxed
    from scheduler.solve.collapse import collapse

    _warm()
    case, numbers = _case(folder)
    problem = collapse(case, limits(case, numbers)).problem
    assert problem is not None
    times = []
    for _ in range(5):
        before = time.process_time()
        assert relaxed(problem) is not None
        times.append(time.process_time() - before)
    return {"cpu": min(times), "people": int(problem.sizes.sum())}


def child(what: str, folder: Path) -> dict:
    """One measurement in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.draw", what, str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def cpu(command: list[str]) -> float:
    """User and system seconds of a command and all its threads; the best of two."""
    best = float("inf")
    for _ in range(2):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return best


def row(people: int) -> str:
    """One line of the table."""
    bare = cpu([sys.executable, "-c", "from ortools.sat.python import cp_model"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world(people, folder)
        files = [str(folder / "pool.csv"), str(folder / "request.json")]
        whole = cpu([sys.executable, "-m", "api.cli", "draw", *files, "--seed", "5a" * 32, "--json"])
        ours, theirs, oracle = (child(what, folder) for what in ("engine", "shuffle", "plain"))
    worse = "not counted: too rare"
    if theirs["counted"]:
        times = f" ({ours['smallest'] / theirs['smallest']:.1f} × less)" if theirs["smallest"] else ""
        worse = f"{theirs['smallest']:.7f} ± {theirs['error']:.7f}{times}"
    cells = [
        f"{people:,}".replace(",", " "), f"{ours['limits']:.2f}", f"{ours['lottery']:.2f}", ours["panels"],
        "yes" if ours["optimal"] else "NO", f"{ours['smallest']:.7f}", f"{ours['peak']:.0f}", f"{ours['check']:.0f}",
        f"{whole:.2f}", f"{whole / bare:.1f}", f"{theirs['each']:.1f}", worse, f"{oracle['each']:.0f}",
    ]  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def main(arguments: list[str]) -> None:
    """The tables; or, with the name of a measurement and a folder, that measurement alone."""
    if len(arguments) == 2 and arguments[0] in MEASURES:
        print(json.dumps(MEASURES[arguments[0]](Path(arguments[1]))))
        return
    sizes = [int(a) for a in arguments if a != "--write"] or [2_000, 8_000, 60_000]
    lines = [f"| {' | '.join(HEADS)} |", f"|{'---|' * len(HEADS)}"]
    print("\n".join(lines))
    for people in sizes:
        lines.append(row(people))
        print(lines[-1], flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world(60_000, folder, kept=True)
        one = child("single", folder)
        world(50_000, folder)
        fast = child("alone", folder)
    seat = f"A single open seat among {one['people']} people: {one['cpu']:.3f} s of CPU (the aim is 0.1 s)."
    quick = f"The chances alone where {fast['people']} people can sit: {fast['cpu'] * 1e3:.1f} ms."
    lines += ["", f"{seat} {quick}"]
    print(lines[-1])
    if "--write" in arguments:
        head, _, tail = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        load = f"Load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores."
        PAGE.write_text(
            head + "\n".join([BEGIN, load, "", *lines, END]) + tail.partition(END)[2], encoding="utf-8"
        )


MEASURES = {"engine": engine, "shuffle": shuffle, "plain": plain, "single": single, "alone": alone}

if __name__ == "__main__":
    main(sys.argv[1:])
