"""Bids opened, blinded, scored, closed and added up."""

from dataclasses import dataclass

from scheduler.events.ids import Digest, Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One bid: identity sealed to the bidder-identity key, and the digest of its blind volume."""

    identity: str  # envelope, hexadecimal
    commitment: Digest
    document: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Bids are opened: slots in an order made by chance and not kept."""

    slots: tuple[Slot, ...]
    bidders: Digest  # exhibit: names as read out
    conflicts: Digest  # exhibit: keyed tags of all bidders, consortium members and their groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Blinded:
    """Every member's codes follow from the code key, committed to here and shown at the close."""

    codes: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A signed sheet, sealed to the score key; `previous` chains the versions of one member."""

    member: Member
    version: int
    sheet: str  # envelope, hexadecimal
    commitment: Digest
    previous: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Scoring is closed over exactly these sheets (commitments in the order of the members)."""

    sheets: tuple[Digest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totalled:
    """Scores are added up per slot while the bidders behind the slots stay sealed."""

    totals: Digest
