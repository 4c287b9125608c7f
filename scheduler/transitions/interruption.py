"""How a fault changes a case: everything stands still until it is cured, or the attempt ends."""

from dataclasses import replace

from scheduler.errors import Refused
from scheduler.events import Decided, Interrupted, Lapsed, Resumed
from scheduler.pending import Pause
from scheduler.state import Entry, Phase, State
from scheduler.transitions.demands import Moves, demand, moment


def _interrupted(state: State, entry: Entry, event: Interrupted) -> State:
    demand(state.pause is None, "interrupted")
    demand(bool(event.reason.strip()), "reason_missing")
    until = moment(event.until)
    demand(until > entry.at, "window")
    return replace(state, pause=Pause(since=entry.at, until=until, before_start=state.phase is not Phase.F3))


def _paused(state: State) -> Pause:
    if state.pause is None:
        raise Refused("not_interrupted")
    return state.pause


def _resumed(state: State, entry: Entry, event: Resumed) -> State:
    pause = _paused(state)
    demand(pause.going_on or (not pause.lapsed and entry.at <= pause.until), "fault_too_long")
    return replace(state, pause=None, resumed=entry.at, delayed=True)


def _lapsed(state: State, entry: Entry, event: Lapsed) -> State:
    pause = _paused(state)
    demand(not pause.lapsed and entry.at >= pause.until, "stale")
    return replace(state, pause=replace(pause, lapsed=True))


def _decided(state: State, entry: Entry, event: Decided) -> State:
    pause = _paused(state)
    demand(pause.lapsed and pause.before_start, "nothing_to_decide")
    return replace(state, pause=replace(pause, going_on=event.go_on))


MOVES: Moves = {
    Interrupted: _interrupted,
    Resumed: _resumed,
    Lapsed: _lapsed,
    Decided: _decided,
}
