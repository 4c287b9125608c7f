"""How entries and exhibits become bytes: hash chain, signature, digest; read back strictly."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from crypto.canonical import canonical, digest, digest_of, frame, unhex
from crypto.errors import Broken
from crypto.keys import SigningKey, sign, verify
from scheduler.codec import Misshapen, from_plain, to_plain
from scheduler.events import EVENTS, VERSION, Digest, Event
from scheduler.exhibits import KINDS, Body, Exhibit, plain, read_body
from scheduler.model import LotId, Role
from scheduler.state import Entry, State

GENESIS = Digest("")
_ENTRY, _EXHIBIT = "yuanping/entry/v1", "yuanping/exhibit/v1"
RELEASE = "yuanping/release/v1"
_KEYS = {"actor", "at", "data", "event", "lot", "previous", "role", "seq", "v"}


def entry(state: State | None, lot: LotId, event: Event, *, at: datetime, role: Role, actor: str) -> Entry:
    """The next entry of a history, hashed onto the one before."""
    drawn = Entry(
        lot=lot,
        seq=state.seq + 1 if state else 0,
        at=at,
        role=role,
        actor=actor,
        event=event,
        previous=state.head if state else GENESIS,
        hash=GENESIS,
    )
    return _hashed(drawn)


def entry_plain(entry: Entry) -> dict[str, Any]:
    """What is hashed: everything but the hash itself."""
    return {
        "actor": entry.actor,
        "at": entry.at.isoformat(),
        "data": to_plain(entry.event),
        "event": type(entry.event).__name__,
        "lot": entry.lot,
        "previous": entry.previous,
        "role": entry.role.value,
        "seq": entry.seq,
        "v": VERSION,
    }


def read_entry(value: Any) -> Entry:
    """The entry of a plain value; its hash is computed, never believed. Raises Broken."""
    if not isinstance(value, dict) or set(value) != _KEYS:
        raise Broken("an entry has the keys " + ", ".join(sorted(_KEYS)))
    known = isinstance(value["event"], str) and value["event"] in EVENTS
    if type(value["v"]) is not int or value["v"] != VERSION or not known:
        raise Broken(f"unknown event {value['event']!r} in version {value['v']!r}")
    try:
        read = Entry(
            lot=from_plain(LotId, value["lot"], "/lot"),
            seq=from_plain(int, value["seq"], "/seq"),
            at=from_plain(datetime, value["at"], "/at"),
            role=from_plain(Role, value["role"], "/role"),
            actor=from_plain(str, value["actor"], "/actor"),
            event=from_plain(EVENTS[value["event"]], value["data"], "/data"),
            previous=from_plain(Digest, value["previous"], "/previous"),
            hash=GENESIS,
        )
    except Misshapen as fault:
        raise Broken(f"entry {value['seq']}: {fault}") from None
    if read.at.tzinfo is None:
        raise Broken(f"entry {read.seq}: a moment without a time zone")
    if canonical(entry_plain(read)) != canonical(value):
        raise Broken(f"entry {read.seq}: written otherwise than it is hashed")
    return _hashed(read)


def _hashed(entry: Entry) -> Entry:
    value = Digest(digest_of(_ENTRY, entry_plain(entry)))
    return Entry(**{name: getattr(entry, name) for name in Entry.__slots__ if name != "hash"}, hash=value)


def sign_entry(key: SigningKey, entry: Entry) -> str:
    """The log key's signature over an entry's hash, hexadecimal."""
    return sign(key, _ENTRY, bytes.fromhex(entry.hash)).hex()


def verify_entry(public: bytes, entry: Entry, signature: str) -> None:
    """Raises Broken when the log key did not sign this entry."""
    verify(public, _ENTRY, bytes.fromhex(entry.hash), unhex(signature, 64))


def exhibit(name: str, body: Body, salt: bytes) -> Exhibit:
    """A body with its salt and digest; `salt` has 32 bytes."""
    value = plain(name, salt.hex(), body)
    return Exhibit(name=name, salt=salt.hex(), body=body, digest=Digest(digest_of(_EXHIBIT, value)))


def exhibit_plain(exhibit: Exhibit) -> dict[str, Any]:
    """What is hashed and stored."""
    return plain(exhibit.name, exhibit.salt, exhibit.body)


def read_exhibit(value: Any) -> Exhibit:
    """The exhibit of a plain value; its digest is computed, never believed. Raises Broken."""
    return _exhibit(value, lambda: Digest(digest_of(_EXHIBIT, value)))


def exhibit_of(data: bytes, promised: Digest) -> Exhibit:
    """The exhibit of the very bytes that the digest was made of: the digest vouches for their form. Raises Broken."""
    if digest(_EXHIBIT, data).hex() != promised:
        raise Broken("other bytes than the digest promises")
    return _exhibit(json.loads(data), lambda: promised)


def _exhibit(value: Any, name: Callable[[], Digest]) -> Exhibit:
    shaped = isinstance(value, dict) and set(value) == {"body", "name", "salt"}
    if not shaped or not isinstance(value["name"], str) or value["name"] not in KINDS:
        raise Broken("an exhibit has a known name, a salt and a body")
    unhex(value["salt"], 32)
    try:
        body = read_body(value["name"], value["body"])
    except Misshapen as fault:
        raise Broken(f"exhibit {value['name']}: {fault}") from None
    return Exhibit(name=value["name"], salt=value["salt"], body=body, digest=name())


def named_digests(entries: Sequence[Entry]) -> dict[Digest, int]:
    """Every 64-digit digest that stands in an event, with the entry it first stands in."""
    found: dict[Digest, int] = {}
    for each in entries:
        for text in _texts(to_plain(each.event)):
            if len(text) == 64:
                found.setdefault(Digest(text), each.seq)
    return found


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in _texts(each)]


def release_statement(lot: LotId, key: str, against: Digest) -> bytes:
    """What a custodian signs: this key of this lot, for this record and no other."""
    return frame(RELEASE, lot.encode("utf-8"), key.encode("utf-8"), bytes.fromhex(against))
