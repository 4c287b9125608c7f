"""Who stands by? A reserve that was drawn and is no member until promoted (D6), and which role the next one backs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduler.errors import Refused
from scheduler.events import Member, Out

MOST = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Standby:
    """A reserve, drawn by a round of its own while the panel was complete."""

    member: Member
    role: int
    rank: int  # from 1: the order in which stand-bys are used
    round: int
    since: datetime  # when drawn
    accepted: datetime | None = None
    out: Out | None = None
    promoted: bool = False

    @property
    def waits(self) -> bool:
        """May still be promoted."""
        return self.out is None and not self.promoted


def backed(seats: Sequence[int], rank: int) -> int:
    """The role that the stand-by of a rank backs: the kinds of experts in turn, most seats first."""
    order = sorted(range(len(seats)), key=lambda role: (-seats[role], role))
    return order[(rank - 1) % len(order)]


def reserve_of(by_pack: int, asked: int | None) -> int:
    """How many stand-bys a lot has: the pack's number, or more where the request says so.

    Raises Refused("reserve_number").
    """
    number = by_pack if asked is None else asked
    if not by_pack <= number <= max(by_pack, MOST):
        raise Refused("reserve_number", least=by_pack, most=max(by_pack, MOST))
    return number
