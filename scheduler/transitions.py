"""How each event changes the state; every refusal that depends on the history stands here."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from scheduler.errors import Refused
from scheduler.events import (
    Accepted,
    Archived,
    Blinded,
    Booked,
    Cancelled,
    CheckedIn,
    Closed,
    Drawn,
    Event,
    KeyOpened,
    KeysDealt,
    KeysMade,
    Left,
    LotteryFixed,
    Member,
    Opened,
    Out,
    PoolFrozen,
    Rechecked,
    Reported,
    Revealed,
    Scored,
    SeedPledged,
    Stuck,
    Totalled,
)
from scheduler.model import Role
from scheduler.release import BIDDERS, SCORES, condition, purposes, seeds
from scheduler.state import Entry, Phase, Round, Sitting, State

MIN_BIDS = 3  # 招标投标法实施条例 44: fewer than three bidders, no opening
Mover = Callable[[State, Entry, Any], State]


def begin(entry: Entry) -> State:
    """The first state; only a booking begins a case."""
    event = entry.event
    if not isinstance(event, Booked) or entry.seq != 0 or entry.previous:
        raise Refused("no_history")
    _demand(sum(event.seats) > 0 and all(n > 0 for n in event.seats), "S0")
    _demand(len(set(event.owners)) == len(event.owners), "owner_twice")
    _demand(len(set(event.parties)) == len(event.parties) > 0 and event.max_rounds > 0, "parties")
    starts, ends = _moment(event.starts), _moment(event.ends)
    _demand(starts < ends, "window")
    owners = tuple(Sitting(member=m, role=None, round=0, since=entry.at, accepted=True) for m in event.owners)
    return State(
        lot=entry.lot,
        phase=Phase.F0,
        seq=0,
        head=entry.hash,
        at=entry.at,
        request=event.request,
        pack=event.pack,
        attempt=event.attempt,
        starts=starts,
        ends=ends,
        seats=event.seats,
        parties=event.parties,
        max_rounds=event.max_rounds,
        members=owners,
    )


def move(state: State, entry: Entry) -> State:
    """The state after an allowed kind of event, or Refused because of the history."""
    return _MOVES[type(entry.event)](state, entry, entry.event)


def _demand(holds: bool, code: str, **facts: Any) -> None:
    if not holds:
        raise Refused(code, **facts)


def _moment(text: str) -> datetime:
    """A moment with its zone, in the one spelling that the booking writes."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("window") from None
    _demand(moment.tzinfo is not None and moment.isoformat() == text, "window")
    return moment


def _keys(state: State, entry: Entry, event: KeysDealt | KeysMade) -> State:
    _demand(not state.keys, "keys_twice")
    _demand(0 < event.threshold <= len({c.name for c in event.custodians}), "threshold")
    names = tuple(str(body.get("key_id")) for body in event.keys)
    _demand(names == purposes(state.max_rounds), "keys_missing")
    return replace(state, custodians=event.custodians, threshold=event.threshold, keys=event.keys)


def _made(state: State, entry: Entry, event: KeysMade) -> State:
    return replace(_keys(state, entry, event), ceremonies=event.ceremonies)


def _pool(state: State, entry: Entry, event: PoolFrozen) -> State:
    _demand(bool(state.keys) and state.pool is None, "pool_twice")
    return replace(state, pool=event.root, pool_exhibit=event.exhibit, pool_size=event.size)


def _pledge(state: State, entry: Entry, event: SeedPledged) -> State:
    _demand(bool(state.keys), "keys_missing")
    _demand(event.party in state.parties, "party_unknown", party=event.party)
    _demand(event.party not in [p for p, _ in state.pledges], "party_twice", party=event.party)
    _demand(len(event.deposits) == state.max_rounds, "deposits", expected=state.max_rounds)
    return replace(state, pledges=(*state.pledges, (event.party, event.deposits)))


