"""Direct appointment (D2): approved by the authority, then filled by the tenderee; published as such."""

from dataclasses import dataclass

from scheduler.events.drawing import Seated
from scheduler.events.ids import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentApproved:
    """The authority's approval is on file: so many seats per role may be filled without a lottery."""

    approval: Digest
    seats: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointed:
    """Members the tenderee appoints to approved seats; no ticket, identities sealed like those of the drawn."""

    members: tuple[Seated, ...]
    seating: Digest
