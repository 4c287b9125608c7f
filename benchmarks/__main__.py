"""`make bench`: every benchmark, one after the other, each beside its baseline in the same run."""

import runpy
import sys
from pathlib import Path

APART = ("quota_peer", "plan_runs")  # one needs the peer, the other is started by benchmarks.plan
HERE = Path(__file__).parent


def main() -> None:
    """Run the benchmarks named on the command line, or all."""
    names = sys.argv[1:] or sorted(
        f.stem for f in HERE.glob("*.py") if not f.stem.startswith("__") and f.stem not in APART
    )
    for name in names:
        print(f"== {name}", flush=True)
        sys.argv = [name]
        runpy.run_module(f"benchmarks.{name}", run_name="__main__")


if __name__ == "__main__":
    main()
