"""How do the processes of a trial live on one machine? Started, tended and ended together by who needs them.

A process ends when its standard input closes, hence also when whoever started it is killed: no orphan stays behind.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import api
from api.custodian.household import Home

_GRACE = 5.0  # seconds a process has to end after it was told to
_TEND = 2.0  # seconds between two looks whether all still run
_TREE = Path(api.__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process of ours: `yuanping` with these words, on a leash."""

    name: str
    words: tuple[str, ...]
    faults: Path  # what it says on standard error
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    sockets: tuple[int, ...] = ()  # handed down


def agent(home: Home, server: str, every: float, *, demo_clock: bool = False) -> Process:
    """A custodian's agent that calls at `server`; `every`: seconds between two rounds while idle."""
    words = ("custodian", "run", "--leashed", "--server", server, "--every", str(every))
    files = ("--key", str(home.key), "--trust", str(home.trust), "--data", str(home.data))
    return Process(
        name=home.name,
        words=(*words, *files, *(["--demo-clock"] if demo_clock else [])),
        faults=home.faults,
        environment={"YUANPING_PASSPHRASE": home.passphrase()},
    )


class Company:
    """Processes that run inside this context; whichever ends before is started again."""

    def __init__(self, processes: Iterable[Process]) -> None:
        self._wanted = tuple(processes)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._over = threading.Event()
        self._tender = threading.Thread(target=self._tend, daemon=True)

    def __enter__(self) -> "Company":
        """Start every process, and a watch over them."""
        for each in self._wanted:
            self.running[each.name] = _started(each)
        self._tender.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End them all; nothing runs afterwards."""
        self._over.set()
        self._tender.join()
        for process in self.running.values():
            _ended(process)
            if process.stdin:
                process.stdin.close()

    def _tend(self) -> None:
        while not self._over.wait(_TEND):
            for each in self._wanted:
                if self.running[each.name].poll() is not None:
                    self.running[each.name] = _started(each)


def _started(wanted: Process) -> "subprocess.Popen[bytes]":
    # -P: a folder called api where somebody happens to stand must not be taken for ours.
    path = os.pathsep.join(filter(None, [str(_TREE), os.environ.get("PYTHONPATH", "")]))
    with wanted.faults.open("ab") as faults:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "api.cli", *wanted.words],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=faults,
            env={**os.environ, "PYTHONPATH": path, **wanted.environment},
            pass_fds=wanted.sockets,
            start_new_session=True,  # Ctrl-C at the terminal is for us; the leash tells them
        )


def _ended(process: "subprocess.Popen[bytes]") -> None:
    """What a process knows is on disk before it is told, so it may be stopped at any moment."""
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
