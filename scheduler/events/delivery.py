"""When an invitation was there to be read: only then does the time to answer begin."""

from dataclasses import dataclass

from scheduler.events.ids import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The house that keeps the invitations says under its key (`by`) that this one was there for its expert.

    What is signed: `scheduler.delivery.delivery_statement`. Without such a record silence does not count.
    """

    member: Member
    round: int
    at: str  # RFC 3339, UTC
    channel: str
    by: str  # Ed25519, hexadecimal: the pool owner's, or the log key where the centre keeps the invitations itself
    signature: str
