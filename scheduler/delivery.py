"""When was an invitation there to be read, who says so, and what can anybody prove with it?

Silence counts against an expert only where the house that keeps the invitations says under its key that this one
was there: the pool owner's process, or the centre's where both live in one. It names a pseudonym, never a person.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crypto.canonical import canonical, unhex
from crypto.errors import Broken
from crypto.keys import SIGNATURE, SigningKey, sign, verify
from scheduler.events import Member
from scheduler.model import LotId

DELIVERY = "yuanping/delivery/v1"  # role of the signature


class Channel(StrEnum):
    """How an invitation reached the expert."""

    DESK = "desk"  # it lies on the expert's own page, to be read by whoever signs in there
    SEEN = "seen"  # the expert has opened that page


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One invitation, drawn in one round, was there for its expert by one channel at one moment (with a zone)."""

    lot: LotId
    member: Member
    round: int
    at: datetime
    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDelivery:
    """A delivery and the signature (hexadecimal) of the house that made it."""

    delivery: Delivery
    signature: str


def delivery_statement(delivery: Delivery) -> bytes:
    """What that house signs."""
    return canonical(
        {
            "at": delivery.at.isoformat(),
            "channel": delivery.channel.value,
            "lot": delivery.lot,
            "member": delivery.member,
            "round": delivery.round,
        }
    )


def sign_delivery(key: SigningKey, delivery: Delivery) -> SignedDelivery:
    """The delivery under the house's key. Raises ValueError for a moment without a zone."""
    if delivery.at.tzinfo is None:
        raise ValueError("a delivery at a moment without a time zone")
    return SignedDelivery(
        delivery=delivery, signature=sign(key, DELIVERY, delivery_statement(delivery)).hex()
    )


def check_delivery(public: bytes, signed: SignedDelivery) -> Delivery:
    """The delivery, if the house with this public key (32 bytes) signed it; else Broken."""
    if signed.delivery.at.tzinfo is None:
        raise Broken("a delivery at a moment without a time zone")
    signature = unhex(signed.signature, SIGNATURE)
    verify(public, DELIVERY, delivery_statement(signed.delivery), signature)
    return signed.delivery
