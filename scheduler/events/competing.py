"""What one lot's history keeps of another one's end."""

from dataclasses import dataclass

from scheduler.events.ids import Digest
from scheduler.model import LotId


@dataclass(frozen=True, slots=True, kw_only=True)
class HadPlacesKept:
    """Said before a cancellation: draws of these lots had kept places for this one (F6)."""

    lots: tuple[LotId, ...]  # in order


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptInVain:
    """A lot for which a draw here had kept places was cancelled; `head` is the entry that says so.

    A booking that was never meant could have steered the draw: the supervisor looks at both.
    """

    lot: LotId
    head: Digest
