"""Does a custodian open a key? It decides alone, from a journal it checks and from what it remembers.

A pure machine: journal, memory and clock in; a signed release or a signed refusal, and the memory after it, out. The
conditions of custody stand in `attest`, `_learn` and `_weigh`, in order; each has its code, and api/words the sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from crypto.canonical import canonical, unhex
from crypto.custody import CustodyKey, from_body, open_share
from crypto.envelope import inspect
from crypto.errors import Broken, CryptoError
from crypto.keys import sign
from crypto.partial import answer
from crypto.seats import Own
from scheduler.answers import REFUSAL, Answer, Asked, Declined, Released, Shown, Trust, refusal_statement
from scheduler.attested import Doubt, Journal, Signed, attest
from scheduler.errors import Refused
from scheduler.events import Digest, KeysAdded, KeysDealt, KeysMade, LotteryFixed, SitesFixed, StandbyFixed
from scheduler.model import LotId
from scheduler.pulse import check
from scheduler.record import RELEASE, entry_plain, release_statement
from scheduler.release import BIDDERS, EXPERTS, SCORES, allowing, seeds, slot_of
from scheduler.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a custodian's agent has seen: the last entry of every lot, each key's lot, and what it opened.

    Keys go by their public half in hexadecimal. Only this stops a log that shows two histories: keep it.
    """

    heads: Mapping[LotId, Signed] = field(default_factory=dict)
    made: frozenset[str] = frozenset()  # keys of ceremonies to which it assented itself
    keys: Mapping[str, Signed] = field(default_factory=dict)  # the entry in which the key was first dealt
    promises: Mapping[str, Signed] = field(default_factory=dict)  # the record it was released against


def decide(
    own: Own, trust: Trust, memory: Memory, asked: Asked, journal: Journal, now: datetime
) -> tuple[Memory, Answer]:
    """The memory after looking at the journal, and the answer. Keep the memory before the answer leaves.

    A journal that may be believed is remembered even when the key stays shut. Asked twice for the same, it answers
    the same.
    """
    try:
        state = attest(asked.lot, journal, trust.log, memory.heads.get(asked.lot), now)
        memory = replace(memory, heads={**memory.heads, asked.lot: journal[-1]})
        memory = _learn(memory, asked.lot, journal)
        slot = slot_of(asked.key)
        key = _key(trust, state, asked if slot is None else replace(asked, key=BIDDERS))
        against = _condition(state, asked)
        _pulse(state, asked)
        if key.public.hex() not in memory.made and not trust.dealt_too:
            raise Doubt(code="key_not_made", facts={"key": asked.key})
        record = _weigh(memory, state, key, _entry_of(journal, against), now, slot)
        share = open_share(key, own.name, own.seal.private)
        envelope = None if slot is None else _envelope(state, journal, slot)
    except Doubt as doubt:
        return memory, _declined(own, asked, journal, now, doubt)
    except CryptoError as fault:
        facts = {"key": asked.key, "fault": str(fault)}
        return memory, _declined(own, asked, journal, now, Doubt(code="key_broken", facts=facts))
    statement = release_statement(asked.lot, asked.key, against)
    signature = sign(own.sign, RELEASE, statement).hex()
    promised = replace(memory, promises={**memory.promises, _promise(key, slot): record})
    if envelope is not None:
        # The proof's nonce follows from share and statement: asked twice for the same, it answers the same.
        given = answer(key, share, envelope, statement, bytes(32))
        return promised, Shown(
            custodian=own.name, asked=asked, against=against, answer=given, signature=signature
        )
    return promised, Released(
        custodian=own.name, asked=asked, against=against, share=share, signature=signature
    )


def watch(
    trust: Trust, memory: Memory, lot: LotId, journal: Journal, now: datetime
) -> tuple[Memory, Doubt | None]:
    """The memory after looking at a journal nobody has asked about, and what is wrong with it, if anything.

    The more an agent has seen, the less room there is for a second history.
    """
    try:
        attest(lot, journal, trust.log, memory.heads.get(lot), now)
        memory = replace(memory, heads={**memory.heads, lot: journal[-1]})
        return _learn(memory, lot, journal), None
    except Doubt as doubt:
        return memory, doubt


def _learn(memory: Memory, lot: LotId, journal: Journal) -> Memory:
    """Every key serves one purpose of the lot that showed it first. Raises Doubt: two could open each other."""
    keys = dict(memory.keys)
    for each in journal:
        dealt = (
            each.entry.event.keys if isinstance(each.entry.event, KeysDealt | KeysMade | KeysAdded) else ()
        )
        if len({body.get("public") for body in dealt}) != len(dealt):
            raise Doubt(code="key_twice", facts={"seq": str(each.entry.seq)})
        for body in dealt:
            first = keys.setdefault(str(body.get("public")), each)
            if first.entry.lot != lot:
                facts = {"key": str(body.get("key_id")), "lot": first.entry.lot}
                raise Doubt(code="key_elsewhere", facts=facts, evidence=(first, each))
    return replace(memory, keys=keys)


