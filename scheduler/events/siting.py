"""What the draw of guest sites leaves behind, where the rule pack asks for one (L2)."""

from dataclasses import dataclass

from scheduler.events.ids import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class SitesOffered:
    """The guest sites of the request are candidates with seats held at all of them; so many are to be drawn."""

    guests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSeedPledged:
    """A party's sealed seed for the draw of sites."""

    party: str
    deposit: str  # envelope, hexadecimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SitesFixed:
    """All choices of sites that leave a lawful panel, committed before any seed is opened; one is drawn."""

    choices: Digest
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SitesDrawn:
    """The ticket of the sites and which choice it falls on, from 0; the others' seats are given back."""

    ticket: str  # 32 bytes, hexadecimal
    drawn: int
