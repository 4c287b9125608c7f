"""What is due now: a pure function of state and clock. Timers hold no state; a crash loses nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scheduler.events import Member
from scheduler.packshape import Pack
from scheduler.state import Phase, State


class Deed(StrEnum):
    """Something the system does by itself, each through the same service a person would use."""

    SILENT = "silent"  # a drawn member has not answered in time
    ABSENT = "absent"  # a member is not at the gate in time
    FIX = "fix"  # seats are open: fix the lottery of the next round
    FINISH = "finish"  # a lottery is fixed: open its seeds and draw
    CLOSE = "close"  # every current member's sheet is in
    TOTAL = "total"  # scoring is closed: open the scores and add up


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long each thing may take, from the rule pack."""

    answer: timedelta  # silence counts as no after this
    absent: timedelta  # after the planned start, or after accepting when that was later


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One due deed; `member` for the first two kinds."""

    deed: Deed
    member: Member | None = None


def waits_of(pack: Pack) -> Waits:
    """The waiting times of a rule pack."""
    return Waits(
        answer=timedelta(minutes=pack.draw.silence_minutes),
        absent=timedelta(minutes=pack.times.absent_minutes),
    )


def due(state: State, now: datetime, waits: Waits) -> tuple[Due, ...]:
    """Everything due at `now`, in the order it should be done; empty when nothing is."""
    if state.round_under_way() is not None:
        return (Due(deed=Deed.FINISH),)
    if state.phase in (Phase.F1, Phase.F2, Phase.F3):
        complete = state.phase is Phase.F3 and not sum(state.open_seats())
        complete = complete and all(m.sheet is not None for m in state.current())
        return (Due(deed=Deed.CLOSE),) if complete else _panel(state, now, waits)
    if state.phase is Phase.F4 and state.totals is None:
        awaited = any(m.returned is not None for m in state.current())
        return () if awaited else (Due(deed=Deed.TOTAL),)
    return ()


def _panel(state: State, now: datetime, waits: Waits) -> tuple[Due, ...]:
    silent = [m for m in state.experts() if not m.accepted and now >= m.since + waits.answer]
    opened = state.phase is not Phase.F1
    expected = [m for m in state.experts() if m.answered and not m.key and opened]
    absent = [m for m in expected if now >= max(state.starts, m.answered or m.since) + waits.absent]
    found = [Due(deed=Deed.SILENT, member=m.member) for m in silent]
    found += [Due(deed=Deed.ABSENT, member=m.member) for m in absent]
    return (*found, *(_next_round(state) if not found else ()))


def _next_round(state: State) -> tuple[Due, ...]:
    """After the first draw, open seats are filled by the next round at once, while rounds are left."""
    wanted = sum(state.open_seats()) > 0 and not state.stuck and not state.asked and state.pool is not None
    return (Due(deed=Deed.FIX),) if wanted and len(state.rounds) > 0 and _ready(state) else ()


def _ready(state: State) -> bool:
    """A round is left and every party has seeds in for it."""
    number = len(state.rounds) + 1
    return number <= state.rounds_allowed and all(state.pledged(party) >= number for party in state.parties)
