"""Ours beside sortition-algorithms: `python -m benchmarks.quota_peer PEER_PYTHON [--write] [PEOPLE …]`.

PEER_PYTHON is the interpreter of an environment of its own (`pip install sortition-algorithms gurobipy click rich`):
the peer is GPL and is neither imported nor shipped here, and its solver cannot share a process with ours. Both run as
processes, one after the other on the same instance, each telling the CPU time of its lottery alone; only ratios within
one run mean anything. A peer that has not ended after CAP seconds of processor time is stopped, and its ratio is "at
least" that. Seeds: three up to 239 people, then one. `--write` puts the table into docs/benchmarks.md.
"""

import json
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.quota import SHAPES, generated, written

CAP = 120  # seconds of processor time for one run
SMALL = 239  # instances of up to so many people are made three times, larger ones once
LICENCE = 404  # its leximin needs a licence that ends beyond this size
BEGIN, END = "<!-- peer: written by benchmarks/quota_peer.py -->", "<!-- peer: end -->"
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
PEER = """
import csv, json, sys, time
from sortition_algorithms import Settings, committee_generation, read_in_features, read_in_people
folder, size, what = sys.argv[1], int(sys.argv[2]), sys.argv[3]
def table(name):
    with open(f"{folder}/{name}.csv") as f:
        read = csv.DictReader(f)
        rows = list(read)
        return list(read.fieldnames), rows
_, body = table("categories")
body = [{"feature": r["category"], "value": r["feature"], "min": r["min"], "max": r["max"]} for r in body]
features = read_in_features(list(body[0]), body, size)[0]
head, body = table("respondents")
people = read_in_people(head, body, features, Settings(id_column="id", columns_to_keep=[]))[0]
find = getattr(committee_generation, f"find_distribution_{what}")
began = time.process_time()
panels, odds, _ = find(features, people, size, [])
took = time.process_time() - began
chance = {}
for panel, p in zip(panels, odds):
    for who in panel:
        chance[who] = chance.get(who, 0.0) + p
print(json.dumps({"seconds": took, "chances": chance}))
"""
OURS = """
import json, sys, time
from pathlib import Path
from benchmarks.quota import loaded
from scheduler.quota import quota_limits
from scheduler.solve.draw import make_lottery
import ortools.math_opt.core.python.solver, ortools.sat.python.cp_model_helper
asked = loaded(Path(sys.argv[1]), int(sys.argv[2]))
began = time.process_time()
case = asked.case()
lottery = make_lottery(case, quota_limits(case, asked.shares()))
took = time.process_time() - began
chances = {who: float(chance) for who, chance in lottery.chances().items()}
print(json.dumps({"seconds": took, "chances": chances, "optimal": lottery.optimal}))
"""


def ran(python: str, program: str, *arguments: str) -> dict | str:
    """What the program tells, or why it tells nothing: "over" where it was stopped."""
    command = [python, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=_capped)
    if done.returncode == 0:
        return json.loads(done.stdout.splitlines()[-1])
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return "over"
    last = (done.stderr.strip().splitlines() or ["died"])[-1]
    return "its licence ends" if "licen" in last.lower() else last[:60]


def _capped() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CAP, CAP + 1))


def line(python: str, shape: tuple[int, int, int, int], seed: int) -> tuple[str, list[float]]:
    """One row of the table, and how many times faster (at least, where stopped) ours was than the peer's two."""
    with tempfile.TemporaryDirectory() as folder:
        written(generated(shape, seed), Path(folder))
        size = str(shape[1])
        ours = ran(sys.executable, OURS, folder, size)
        kinds = ("maximin", "leximin") if shape[0] <= LICENCE else ("maximin",)
        theirs = [ran(python, PEER, folder, size, what) for what in kinds]
    if isinstance(ours, str):
        return f"| {shape[0]}/{seed} | {shape[1]} | {ours} | | | | |", []
    cells, ratios = [], []
    for found in [*theirs, *["beyond its free licence"] * (2 - len(theirs))]:
        if found == "over":
            ratios.append(CAP / ours["seconds"])
            cells += [f"at least {ratios[-1]:.0f} ×", ""]
            continue
        if isinstance(found, str):
            cells += [found, ""]
            continue
        ratios.append(found["seconds"] / ours["seconds"])
        lead = min(ours["chances"].values()) - min(found["chances"].get(who, 0.0) for who in ours["chances"])
        cells += [f"{ratios[-1]:.1f} × ({found['seconds']:.1f} s)", f"{lead:+.1e}"]
    told = [f"{shape[0]}/{seed}", str(shape[1]), f"{ours['seconds']:.2f}", *cells]
    return "| " + " | ".join(told) + " |", ratios


def main(arguments: list[str]) -> None:
    """Generated instances of every size asked for, or of all."""
    python, *rest = arguments
    asked = {int(a) for a in rest if a != "--write"} or {s[0] for s in SHAPES}
    rows = [
        "| people/seed | panel | ours, CPU s | peer's maximin | ours above its smallest | peer's leximin "
        "| ours above its smallest |",
        "|---|---|---|---|---|---|---|",
    ]
    print("\n".join(rows))
    ratios: list[float] = []
    for shape in (shape for shape in SHAPES if shape[0] in asked):
        for seed in (1, 2, 3) if shape[0] <= SMALL else (1,):
            row, found = line(python, shape, seed)
            print(row, flush=True)
            rows.append(row)
            ratios += found
            if "--write" in rest:
                put(rows, ratios)  # after every row: a run that is cut short leaves what it measured


def put(rows: list[str], ratios: list[float]) -> None:
    """The table into its place on the page."""
    head, _, tail = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    said = []
    if ratios:
        said = [
            "",
            f"Ratio in the median {median(ratios):.0f} ×, least {min(ratios):.1f} ×, of {len(ratios)} runs; a run "
            f"stopped after {CAP} s of processor time counts as just that.",
        ]
    body = "\n".join([BEGIN, *rows, *said, END])
    PAGE.write_text(head + body + tail.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
