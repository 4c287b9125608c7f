"""Agents as processes: one command starts and ends them, and nothing stays behind however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.clock import entropy
from api.custodian.company import Company, agent
from api.custodian.household import Home, settle
from api.keyring import CUSTODIANS, load, make_secret
from crypto.keyfile import Effort

ROOT = Path(__file__).parents[2]
QUICK = Effort(memory=64, passes=1, lanes=1)
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Home, ...]:
    """Three custodians' folders beside a centre's secret file."""
    make_secret(tmp_path / "secret.key", demo=True, entropy=entropy)
    return settle(tmp_path / "custodians", tmp_path / "secret.key", entropy, QUICK)


def lives(pid: int) -> bool:
    """Whether a process runs (one that only waits to be buried does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def becomes(true: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether it comes true in time."""
    for _ in range(int(seconds * 20)):
        if true():
            return True
        time.sleep(0.05)
    return False


def agents_of(parent: int) -> list[int]:
    """The processes a process has started."""
    files = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(pid) for file in files for pid in file.read_text().split()]


@contextmanager
def started(*words: object, environment: dict[str, str] | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    """A process, killed at the latest when the test is over."""
    process = subprocess.Popen(
        [sys.executable, *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_custodians_of_a_trial_are_enrolled_and_their_seeds_lie_apart(
    homes: tuple[Home, ...], tmp_path: Path
) -> None:
    """The centre's keyring knows three public keys and no seed; each home pins all three and the log."""
    ring = load(tmp_path / "secret.key")
    assert ring.custodians == ()
    assert [each.name for each in ring.agents] == [home.name for home in homes] == list(CUSTODIANS)
    assert len({home.passphrase() for home in homes}) == 3


def test_agents_run_inside_the_context_and_not_after(homes: tuple[Home, ...]) -> None:
    """One that crashes is started again."""
    with Company(agent(home, NOWHERE, 0.2) for home in homes) as company:
        first = company.running["pool"]
        assert becomes(lambda: (homes[2].data / "memory.db").exists())
        first.kill()
        assert becomes(
            lambda: company.running["pool"].pid != first.pid and company.running["pool"].poll() is None
        )
        pids = [process.pid for process in company.running.values()]
    assert not any(lives(pid) for pid in pids)


def test_agents_end_when_their_starter_is_killed(homes: tuple[Home, ...]) -> None:
    """Not even SIGKILL leaves an orphan: the leash breaks."""
    code = (
        "import sys, time; from pathlib import Path; from api.custodian.company import Company, agent;"
        "from api.custodian.household import homes_in;"
        f"homes = homes_in(Path({str(homes[0].folder.parent)!r}));"
        f"c = Company(agent(home, {NOWHERE!r}, 0.2) for home in homes);"
        "c.__enter__(); print(*[p.pid for p in c.running.values()], flush=True); time.sleep(60)"
    )
    with started("-c", code) as process:
        assert process.stdout is not None
        pids = [int(pid) for pid in process.stdout.readline().split()]
        assert len(pids) == 3
        assert all(becomes(lambda home=home: (home.data / "memory.db").exists()) for home in homes)
        process.kill()
        assert all(becomes(lambda pid=pid: not lives(pid)) for pid in pids)


def test_serve_starts_the_agents_of_this_machine_and_ctrl_c_ends_them(tmp_path: Path) -> None:
    """From an empty folder: keys, database, serve; three agents call, and Ctrl-C leaves nothing."""
    environment = {"YUANPING_DATA_DIR": str(tmp_path / "data"), "YUANPING_RULE_PACK": "anhui"}
    for words in (("keys", "new"), ("db", "upgrade")):
        with started("-m", "api.cli", *words, environment=environment) as process:
            assert process.wait(60) == 0
    with started("-m", "api.cli", "serve", "--port", "0", environment=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"http://127.0.0.1:")
        memories = [tmp_path / "data" / "custodians" / name / "data" / "log.jsonl" for name in CUSTODIANS]
        told = becomes(lambda: all(file.exists() and b"assented" in file.read_bytes() for file in memories))
        pids = agents_of(process.pid)
        process.send_signal(signal.SIGINT)
        process.wait(60)
    assert told
    assert len(pids) == 3
    assert not any(lives(pid) for pid in pids)
