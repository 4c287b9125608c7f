"""What is due now: a pure function of state and clock. Timers hold no state; a crash loses nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scheduler.awaiting import asked_since, awaited
from scheduler.beacon import due_at
from scheduler.events import Matter, Member
from scheduler.motions import carried, decided, open_disputes
from scheduler.packshape import Pack
from scheduler.reviewing import nothing_open
from scheduler.state import Phase, State


class Deed(StrEnum):
    """Something the system does by itself, each through the same service a person would use."""

    SILENT = "silent"  # a drawn member has not answered in time
    ABSENT = "absent"  # a member is not at the gate in time
    FIX = "fix"  # seats are open: fix the lottery of the next round
    STANDBY = "standby"  # the panel is complete: fix the lottery of the next stand-by
    FINISH = "finish"  # a lottery is fixed: open its seeds and draw
    SITES = "sites"  # choices of sites are fixed: open their seeds and draw
    CLOSE = "close"  # every current member's sheet is in
    LAPSE = "lapse"  # a fault was not cured in time: put that on record
    SETTLE = "settle"  # everybody has voted on a dispute
    REVIEW = "review"  # the review of the scores is over
    TOTAL = "total"  # scoring is closed: open the scores and add up


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long each thing may take, from the rule pack."""

    answer: timedelta  # silence counts as no after this, once the invitation was there to be read
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
    if state.suspended:
        return ()  # break-glass: nobody is late, nothing goes on by itself
    if state.pause is not None:
        late = now >= state.pause.until and not state.pause.lapsed
        return (Due(deed=Deed.LAPSE),) if late else ()
    if any(decided(state, about) for about in open_disputes(state)):
        return (Due(deed=Deed.SETTLE),)
    if state.round_under_way() is not None:
        return (Due(deed=Deed.FINISH),) if _pulse_due(state, now) else ()
    if state.sites is not None and state.sites.choices is not None and state.sites.drawn is None:
        return (Due(deed=Deed.SITES),) if state.phase is Phase.F0 else ()
    if state.phase in (Phase.F1, Phase.F2, Phase.F3):
        complete = state.phase is Phase.F3 and not sum(state.open_seats())
        complete = complete and all(m.sheet is not None for m in state.current())
        complete = complete and not carried(state, Matter.TIME)
        return (Due(deed=Deed.CLOSE),) if complete else _panel(state, now, waits)
    if state.phase is Phase.F4 and state.totals is None:
        awaited = any(m.returned is not None for m in state.current())
        return () if awaited else (Due(deed=Deed.TOTAL),)
    if state.review is not None and state.reviewed is None:
        over = now >= state.review.until or nothing_open(state)
        return (Due(deed=Deed.REVIEW),) if over else ()
    return ()


def _pulse_due(state: State, now: datetime) -> bool:
    """Whether the round under way need not wait for its beacon any more."""
    under_way, beacon = state.round_under_way(), state.beacon
    if under_way is None or beacon is None or under_way.awaits is None:
        return True
    return now >= due_at(beacon, under_way.awaits)


def _panel(state: State, now: datetime, waits: Waits) -> tuple[Due, ...]:
    silent = [
        m
        for m in awaited(state)
        if (since := asked_since(state, m)) is not None and now >= since + waits.answer
    ]
    opened = state.phase is not Phase.F1
    expected = [m for m in state.experts() if m.answered and not m.key and opened]
    begun = max(state.starts, state.resumed or state.starts)
    absent = [m for m in expected if now >= max(begun, m.answered or m.since) + waits.absent]
    found = [Due(deed=Deed.SILENT, member=m.member) for m in silent]
    found += [Due(deed=Deed.ABSENT, member=m.member) for m in absent]
    return tuple(found) or _next_round(state) or _next_standby(state)


def _next_round(state: State) -> tuple[Due, ...]:
    """After the first draw, open seats are filled by the next round at once, while rounds are left."""
    wanted = sum(state.open_seats()) > 0 and not state.stuck and not state.asked and state.pool is not None
    return (Due(deed=Deed.FIX),) if wanted and len(state.rounds) > 0 and _ready(state) else ()


def _next_standby(state: State) -> tuple[Due, ...]:
    """Once the panel is complete, the stand-bys that the booking asks for are drawn at once, one after the other."""
    wanted = state.next_rank <= state.reserve and bool(state.rounds) and not sum(state.open_seats())
    wanted = wanted and state.phase in (Phase.F1, Phase.F2) and state.pool is not None and not state.asked
    return (Due(deed=Deed.STANDBY),) if wanted and _pledged(state) else ()


def _ready(state: State) -> bool:
    """A round is left and every party has seeds in for it."""
    return state.rounds_left > 0 and _pledged(state)


def _pledged(state: State) -> bool:
    number = len(state.rounds) + 1
    return all(state.pledged(party) >= number for party in state.parties)
