"""What can somebody with the keys make of a bundle? Take it apart, change it, hash and sign everything anew."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crypto.canonical import canonical, parse
from crypto.errors import Broken
from crypto.keys import SigningKey, sign
from scheduler.errors import Refused
from scheduler.phases import apply
from scheduler.record import RELEASE, read_entry, read_exhibit, release_statement, sign_entry
from scheduler.release import condition
from scheduler.state import State

Record = dict[str, Any]


@dataclass(slots=True)
class Forgery:
    """A bundle in pieces. `exhibits` keep the digest they had, so that a changed one can be put in everywhere."""

    header: Record
    entries: list[Record]
    exhibits: list[Record]
    manifest: Record

    @classmethod
    def of(cls, data: bytes) -> "Forgery":
        """The pieces of a bundle's bytes."""
        lines = [parse(line) for line in data[:-1].split(b"\n")]
        return cls(
            header=lines[0],
            entries=[line["entry"] for line in lines if line["line"] == "entry"],
            exhibits=[line["exhibit"] for line in lines if line["line"] == "exhibit"],
            manifest=lines[-1],
        )

    def event(self, kind: str, which: int = 0) -> Record:
        """The data of the event of a kind, counted from 0 (or from the end)."""
        found: list[Record] = [entry["data"] for entry in self.entries if entry["event"] == kind]
        return found[which]

    def exhibit(self, name: str, which: int = 0) -> Record:
        """The exhibit of a name."""
        return [each for each in self.exhibits if each["name"] == name][which]

    def change(self, name: str, to: Callable[[Any], Any], which: int = 0) -> None:
        """Another body for an exhibit; its digest follows wherever it stood."""
        each = self.exhibit(name, which)
        before = read_exhibit(each).digest
        each["body"] = to(each["body"])
        self.replace(before, read_exhibit(each).digest)

    def replace(self, before: str, after: str) -> None:
        """One text for another in all entries."""
        text = json.dumps(self.entries, ensure_ascii=False).replace(before, after)
        self.entries = json.loads(text)

    def signed(
        self,
        log: SigningKey,
        custodians: Mapping[str, SigningKey] | None = None,
        swapped: tuple[int, int] = (0, 0),
    ) -> bytes:
        """The bundle hashed and signed anew; with custodians' keys also every release.

        `swapped`: the entry at the second place stands under the signature of the first.
        """
        lines = [self.header]
        chained = list(self._chained(log, custodians or {}))
        for at, (entry, own) in enumerate(chained):
            signature = chained[swapped[0]][1] if at == swapped[1] else own
            lines.append({"entry": entry, "line": "entry", "signature": signature})
        lines += [{"exhibit": each, "line": "exhibit"} for each in self.exhibits]
        earlier = b"".join(canonical(line) + b"\n" for line in lines)
        manifest = self.manifest | {"hash": hashlib.sha256(earlier).hexdigest(), "lines": len(lines) + 1}
        manifest.pop("signature")
        signature = sign(log, "yuanping/manifest/v1", canonical(manifest)).hex()
        return earlier + canonical(manifest | {"signature": signature}) + b"\n"

    def _chained(self, log: SigningKey, custodians: Mapping[str, SigningKey]) -> Iterator[tuple[Record, str]]:
        """Entries in order, each hashed onto the one before, openings against the records that now stand."""
        previous, state = "", None
        for number, entry in enumerate(self.entries):
            made = entry | {"previous": previous, "seq": number}
            if made["event"] == "KeyOpened" and state is not None:
                made["data"] = _released(state, made["data"], custodians)
            try:
                read = read_entry(made)
            except Broken:  # no entry any more: nothing can be hashed onto it
                yield made, "00" * 64
                state = None
                continue
            yield made, sign_entry(log, read)
            previous = read.hash
            state = _applied(state, read) if state is not None or number == 0 else None


def _applied(state: State | None, entry: Any) -> State | None:
    try:
        return apply(state, entry)
    except (Refused, TypeError, ValueError):
        return None


def _released(state: State, event: Record, custodians: Mapping[str, SigningKey]) -> Record:
    """The same opening for the record that stands now, signed by those whose keys are at hand."""
    try:
        against = condition(state, event["key"])
    except (Refused, KeyError, TypeError):
        return event
    if event.get("keep"):
        return {name: value for name, value in event.items() if name != "keep"}
    statement = release_statement(state.lot, event["key"], against)
    try:
        releases = [
            each | {"signature": sign(custodians[each["custodian"]], RELEASE, statement).hex()}
            if each["custodian"] in custodians
            else each
            for each in event["releases"]
        ]
    except (KeyError, TypeError):
        return event
    return event | {"against": against, "releases": releases}