def _lottery(state: State, entry: Entry, event: LotteryFixed) -> State:
    missing = sorted(set(state.parties) - {party for party, _ in state.pledges})
    _demand(state.pool is not None, "pool_missing")
    _demand(state.evidence is not None or not state.slots, "recheck_missing")
    _demand(not missing, "seeds_missing", parties=", ".join(missing))
    _demand(state.round_under_way() is None, "round_under_way")
    _demand(sum(state.open_seats()) > 0, "panel_full")
    _demand(event.round == len(state.rounds) + 1, "stale")
    _demand(event.round <= state.max_rounds, "max_rounds", rounds=state.max_rounds)
    _demand(event.kept == tuple(m.member for m in state.experts()), "stale")
    _demand(event.out == tuple(m.member for m in state.left()), "stale")
    fixed = Round(number=event.round, lottery=event.lottery, fixed=entry.at)
    return replace(state, rounds=(*state.rounds, fixed), stuck=())


def _stuck(state: State, entry: Entry, event: Stuck) -> State:
    _demand(state.round_under_way() is None, "round_under_way")
    _demand(sum(state.open_seats()) > 0, "panel_full")
    _demand(event.round == len(state.rounds) + 1 and bool(event.rules), "stale")
    return replace(state, stuck=event.rules)


def _key_opened(state: State, entry: Entry, event: KeyOpened) -> State:
    _demand(event.against == condition(state, event.key), "key_other_record", key=event.key)
    who = {r.custodian for r in event.releases}
    known = {c.name for c in state.custodians}
    _demand(who <= known and len(who) == len(event.releases) >= state.threshold, "key_releases")
    opened = replace(state, opened_keys=(*state.opened_keys, (event.key, event.opening)))
    under_way = state.round_under_way()
    if under_way and event.key == seeds(under_way.number):
        rounds = (*state.rounds[:-1], replace(under_way, opened=event.opening))
        return replace(opened, rounds=rounds)
    return opened


def _drawn(state: State, entry: Entry, event: Drawn) -> State:
    under_way = state.round_under_way()
    if under_way is None or under_way.opened is None or event.round != under_way.number:
        raise Refused("round_not_ready", round=event.round)
    roles = [m.role for m in event.members]
    wanted = state.open_seats()
    _demand(tuple(roles.count(i) for i in range(len(wanted))) == wanted, "S0")
    ids = [m.member for m in event.members]
    _demand(len(set(ids)) == len(ids) and len(roles) == sum(wanted), "S1")
    _demand(all(state.sitting(m) is None for m in ids), "R0")
    new = tuple(
        Sitting(member=m.member, role=m.role, round=event.round, since=entry.at) for m in event.members
    )
    rounds = (*state.rounds[:-1], replace(under_way, ticket=event.ticket, seating=event.seating))
    return replace(state, members=(*state.members, *new), rounds=rounds)


def _own(entry: Entry, member: Member) -> None:
    """Experts and owner representatives act for themselves only."""
    if entry.role in (Role.EXPERT, Role.OWNER):
        _demand(entry.actor == member, "not_yours")


def _change(state: State, member: Member, **changes: Any) -> State:
    sitting = state.sitting(member)
    if sitting is None or not sitting.sits:
        raise Refused("not_a_member")
    changed = replace(sitting, **changes)
    return replace(state, members=tuple(changed if m is sitting else m for m in state.members))


def _accepted(state: State, entry: Entry, event: Accepted) -> State:
    _own(entry, event.member)
    sitting = state.sitting(event.member)
    _demand(sitting is None or not sitting.accepted, "accepted_twice")
    return _change(state, event.member, accepted=True, answered=entry.at)


def _left(state: State, entry: Entry, event: Left) -> State:
    _own(entry, event.member)
    _demand(event.why is not Out.RECUSED, "recheck_only")
    _demand((event.why is Out.DECLINED) == (entry.role is Role.EXPERT), "role", why=event.why)
    barred = event.why is Out.BARRED
    _demand(not barred or entry.role is Role.SYSTEM, "role", why=event.why)
    _demand(barred == bool(event.rule) == (event.evidence is not None), "rule_missing")
    _demand(state.round_under_way() is None, "round_under_way")
    sitting = state.sitting(event.member)
    _demand(sitting is None or sitting.role is not None, "owner_stays")
    if event.why is Out.SILENT and sitting:
        _demand(not sitting.accepted, "accepted_before")
    if event.why is not Out.ABSENT and sitting:
        _demand(not sitting.key, "checked_in_before")
    return _change(state, event.member, out=event.why)


