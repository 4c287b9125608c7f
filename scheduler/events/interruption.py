"""A fault stops an evaluation: since when, how long it may last, and what follows."""

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """What failed."""

    POWER = "power"
    NETWORK = "network"
    SYSTEM = "system"
    SITE = "site"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    """A fault: nothing goes on. Cured by `until` it may simply be resumed; the pack says how long that is."""

    cause: Cause
    reason: str
    until: str  # RFC 3339, UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """The fault is cured; sheets handed in before it stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsed:
    """The clock's notice: not cured in time. Before the start the tenderee decides; later a new panel is formed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The tenderee's decision after a fault before the start: go on waiting, or not."""

    go_on: bool
