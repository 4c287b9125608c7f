"""How good and how fast is the planner? `python -m benchmarks.plan`: four planners on the same worlds.

Every run is a process of its own with a cap on memory and processor time. A planner that dies of a cap stands in
the table with the cap, its size and how far it had come. `[small day week] [planners] [supplies]` choose runs;
`--keep FILE` adds the results to a file of lines, `--write FILE` puts the table of such a file into
docs/benchmarks.md.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from fixtures.plan_worlds import Supply

PLANNERS = ("ours", "drawn", "shuffle", "cpsat", "highs")
SIZES = {"small": "600 × 40", "day": "5 000 × 300", "week": "50 000 × 1 000"}
SOLVING = {"small": 30, "day": 60, "week": 60}  # seconds the solver of (b) and (c) is given
PROCESSOR = {"small": 90, "day": 150, "week": 400}  # seconds of processor time for any run
GIB = 6.0
PAGE = Path("docs/benchmarks.md")
BEGIN, END = "<!-- planners: written by benchmarks/plan.py -->", "<!-- planners: end -->"


def apart(planner, supply, size):
    """One run: what it told last, processor seconds, MiB at the highest, and what stopped it, if anything."""
    command = [sys.executable, "-m", "benchmarks.plan_runs", planner, supply, size]
    command += [str(SOLVING[size]), str(GIB), str(PROCESSOR[size])]
    began = time.perf_counter()
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines = run.stdout.read().splitlines()
    error = run.stderr.read()
    _, status, used = os.wait4(run.pid, 0)
    told = {key: value for line in lines if line.startswith("{") for key, value in json.loads(line).items()}
    told |= {"planner": planner, "supply": supply, "size": size, "mib": used.ru_maxrss // 1024}
    told |= {"cpu": used.ru_utime + used.ru_stime, "wall": time.perf_counter() - began}
    if status:
        code = os.waitstatus_to_exitcode(status)
        full = "MemoryError" in error or "bad_alloc" in error or told["mib"] > GIB * 1024 * 0.9
        told["stopped"] = "memory" if full else "time" if code == -signal.SIGXCPU else f"status {code}"
    return told


def run(sizes, planners, supplies, keep):
    """All runs asked for, each told as soon as it ends."""
    for size in sizes:
        for supply in supplies:
            for planner in planners:
                told = apart(planner, supply, size)
                print(json.dumps(told), flush=True)
                if keep:
                    with Path(keep).open("a", encoding="utf-8") as file:
                        file.write(json.dumps(told) + "\n")


def table(results):
    """The results as a page's table, a line for every world; later results of a run replace earlier ones."""
    known = {(one["size"], one["supply"], one["planner"]): one for one in results}
    for (size, supply, planner), one in list(known.items()):
        if planner == "cpsat" and one.get("stage") == "building the model":  # the very model of HiGHS
            known.setdefault((size, supply, "highs"), one)
    lines = [
        "| world | supply | bound | ours, placed | ours, all drawn | shuffle and take | plain CP-SAT | on HiGHS |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for size, words in SIZES.items():
        for supply in map(str, Supply):
            ours = known.get((size, supply, "ours"))
            if ours is None:
                continue
            cells = [_cell(known.get((size, supply, planner))) for planner in PLANNERS]
            lines.append(" | ".join([f"| {words}", supply, str(ours["bound"]), *cells]) + " |")
    return "\n".join(lines)


def _cell(told):
    if told is None:
        return "not run"
    size = f"{told['cpu']:.1f} s · {told['mib']} MiB"
    if "stopped" not in told:
        return f"{told['placed']} · {size}"
    cap = {
        "memory": f"none: {GIB:.0f} GiB were too few",
        "time": f"none: {PROCESSOR[told['size']]} s were too few",
    }
    return f"{cap.get(told['stopped'], told['stopped'])} while {told.get('stage', 'starting')} · {size}"


def write(results):
    """Put the table between its marks."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{table(results)}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["--write"]:
        write([json.loads(line) for line in Path(words[1]).read_text(encoding="utf-8").splitlines()])
    else:
        run(
            [size for size in SIZES if size in words] or list(SIZES),
            [name for name in PLANNERS if name in words] or PLANNERS,
            [str(name) for name in Supply if name in words] or [str(name) for name in Supply],
            words[words.index("--keep") + 1] if "--keep" in words else None,
        )
