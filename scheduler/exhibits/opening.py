"""What stands behind an opening: bidders, their tags, recusals, blind volumes."""

from dataclasses import dataclass

from scheduler.events import Member
from scheduler.model import Control, OrgTag


@dataclass(frozen=True, slots=True, kw_only=True)
class Bidder:
    """A bidder as read out at the opening, with its consortium members."""

    code: str
    name: str
    members: tuple[str, ...] = ()  # names of the consortium members, lead included


@dataclass(frozen=True, slots=True, kw_only=True)
class Bidders:
    """In the order of codes, which says nothing about slots."""

    bidders: tuple[Bidder, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicts:
    """Keyed tags of every bidder and consortium member, and of who controls whom among them."""

    bidders: tuple[OrgTag, ...]
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Why one member was recused at the re-check."""

    member: Member
    rule: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Facts of the re-check, tags instead of names."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A blind volume."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeKey:
    """The 32-byte key every member's codes follow from: whoever has it joins codes and slots."""

    key: str
