"""How does a custodian's agent keep running? Rounds to the centre, for ever; what fails is noted and tried again."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from api import clock
from api.custodian.calls import Carry, Line, Unreachable, over_http
from api.custodian.diary import Diary
from api.custodian.duty import Agent, do_round
from crypto.canonical import parse
from crypto.errors import Broken
from crypto.seats import Own
from scheduler.answers import Trust
from scheduler.audit.command import read_trust
from scheduler.bundle import Unreadable


class BadTrust(Exception):
    """The trust file does not do: it names no log key, or not this custodian with these keys."""


def keep_running(
    own: Own, server: str, trust: Path, data: Path, *, seconds: float | None, demo_clock: bool
) -> None:
    """Rounds every so many seconds, or one when None. Raises BadTrust, InUse, or ValueError for a bad address."""
    carry = over_http(server)
    pinned = trust_from(trust, own)
    now = _centres_clock(carry) if demo_clock else clock.now
    diary = Diary(data)
    agent = Agent(
        own=own,
        trust=pinned,
        line=Line(key=own.sign, carry=carry, now=now),
        diary=diary,
        now=now,
        entropy=clock.entropy,
    )
    quiet = True  # a centre that is away for a night is one line in the log, not ten thousand
    try:
        while True:
            quiet = _round(agent, quiet)
            if seconds is None:
                return
            time.sleep(seconds)
    finally:
        diary.close()


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


def _round(agent: Agent, reachable: bool) -> bool:
    try:
        do_round(agent)
    except Unreachable as fault:
        if reachable:
            agent.diary.note(clock.now(), "unreachable", {"reason": str(fault)})
        return False
    return True


def _centres_clock(carry: Carry) -> Callable[[], datetime]:
    def now() -> datetime:
        status, body = carry("GET", "/v1/custody/clock", None, {})
        try:
            if status == 200:
                return datetime.fromisoformat(parse(body)["now"])
        except (Broken, KeyError, TypeError, ValueError):
            pass
        raise Unreachable("the centre tells no time")

    return now
