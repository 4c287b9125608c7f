"""How does a custodian's agent keep running? Rounds to the centre, for ever; what fails is noted and tried again."""

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from api import clock
from api.custodian.calls import Carry, Line, Unreachable, mark_of, over_http
from api.custodian.diary import Diary
from api.custodian.duty import Agent, do, fetch
from crypto.canonical import parse
from crypto.errors import Broken
from crypto.seats import Own
from scheduler.answers import Trust
from scheduler.audit.command import read_trust
from scheduler.bundle import Unreadable

_ANSWERED, _NOT_ADMITTED = 200, 403
_LOOK = 5.0  # seconds between two looks at journals nobody has asked about


class BadTrust(Exception):
    """The trust file does not do: it names no log key, or not this custodian with these keys."""


def keep_running(
    own: Own, server: str, trust: Path, data: Path, *, seconds: float | None, demo_clock: bool
) -> None:
    """Rounds at most so many seconds apart, or one when None. Raises BadTrust, InUse, ValueError for a bad address."""
    carry = over_http(server)
    pinned = trust_from(trust, own)
    now = clock.now
    if demo_clock:
        leaping = CentresClock(carry)
        with suppress(Unreachable):
            leaping.set()
        carry, now = leaping.carry, leaping.now
    diary = Diary(data)
    agent = Agent(
        own=own,
        trust=pinned,
        line=Line(key=own.sign, carry=carry, now=now),
        diary=diary,
        now=now,
        entropy=clock.entropy,
    )
    try:
        _keep_going(Rounds(agent=agent, stopwatch=clock.stopwatch), seconds)
    finally:
        diary.close()


def leashed() -> None:
    """End when standard input closes: whoever started us has ended, in whatever way. What we know is on disk."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


@dataclass(slots=True, kw_only=True)
class Rounds:
    """Visits to the centre, one after another; what was done whole and is still the same is not done again."""

    agent: Agent
    stopwatch: Callable[[], float]  # seconds
    _known: str = ""  # by its mark, the work we have been through last
    _settled: bool = False  # nothing of it was left over, and nothing sent that could have changed it
    _looked: float = -_LOOK

    def go(self) -> int:
        """One visit; how much was sent. Raises Unreachable."""
        if self.agent.diary.paused:
            return 0
        work = fetch(self.agent, self._known)
        mark, look = mark_of(work), self.stopwatch() - self._looked >= _LOOK
        if mark == self._known and self._settled and not look:
            return 0
        self._settled = False
        sent = do(self.agent, work, look=look)
        self._known, self._settled = mark, not sent
        if look:
            self._looked = self.stopwatch()
        return sent


def _keep_going(rounds: Rounds, seconds: float | None) -> None:
    reachable = True  # a centre that is away for a night is one line in the log, not ten thousand
    while True:
        try:
            sent = rounds.go()
            reachable = True
        except Unreachable as fault:
            sent = 0
            if reachable:
                rounds.agent.diary.note(clock.now(), "unreachable", {"reason": str(fault)})
            reachable = False
        if seconds is None:
            return
        time.sleep(0 if sent else seconds)


def trust_from(file: Path, own: Own) -> Trust:
    """The pinned keys of a TRUST.json. Raises BadTrust."""
    try:
        pins = read_trust(file.read_bytes())
    except (OSError, Unreadable) as fault:
        raise BadTrust(f"{file}: {fault}") from None
    if pins.log is None:
        raise BadTrust(f"{file}: no log key")
    if pins.custodians.get(own.name) != (own.sign.public, own.seal.public):
        raise BadTrust(f"{file}: {own.name} stands there with other keys, or not at all")
    return Trust(log=pins.log, custodians=pins.custodians)


class CentresClock:
    """A demonstration's time: the centre's, asked for anew whenever a call goes wrong, since its story leaps."""

    def __init__(self, carry: Carry) -> None:
        self._carry, self._ahead = carry, timedelta()

    def now(self) -> datetime:
        """The moment at the centre, as far as we know."""
        return clock.now() + self._ahead

    def carry(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """A call; one that the centre does not accept sets the clock, and the next round will fare better."""
        status, answer = self._carry(method, path, body, headers)
        if status == _NOT_ADMITTED:
            self.set()
        return status, answer

    def set(self) -> None:
        """By the centre's clock. Raises Unreachable."""
        status, body = self._carry("GET", "/v1/custody/clock", None, {})
        try:
            told = parse(body)["now"] if status == _ANSWERED else ""
            self._ahead = datetime.fromisoformat(told) - clock.now()
        except (Broken, KeyError, TypeError, ValueError):
            raise Unreachable("the centre tells no time") from None
