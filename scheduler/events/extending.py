"""More rounds than the pack gives: the supervisor's word, and the keys for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scheduler.events.ids import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundsExtended:
    """The supervisor allows so many more rounds, and says why."""

    rounds: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysAdded:
    """Fresh keys for the seeds of those rounds, held as the first ones; `ceremonies` where nobody dealt them."""

    keys: tuple[Mapping[str, Any], ...]
    ceremonies: Digest | None = None
