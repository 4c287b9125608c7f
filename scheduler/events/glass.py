"""Break-glass: one bid's envelope opened before its time, by an order of two persons; the evaluation stands still."""

from dataclasses import dataclass

from scheduler.events.drawing import Release
from scheduler.events.ids import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassAsked:
    """A first person orders that the identity behind one slot be opened; `order` (exhibit): case number and reason."""

    order: Digest
    slot: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassConfirmed:
    """A second person confirms that very order: from here on the evaluation is suspended."""

    order: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassBroken:
    """Custodians, at least t, opened this one envelope without making the key.

    `opening` (exhibit, for the case file only): their answers with proofs, and what the envelope held.
    """

    order: Digest
    opening: Digest
    releases: tuple[Release, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassRefused:
    """Somebody asked to look early and was refused, with this code; the entry's actor is who asked."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassResumed:
    """The same panel goes on under new codes (`codes`: the new code key); every sheet so far counts no more."""

    codes: Digest
