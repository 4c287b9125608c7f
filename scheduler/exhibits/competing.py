"""What other lots in the same hours mean for one round of the draw."""

from dataclasses import dataclass

from scheduler.events import Digest, Member
from scheduler.model import LotId


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """An overlapping lot; `head` commits to its whole journal as it was read.

    `waits`: it was booked before this pool was frozen and has seats to fill, so that places are kept for it.
    """

    lot: LotId
    head: Digest
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spared:
    """Of these people, by the pseudonyms of this lot, at most so many may be drawn (F6)."""

    people: tuple[Member, ...]
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Who sits on an overlapping panel by now (E5d), and whom lots booked earlier need (F6).

    Experts stand here under the pseudonyms of this lot alone; nothing says in which other lot they sit.
    """

    round: int
    rivals: tuple[Rival, ...]  # by lot
    seated: tuple[Member, ...]  # in order
    spared: tuple[Spared, ...]
