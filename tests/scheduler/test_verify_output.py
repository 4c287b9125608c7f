"""`yuanping-verify` where its report cannot be written: never a traceback, never a wrong exit status."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from scheduler.audit import main; main()"]
GOOD = "fixtures/bundles/good.full.jsonl"


def _ended(*command: str, **settings: str) -> tuple[int, bytes, bytes]:
    told = os.environ | settings
    ended = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, check=False, timeout=60)
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize("output", ["&-", "/dev/full"])
@pytest.mark.parametrize("asked", [[GOOD], [GOOD, "--json"], ["README.md", "--json"]])
def test_a_report_that_cannot_be_written_is_no_verdict(output: str, asked: list[str]) -> None:
    """A closed or full output is one sentence more and exit 2: neither "holds" nor "broken"."""
    said = len(_ended(*COMMAND, *asked)[2].splitlines())
    status, _, told = _ended("sh", "-c", f'exec "$@" >{output}', "sh", *COMMAND, *asked)
    assert (status, len(told.splitlines())) == (2, said + 1)
    assert b"Traceback" not in told


def test_a_reader_that_leaves_changes_no_verdict() -> None:
    """When the other end of the pipe is closed the command ends quietly, with the status of the check."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as shut:
        ended = subprocess.run(
            [*COMMAND, GOOD], cwd=ROOT, stdout=shut, stderr=subprocess.PIPE, check=False, timeout=60
        )
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_terminal_without_chinese_changes_no_verdict() -> None:
    """The report is UTF-8 whatever encoding the machine claims."""
    poor = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "YUANPING_LANG": "zh-CN"}
    status, report, told = _ended(*COMMAND, GOOD, **poor)
    assert (status, told) == (0, b"")
    assert "全部成立" in report.decode("utf-8")
