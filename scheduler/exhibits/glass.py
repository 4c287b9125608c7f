"""What stands behind a break-glass order: why it was given, and what was found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassOrder:
    """Who investigates what: the case number of the authority, the reason in words, the slot to be opened."""

    case_number: str
    reason: str
    slot: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassAnswer:
    """One custodian's contribution: its share's index, a point and the proof of it, hexadecimal."""

    index: int
    point: str
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassOpening:
    """The answers that open the envelope, and the bidder found in it; for the case file only."""

    slot: int
    answers: tuple[GlassAnswer, ...]
    code: str
    name: str
