"""A drawn panel sits elsewhere because workstations were lost: persons, roles and window stay as they are."""

from dataclasses import dataclass

from scheduler.events.ids import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Reseated:
    """The amended request differs from the one before in sites only; `seating` holds the new places, `cause` why and
    which site stands for which.

    Who moves stands in no event: a published journal would tell who sat together.
    """

    request: Digest
    seating: Digest
    cause: Digest
