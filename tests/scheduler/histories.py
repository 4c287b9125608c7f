"""A sample history without keys or database: what the phases say of events, not what is in them."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from scheduler.events import (
    Accepted,
    Archived,
    Blinded,
    Booked,
    CheckedIn,
    Closed,
    Custodian,
    Digest,
    Drawn,
    Event,
    KeyOpened,
    KeysDealt,
    LotteryFixed,
    Member,
    Opened,
    PoolFrozen,
    Rechecked,
    Release,
    Reported,
    Revealed,
    Scored,
    Seated,
    SeedPledged,
    Slot,
    Totalled,
)
from scheduler.model import LotId, Role
from scheduler.phases import apply
from scheduler.record import entry
from scheduler.release import BIDDERS, SCORES, condition, purposes, seeds
from scheduler.state import Entry, State

NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
A, B, OWNER = Member("P-A"), Member("P-B"), Member("P-OWNER")
_LOT = LotId("SAMPLE")
_PARTIES = ("operator", "tenderee")
_ROUNDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Entries, and the state after each of them."""

    entries: tuple[Entry, ...]
    states: tuple[State, ...]


def mark(name: str) -> Digest:
    """A digest that stands for something."""
    return Digest(hashlib.sha256(name.encode()).hexdigest())


def seated(member: str, role: int) -> Seated:
    """A drawn member."""
    return Seated(member=Member(member), role=role, identity="00", commitment=mark(member))


def slots(count: int) -> tuple[Slot, ...]:
    """So many bids."""
    return tuple(
        Slot(identity="00", commitment=mark(f"slot {i}"), document=mark(f"document {i}"))
        for i in range(count)
    )


@cache
def history() -> History:
    """Two experts and an owner from the booking to the archive, without incident."""
    entries: list[Entry] = []
    states: list[State] = []

    def add(role: Role, event: Event, actor: str = "") -> None:
        state = states[-1] if states else None
        made = entry(state, _LOT, event, at=NOON + timedelta(minutes=len(states)), role=role, actor=actor)
        entries.append(made)
        states.append(apply(state, made))

    def open_key(key: str) -> None:
        who = tuple(Release(custodian=name, signature="00" * 64) for name in "ab")
        against = condition(states[-1], key)
        add(Role.CUSTODIAN, KeyOpened(key=key, against=against, opening=mark(key), releases=who))

    add(Role.OPERATOR, _booked())
    add(Role.SYSTEM, _keys())
    add(Role.OPERATOR, PoolFrozen(root=mark("root"), size=9, exhibit=mark("pool")))
    for party in _PARTIES:
        add(Role(party), SeedPledged(party=party, deposits=("00",) * _ROUNDS))
    add(Role.OPERATOR, LotteryFixed(round=1, lottery=mark("lottery"), kept=(), out=()))
    open_key(seeds(1))
    members = (seated(A, 0), seated(B, 1))
    add(Role.OPERATOR, Drawn(round=1, ticket="11" * 32, members=members, seating=mark("places")))
    for member in (A, B):
        add(Role.EXPERT, Accepted(member=member), member)
    add(Role.OPERATOR, Opened(slots=slots(3), bidders=mark("bidders"), conflicts=mark("conflicts")))
    add(Role.SYSTEM, Rechecked(recused=(), evidence=mark("evidence")))
    for number, member in enumerate((A, B, OWNER)):
        add(Role.SITE, CheckedIn(member=member, key=f"{number:02x}" * 32))
    add(Role.OPERATOR, Blinded(codes=mark("codes")))
    for member in (A, B, OWNER):
        role = Role.OWNER if member == OWNER else Role.EXPERT
        add(role, Scored(member=member, version=1, sheet="00", commitment=mark("sheet " + member)), member)
    add(Role.SYSTEM, Closed(sheets=tuple(m.sheet for m in states[-1].current() if m.sheet)))
    open_key(SCORES)
    add(Role.SYSTEM, Totalled(totals=mark("totals")))
    open_key(BIDDERS)
    add(Role.OPERATOR, Revealed(identities=mark("identities")))
    add(Role.OPERATOR, Reported(report=mark("report")))
    add(Role.OPERATOR, Archived(reason="over"))
    return History(entries=tuple(entries), states=tuple(states))


def _booked() -> Booked:
    return Booked(
        request=mark("request"),
        pack=mark("pack"),
        attempt=1,
        starts=NOON.isoformat(),
        ends=(NOON + timedelta(hours=3)).isoformat(),
        seats=(1, 1),
        owners=(OWNER,),
        parties=_PARTIES,
        max_rounds=_ROUNDS,
    )


def _keys() -> KeysDealt:
    custodians = tuple(Custodian(name=name, sign="00" * 32, seal="00" * 32) for name in "abc")
    bodies = tuple({"key_id": key} for key in purposes(_ROUNDS))
    return KeysDealt(custodians=custodians, threshold=2, keys=bodies)