def _key(trust: Trust, state: State, asked: Asked) -> CustodyKey:
    """The key asked for, held by exactly the custodians we pin. Raises Doubt or Broken."""
    bodies = [dict(body) for body in state.keys if body.get("key_id") == asked.key]
    if not bodies:
        raise Doubt(code="key_unknown", facts={"key": asked.key})
    key = from_body(bodies[0])
    named = {each.name: (unhex(each.sign, 32), unhex(each.seal, 32)) for each in state.custodians}
    seals = {name: seal for name, (_, seal) in trust.custodians.items()}
    holders = {each.name: each.public for each in key.holders}
    if named != dict(trust.custodians) or holders != seals or key.threshold != state.threshold:
        raise Doubt(code="key_strangers", facts={"key": asked.key})
    if not is_majority(key.threshold, len(key.holders)):
        raise Doubt(code="key_minority", facts={"key": asked.key})
    return key


def is_majority(threshold: int, holders: int) -> bool:
    """Whether any two groups that can open a key share a holder, who opens for one of two records only."""
    return 2 * threshold > holders


def _condition(state: State, asked: Asked) -> Digest:
    """The record that allows the opening: the table of scheduler.release decides. Raises Doubt."""
    try:
        return allowing(state, asked.key)
    except Refused as refusal:
        facts = {name: str(value) for name, value in refusal.facts.items()}
        raise Doubt(code=refusal.code, facts=facts) from None


def _pulse(state: State, asked: Asked) -> None:
    """Where a round's ticket takes a beacon's value, the beacon has signed it. Raises Doubt."""
    under_way = state.round_under_way()
    if state.beacon is None or under_way is None or under_way.taken is None:
        return
    if asked.key == seeds(under_way.number):
        try:
            check(state.beacon, under_way.taken)
        except Broken as fault:
            raise Doubt(code="pulse_broken", facts={"fault": str(fault)}) from None


def _entry_of(journal: Journal, against: Digest) -> Signed:
    """The entry that is the record, or that fixes the lottery or the sites with this digest."""
    for each in journal:
        event = each.entry.event
        fixed = event.lottery if isinstance(event, LotteryFixed | StandbyFixed) else None
        fixed = event.choices if isinstance(event, SitesFixed) else fixed
        if against in (each.entry.hash, fixed):
            return each
    raise ValueError("a condition without its entry")


def _promise(key: CustodyKey, slot: int | None) -> str:
    """The name of a promise in the memory: about the whole key, or about one envelope under it."""
    return key.public.hex() if slot is None else f"{key.public.hex()}/{slot}"


def _envelope(state: State, journal: Journal, slot: int) -> bytes:
    """The one envelope an order is about. Raises Doubt when its encapsulation stands in the log a second time.

    An answer opens whatever shares the encapsulation, so a copy of it could open somebody else's secret.
    """
    envelope = bytes.fromhex(state.slots[slot].identity)
    point = inspect(envelope).encapsulation.hex()
    # Searched in whole entries: wherever in an event the same point stands, it is a copy.
    written = sum(canonical(entry_plain(each.entry)).count(point.encode()) for each in journal)
    if written != 1:
        raise Doubt(code="glass_copied", facts={"slot": str(slot)})
    return envelope


def _weigh(
    memory: Memory, state: State, key: CustodyKey, record: Signed, now: datetime, slot: int | None
) -> Signed:
    """What the journal alone cannot tell: our own promises and our own clock. Raises Doubt."""
    before = memory.promises.get(_promise(key, slot))
    if before is not None and before.entry.hash != record.entry.hash:
        raise Doubt(code="key_promised", facts={"key": key.key_id}, evidence=(before, record))
    # By our own clock: no score or bidder before the evaluation begins, no expert's name before it ends.
    earliest = {SCORES: state.starts, BIDDERS: state.starts, EXPERTS: state.ends}.get(key.key_id)
    if earliest is not None and now < earliest:
        facts = {"key": key.key_id, "since": earliest.isoformat()}
        raise Doubt(code="key_before_time", facts=facts)
    return record


def _declined(own: Own, asked: Asked, journal: Journal, now: datetime, doubt: Doubt) -> Declined:
    said = Declined(
        custodian=own.name,
        asked=asked,
        code=doubt.code,
        facts=doubt.facts,
        head=journal[-1].entry.hash if journal else Digest(""),
        at=now,
        evidence=doubt.evidence,
    )
    return replace(said, signature=sign(own.sign, REFUSAL, refusal_statement(said)).hex())
