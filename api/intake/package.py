"""What did the e-tendering platform send at the opening? Bidders, consortium members, groups, blind volumes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.intake.documents import Document, below
from api.intake.faults import Findings
from api.intake.shapes import id_fault
from api.intake.typed import typed

FORMAT = "etendering-package/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """An organisation by its code and name; `parent` is the code of the one that controls it, or empty."""

    code: str
    name: str
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """One bid: the bidder (a consortium is one, under its lead), every legal member, the blind volume's text."""

    code: str
    name: str
    members: tuple[Company, ...]
    volume: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A whole package; the order of bids is the order of submission and goes no further than the opening."""

    lot: str
    bids: tuple[Bid, ...]
    organisations: tuple[Company, ...]


def read_package(data: bytes, findings: Findings) -> Package | None:
    """The package in the bytes of a JSON file; None when at least one fault was noted in `findings`."""
    document = Document(data, findings)
    if not document.sound:
        return None
    top = document.members(document.value, "", ("format", "lot", "bidders", "organisations"))
    if top.get("format") != FORMAT:
        document.note("/format", "intake.package-format", expected=FORMAT)
    lot = _text(document, top, "", "lot")
    bids = tuple(
        _bid(document, value, below("/bidders", i))
        for i, value in enumerate(document.items(top.get("bidders"), "/bidders"))
    )
    groups = tuple(
        _company(document, value, below("/organisations", i), ("code", "name", "parent"))
        for i, value in enumerate(document.items(top.get("organisations"), "/organisations"))
    )
    _once(document, [bid.code for bid in bids])
    return None if findings else Package(lot=lot, bids=bids, organisations=groups)


def _bid(document: Document, value: Any, pointer: str) -> Bid:
    keys = ("number", "code", "name", "members", "price", "documents")
    entry = document.members(value, pointer, keys)
    members = tuple(
        _company(document, each, below(below(pointer, "members"), i), ("code", "name", "lead"))
        for i, each in enumerate(document.items(entry.get("members"), below(pointer, "members")))
    )
    if entry.get("members") == []:
        document.note(below(pointer, "members"), "intake.package-members")
    documents = document.items(entry.get("documents"), below(pointer, "documents"))
    volumes = [
        _volume(document, each, below(below(pointer, "documents"), i)) for i, each in enumerate(documents)
    ]
    blind = [text for kind, text in volumes if kind == "blind"]
    if len(blind) != 1:
        document.note(below(pointer, "documents"), "intake.package-volume", found=len(blind))
    return Bid(
        code=_text(document, entry, pointer, "code"),
        name=_text(document, entry, pointer, "name"),
        members=members,
        volume=blind[0] if blind else "",
    )


def _company(document: Document, value: Any, pointer: str, keys: tuple[str, ...]) -> Company:
    entry = document.members(value, pointer, keys)
    parent = entry.get("parent")
    return Company(
        code=_text(document, entry, pointer, "code"),
        name=_text(document, entry, pointer, "name"),
        parent="" if parent is None else _text(document, entry, pointer, "parent"),
    )


def _volume(document: Document, value: Any, pointer: str) -> tuple[str, str]:
    entry = document.members(value, pointer, ("volume", "title", "text"))
    return _text(document, entry, pointer, "volume"), _text(document, entry, pointer, "text")


def _text(document: Document, entry: Mapping[str, Any], pointer: str, key: str) -> str:
    """A text that is there and not empty; empty, with the fault noted, otherwise."""
    if key not in entry:
        return ""
    text = document.text(entry[key], below(pointer, key))
    if text is None:
        return ""
    if not text.strip():
        document.note(below(pointer, key), "intake.package-empty")
    if key in ("code", "lot") and (fault := id_fault(text)):
        document.note(below(pointer, key), fault, found=text)
    clean = typed(text)
    if clean is None:
        document.note(below(pointer, key), "intake.cell-invisible", found=text)
    return clean or ""


def _once(document: Document, codes: list[str]) -> None:
    for i, code in enumerate(codes):
        if code in codes[:i]:
            document.note(below("/bidders", i), "intake.package-twice", found=code)
