"""How opening, scoring and closing change a case."""

from dataclasses import replace

from scheduler.errors import Refused
from scheduler.events import Blinded, Closed, Matter, Opened, Scored, Totalled
from scheduler.motions import carried
from scheduler.release import SCORES
from scheduler.state import Entry, Phase, State
from scheduler.transitions.demands import Moves, change, demand, key_is_open, own

MIN_BIDS = 3  # 招标投标法实施条例 44: fewer than three bidders, no opening


def _opened(state: State, entry: Entry, event: Opened) -> State:
    demand(len(event.slots) >= MIN_BIDS, "few_bids", least=MIN_BIDS)
    demand(len({s.commitment for s in event.slots}) == len(event.slots), "slot_twice")
    demand(state.round_under_way() is None, "round_under_way")
    return replace(state, slots=event.slots, bidders=event.bidders, conflicts=event.conflicts)


def _blinded(state: State, entry: Entry, event: Blinded) -> State:
    demand(sum(state.open_seats()) == 0, "seats_open")
    demand(all(m.key for m in state.current()), "not_checked_in")
    demand(all(each.decided for each in state.appeals), "application_open")
    return replace(state, codes=event.codes)


def _scored(state: State, entry: Entry, event: Scored) -> State:
    own(entry, event.member)
    sitting = state.sitting(event.member)
    if sitting is None or not sitting.sits:
        raise Refused("not_a_member")
    demand(bool(sitting.key), "not_checked_in")
    demand(state.phase is Phase.F3 or sitting.returned is not None, "sheet_closed")
    demand(event.version == sitting.versions + 1 and event.previous == sitting.sheet, "sheet_chain")
    return change(state, event.member, versions=event.version, sheet=event.commitment, returned=None)


def _closed(state: State, entry: Entry, event: Closed) -> State:
    demand(sum(state.open_seats()) == 0, "seats_open")
    demand(not carried(state, Matter.TIME), "extend_first")
    missing = sum(1 for m in state.current() if m.sheet is None)
    demand(missing == 0, "sheets_missing")
    demand(event.sheets == tuple(m.sheet for m in state.current()), "sheets_other")
    return replace(state, closed=entry.hash, sheets=event.sheets)


def _totalled(state: State, entry: Entry, event: Totalled) -> State:
    demand(state.totals is None, "key_opened_before")
    demand(key_is_open(state, SCORES), "scores_sealed")
    demand(all(m.returned is None for m in state.current()), "sheets_returned")
    return replace(state, totals=event.totals, totalled=entry.hash)


MOVES: Moves = {
    Opened: _opened,
    Blinded: _blinded,
    Scored: _scored,
    Closed: _closed,
    Totalled: _totalled,
}
