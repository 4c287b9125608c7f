"""One file of an evaluation: canonical JSON lines under a signed manifest (docs/formats/bundle.md)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from crypto.canonical import canonical, parse, unhex
from crypto.errors import Broken
from crypto.keys import SigningKey, sign, verify
from scheduler.exhibits import Exhibit
from scheduler.model import LotId, Role
from scheduler.record import entry_plain, exhibit_plain, read_entry, read_exhibit
from scheduler.sight import may_see
from scheduler.state import Entry, Phase

FORMAT = "yuanping-bundle/1"
_MANIFEST = "yuanping/manifest/v1"


class Unreadable(Exception):
    """The bytes are no bundle: other form, cut, or of an unknown version. The text says which line and why."""


class BundleKind(StrEnum):
    """A public bundle is made and signed as such; it is no full one with lines missing."""

    FULL = "full"
    PUBLIC = "public"

    @property
    def reader(self) -> Role:
        """Whose sight decides what goes in."""
        return Role.SUPERVISOR if self is BundleKind.FULL else Role.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The last line: what the log key signs about all lines before it."""

    kind: BundleKind
    lot: LotId
    phase: Phase
    lines: int  # this one included
    hash: str  # SHA-256 of all earlier bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What a file says, before anything of it is believed. `earlier` is SHA-256 of the bytes before the manifest."""

    log: bytes
    kind: BundleKind
    lot: LotId
    entries: tuple[Entry, ...]
    signatures: tuple[str, ...]
    exhibits: tuple[Exhibit, ...]
    manifest: Manifest
    signature: str
    lines: int
    earlier: str


def belongs(exhibit: Exhibit, kind: BundleKind, phase: Phase) -> bool:
    """Whether an exhibit goes into a bundle of this kind in this phase: the table of sight decides."""
    return may_see(kind.reader, exhibit.datum, phase)


def write(
    history: Sequence[tuple[Entry, str]],
    exhibits: Sequence[Exhibit],
    *,
    kind: BundleKind,
    phase: Phase,
    key: SigningKey,
) -> bytes:
    """The file. `exhibits` are those of the case in journal order; the ones that do not belong are left out."""
    lot = history[0][0].lot
    lines: list[dict[str, Any]] = [
        {"format": FORMAT, "kind": kind.value, "line": "header", "log": key.public.hex(), "lot": lot}
    ]
    lines += [{"entry": entry_plain(e), "line": "entry", "signature": s} for e, s in history]
    lines += [
        {"exhibit": exhibit_plain(each), "line": "exhibit"} for each in exhibits if belongs(each, kind, phase)
    ]
    earlier = b"".join(canonical(line) + b"\n" for line in lines)
    manifest = {
        "hash": hashlib.sha256(earlier).hexdigest(),
        "kind": kind.value,
        "line": "manifest",
        "lines": len(lines) + 1,
        "lot": lot,
        "phase": phase.value,
    }
    signature = sign(key, _MANIFEST, canonical(manifest)).hex()
    return earlier + canonical({**manifest, "signature": signature}) + b"\n"


def read(data: bytes) -> Bundle:
    """The bundle of a file's bytes. Raises Unreadable for any byte form but the one `write` makes."""
    if not data.endswith(b"\n"):
        raise Unreadable("the file does not end with a line end: it is cut")
    lines = data[:-1].split(b"\n")
    values = [_value(number, line) for number, line in enumerate(lines, 1)]
    if len(values) < 3:
        raise Unreadable(f"only {len(values)} lines: it is cut")
    header = _keys(1, values[0], "header", {"format", "kind", "log", "lot"})
    last = _keys(len(values), values[-1], "manifest", {"hash", "kind", "lines", "lot", "phase", "signature"})
    if header["format"] != FORMAT:
        raise Unreadable(f"line 1: format {header['format']!r}, expected {FORMAT!r}")
    middle = list(enumerate(values[1:-1], 2))
    entries = [(n, v) for n, v in middle if v.get("line") == "entry"]
    exhibits = [(n, v) for n, v in middle if v.get("line") != "entry"]
    if middle != entries + exhibits:
        raise Unreadable("an entry stands after an exhibit")
    try:
        return Bundle(
            log=unhex(header["log"], 32),
            kind=BundleKind(header["kind"]),
            lot=LotId(_text(header["lot"])),
            entries=tuple(
                read_entry(_keys(n, v, "entry", {"entry", "signature"})["entry"]) for n, v in entries
            ),
            signatures=tuple(v["signature"] for _, v in entries),
            exhibits=tuple(read_exhibit(_keys(n, v, "exhibit", {"exhibit"})["exhibit"]) for n, v in exhibits),
            manifest=_manifest(last),
            signature=last["signature"],
            lines=len(values),
            earlier=hashlib.sha256(data[: len(data) - len(lines[-1]) - 1]).hexdigest(),
        )
    except (Broken, ValueError) as fault:
        raise Unreadable(str(fault)) from None


def check_manifest(bundle: Bundle) -> None:
    """Raises Broken unless the manifest is about exactly these lines and signed by the bundle's log key."""
    manifest = bundle.manifest
    signed = {
        "hash": manifest.hash,
        "kind": manifest.kind.value,
        "line": "manifest",
        "lines": manifest.lines,
        "lot": manifest.lot,
        "phase": manifest.phase.value,
    }
    verify(bundle.log, _MANIFEST, canonical(signed), unhex(bundle.signature, 64))
    if (manifest.lines, manifest.hash) != (bundle.lines, bundle.earlier):
        raise Broken("the manifest was signed over other lines")
    if (manifest.kind, manifest.lot) != (bundle.kind, bundle.lot):
        raise Broken("the manifest was signed for another bundle")


def _value(number: int, line: bytes) -> dict[str, Any]:
    try:
        value = parse(line)
    except Broken as fault:
        raise Unreadable(f"line {number}: {fault}") from None
    if not isinstance(value, dict):
        raise Unreadable(f"line {number}: not a record")
    return value


def _keys(number: int, value: dict[str, Any], line: str, keys: set[str]) -> dict[str, Any]:
    if value.get("line") != line or set(value) != keys | {"line"}:
        raise Unreadable(f"line {number}: expected a {line} with {', '.join(sorted(keys))}")
    return value


def _manifest(value: dict[str, Any]) -> Manifest:
    if type(value["lines"]) is not int:
        raise Unreadable("the manifest's number of lines is no number")
    return Manifest(
        kind=BundleKind(value["kind"]),
        lot=LotId(_text(value["lot"])),
        phase=Phase(value["phase"]),
        lines=value["lines"],
        hash=_text(value["hash"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unreadable("a header or manifest holds something else than text")
    return value