def _opened(state: State, entry: Entry, event: Opened) -> State:
    _demand(len(event.slots) >= MIN_BIDS, "few_bids", least=MIN_BIDS)
    _demand(len({s.commitment for s in event.slots}) == len(event.slots), "slot_twice")
    _demand(state.round_under_way() is None, "round_under_way")
    return replace(state, slots=event.slots, bidders=event.bidders, conflicts=event.conflicts)


def _rechecked(state: State, entry: Entry, event: Rechecked) -> State:
    _demand(state.evidence is None, "recheck_twice")
    owners = {m.member for m in state.current() if m.role is None}
    gone = sum(1 for recused in event.recused if recused.member in owners)
    _demand(gone in (0, len(owners)), "owner_stays")
    _demand(sum(event.added) == gone and len(event.added) == (len(state.seats) if gone else 0), "S0")
    _demand(all(n >= 0 for n in event.added), "S0")
    seats = tuple(map(sum, zip(state.seats, event.added, strict=True))) if gone else state.seats
    after = replace(state, evidence=event.evidence, seats=seats)
    for recused in event.recused:
        after = _change(after, recused.member, out=Out.RECUSED)
    return after


def _checked_in(state: State, entry: Entry, event: CheckedIn) -> State:
    _demand(state.evidence is not None, "recheck_missing")
    sitting = state.sitting(event.member)
    if sitting is not None:
        _demand(sitting.accepted, "not_accepted")
        _demand(not sitting.key, "checked_in_before")
    _demand(event.key not in [m.key for m in state.members], "key_twice")
    return _change(state, event.member, key=event.key)


def _blinded(state: State, entry: Entry, event: Blinded) -> State:
    _demand(sum(state.open_seats()) == 0, "seats_open")
    _demand(all(m.key for m in state.current()), "not_checked_in")
    return replace(state, codes=event.codes)


def _scored(state: State, entry: Entry, event: Scored) -> State:
    _own(entry, event.member)
    sitting = state.sitting(event.member)
    if sitting is None or not sitting.sits:
        raise Refused("not_a_member")
    _demand(bool(sitting.key), "not_checked_in")
    _demand(event.version == sitting.versions + 1 and event.previous == sitting.sheet, "sheet_chain")
    return _change(state, event.member, versions=event.version, sheet=event.commitment)


def _closed(state: State, entry: Entry, event: Closed) -> State:
    _demand(sum(state.open_seats()) == 0, "seats_open")
    missing = sum(1 for m in state.current() if m.sheet is None)
    _demand(missing == 0, "sheets_missing")
    _demand(event.sheets == tuple(m.sheet for m in state.current()), "sheets_other")
    return replace(state, closed=entry.hash, sheets=event.sheets)


def _opened_key(state: State, key: str) -> bool:
    return any(key == name for name, _ in state.opened_keys)


def _totalled(state: State, entry: Entry, event: Totalled) -> State:
    _demand(_opened_key(state, SCORES) and state.totals is None, "scores_sealed")
    return replace(state, totals=event.totals, totalled=entry.hash)


def _revealed(state: State, entry: Entry, event: Revealed) -> State:
    _demand(_opened_key(state, BIDDERS), "bidders_sealed")
    return replace(state, identities=event.identities)


def _reported(state: State, entry: Entry, event: Reported) -> State:
    return replace(state, report=event.report)


def _archived(state: State, entry: Entry, event: Archived) -> State:
    return replace(state, archived=entry.hash)


def _cancelled(state: State, entry: Entry, event: Cancelled) -> State:
    _demand(bool(event.reason.strip()), "reason_missing")
    return state


_MOVES: dict[type[Event], Mover] = {
    KeysDealt: _keys,
    KeysMade: _made,
    PoolFrozen: _pool,
    SeedPledged: _pledge,
    LotteryFixed: _lottery,
    KeyOpened: _key_opened,
    Drawn: _drawn,
    Accepted: _accepted,
    Left: _left,
    Stuck: _stuck,
    Opened: _opened,
    Rechecked: _rechecked,
    CheckedIn: _checked_in,
    Blinded: _blinded,
    Scored: _scored,
    Closed: _closed,
    Totalled: _totalled,
    Revealed: _revealed,
    Reported: _reported,
    Archived: _archived,
    Cancelled: _cancelled,
}
