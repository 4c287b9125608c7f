"""Where does everybody sit, and what do rules read of a panel that was seated elsewhere? For service and verifier."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from scheduler.check import Breach, breaches
from scheduler.events import Member
from scheduler.exhibits import Place, Reseating, Seating, Snapshot
from scheduler.limits import Limit
from scheduler.model import Choice


def latest(seatings: Iterable[Seating]) -> dict[Member, Place]:
    """The last place of every member, seatings in the order of `State.seatings()`."""
    return {place.member: place for each in seatings for place in each.places}


def travelled(snapshot: Snapshot, causes: Iterable[Reseating]) -> Snapshot:
    """The pool with the ways to sites that came later."""
    return replace(snapshot, travel=(*snapshot.travel, *(way for each in causes for way in each.travel)))


def broken(limits: Iterable[Limit], sitting: Sequence[Choice], *, full: bool) -> Iterator[Breach]:
    """The limits that who sits would break; what asks for a minimum is asked of a full panel only."""
    for breach in breaches(limits, sitting):
        if full or (breach.limit.most is not None and breach.count > breach.limit.most):
            yield breach
