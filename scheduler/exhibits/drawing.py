"""What stands behind a draw: lottery, opened keys, ceremonies, places."""

from dataclasses import dataclass
from typing import Any

from scheduler.events import Member
from scheduler.model import SiteId


@dataclass(frozen=True, slots=True, kw_only=True)
class LotteryBody:
    """A round's lottery as `scheduler.lottery` writes it."""

    round: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A custody key in clear, with the shares that made it."""

    key: str
    private: str
    shares: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceremonies:
    """The records of the ceremonies that made the case's keys, in their order (crypto.transcript)."""

    records: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a member sits."""

    member: Member
    site: SiteId
    room: str
    workstation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """Places of the members one round added."""

    places: tuple[Place, ...]
