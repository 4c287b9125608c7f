"""How do the custodians' agents of one machine run? Each as a process of its own, started, tended and ended together.

An agent ends when its standard input closes, hence also when whoever started it is killed: no orphan stays behind.
"""

import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import api
from api.custodian.household import Home

_GRACE = 5.0  # seconds an agent has to end after it was told to
_TEND = 2.0  # seconds between two looks whether all still run
_TREE = Path(api.__file__).parents[1]


@dataclass(slots=True, kw_only=True)
class Company:
    """Agents for these homes, all calling at `server`; a context: they run inside it."""

    homes: tuple[Home, ...]
    server: str
    every: float  # seconds between two rounds of an idle agent
    demo_clock: bool = False
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)
    _tender: threading.Thread | None = None

    def __enter__(self) -> "Company":
        """Start every agent, and a watch that starts again whichever ends."""
        for home in self.homes:
            self.running[home.name] = self._started(home)
        self._tender = threading.Thread(target=self._tend, daemon=True)
        self._tender.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End them all; nothing runs afterwards."""
        self._over.set()
        if self._tender:
            self._tender.join()
        for process in self.running.values():
            _ended(process)
            if process.stdin:
                process.stdin.close()

    def _tend(self) -> None:
        while not self._over.wait(_TEND):
            for home in self.homes:
                if self.running[home.name].poll() is not None:
                    self.running[home.name] = self._started(home)

    def _started(self, home: Home) -> "subprocess.Popen[bytes]":
        # -P: a folder called api where somebody happens to stand must not be taken for ours.
        words = [sys.executable, "-P", "-m", "api.cli", "custodian", "run", "--leashed"]
        words += ["--server", self.server, "--every", str(self.every), "--key", str(home.key)]
        words += ["--trust", str(home.trust), "--data", str(home.data)]
        words += ["--demo-clock"] if self.demo_clock else []
        path = os.pathsep.join(filter(None, [str(_TREE), os.environ.get("PYTHONPATH", "")]))
        with home.faults.open("ab") as faults:
            return subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=faults,
                env={**os.environ, "PYTHONPATH": path, "YUANPING_PASSPHRASE": home.passphrase()},
                start_new_session=True,  # Ctrl-C at the terminal is for us; the leash tells them
            )


def _ended(process: "subprocess.Popen[bytes]") -> None:
    """What an agent knows is on disk before it is told, so it may be stopped at any moment."""
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
