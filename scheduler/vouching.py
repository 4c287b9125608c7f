"""What does an expert's own long-term key say of this lot, and who can check it, and when?

The pool's leaf commits to the key; the commitment opens with the expert's identity, after the winner is determined.
Until then every proof is sealed to the expert-identity key: neither the gate nor the centre sees a long-term key,
which would be the same in every lot. Statements name the evaluation by that key, which is made for one attempt at
one lot and used for no other: the lot's number would tell an invited expert the project, days before check-in.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from crypto.canonical import canonical, digest, unhex
from crypto.envelope import Context, Kind, inspect, key_mark, open_, seal
from crypto.errors import Broken
from crypto.keys import PUBLIC, SIGNATURE, SigningKey, enrol, sealing_key_of, sign, verify
from scheduler.codec import Misshapen, from_plain
from scheduler.events import Digest, Member
from scheduler.model import LotId
from scheduler.release import EXPERTS

ANSWER, CERTIFICATE = "yuanping/answer/v1", "yuanping/certificate/v1"  # roles of the signatures
BLIND = 32  # bytes

_COMMITMENT = "yuanping/expert-key/v1"


class Says(StrEnum):
    """What an invited expert answers."""

    ACCEPT = "accept"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A drawn member of one round, who is to answer; `experts`: the evaluation's expert-identity key (32 bytes)."""

    experts: bytes
    round: int
    member: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a sealed proof holds: the long-term key (32 bytes), its signature, and when an answer was signed."""

    public: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    at: datetime | None = None  # None: a certificate


def key_commitment(lot: LotId, member: Member, public: bytes, blind: bytes) -> Digest:
    """What a pool leaf says of an expert's long-term key (32 bytes); Broken for a degenerate one.

    `blind` is 32 bytes that only the pool owner knows until the expert is named: without it, whoever has seen
    the key once, in a lot whose experts are named, would find the person in every other lot.
    """
    if len(blind) != BLIND:
        raise ValueError(f"a commitment is blinded by {BLIND} bytes")
    parts = (lot.encode("utf-8"), member.encode("utf-8"), enrol(public), blind)
    return Digest(digest(_COMMITMENT, *parts).hex())


def answer_statement(invited: Invited, says: Says, at: datetime) -> bytes:
    """What an expert signs who accepts or declines."""
    return canonical(
        {
            "answer": says.value,
            "at": at.isoformat(),
            "evaluation": invited.experts.hex(),
            "member": invited.member,
            "round": invited.round,
        }
    )


def certificate_statement(experts: bytes, member: Member, device: bytes) -> bytes:
    """What an expert signs of the device's key (32 bytes, Ed25519) that signs the sheets of this evaluation."""
    return canonical({"device": enrol(device).hex(), "evaluation": experts.hex(), "member": member})


def answer_context(invited: Invited) -> Context:
    """The place of a sealed answer."""
    return _context(f"{invited.member}/answer/{invited.round}")


def certificate_context(member: Member) -> Context:
    """The place of a sealed certificate."""
    return _context(f"{member}/certificate")


def _context(slot: str) -> Context:
    return Context(lot="", kind=Kind.EXPERT, slot=slot, key_id=EXPERTS)  # the key itself is the evaluation's


def sealed_answer(invited: Invited, says: Says, at: datetime, key: SigningKey, salt: bytes) -> bytes:
    """What the expert's device does to answer: sign, and seal the proof to the expert-identity key.

    `salt`: 32 bytes of new entropy. Broken for a bad expert-identity key.
    """
    signature = sign(key, ANSWER, answer_statement(invited, says, at))
    value = {"at": at.isoformat(), "key": key.public.hex(), "signature": signature.hex()}
    return seal(invited.experts, value, answer_context(invited), salt).envelope


def sealed_certificate(experts: bytes, member: Member, device: bytes, key: SigningKey, salt: bytes) -> bytes:
    """What the expert's device does at the gate: certify the key that will sign the sheets; see `sealed_answer`."""
    signature = sign(key, CERTIFICATE, certificate_statement(experts, member, device))
    value = {"key": key.public.hex(), "signature": signature.hex()}
    return seal(experts, value, certificate_context(member), salt).envelope


def demand_sealed(envelope: bytes, experts: bytes) -> None:
    """Nothing, if this is in form an envelope to the expert-identity key, as everybody can tell; else Broken."""
    head = inspect(envelope)
    if head.kind is not Kind.EXPERT or head.mark != key_mark(experts, EXPERTS):
        raise Broken("not sealed to the expert-identity key")


def open_answer(private: bytes, envelope: bytes, invited: Invited, says: Says) -> Proof:
    """The proof of an answer, signature checked against the key inside. Broken; NotForYou: sealed to another key.

    `private`: the opened expert-identity key. Whose key the proof names, the caller compares with the pool's.
    """
    value = _fields(open_(private, envelope, answer_context(invited)), {"at", "key", "signature"})
    try:
        at = from_plain(datetime, value["at"], "/at")
    except Misshapen as fault:
        raise Broken(f"a sealed answer: {fault}") from None
    if at.tzinfo is None:
        raise Broken("an answer signed at a moment without a time zone")
    return _checked(value, ANSWER, answer_statement(invited, says, at), at)


def open_certificate(private: bytes, envelope: bytes, member: Member, device: bytes) -> Proof:
    """The proof of a device's key, signature checked against the key inside; see `open_answer`."""
    experts = sealing_key_of(private).public
    value = _fields(open_(private, envelope, certificate_context(member)), {"key", "signature"})
    return _checked(value, CERTIFICATE, certificate_statement(experts, member, device), None)


def _checked(value: dict[str, Any], label: str, statement: bytes, at: datetime | None) -> Proof:
    public, signature = unhex(value["key"], PUBLIC), unhex(value["signature"], SIGNATURE)
    verify(public, label, statement, signature)
    return Proof(public=public, signature=signature, at=at)


def _fields(value: Any, fields: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != fields:
        raise Broken(f"a sealed proof holds exactly {', '.join(sorted(fields))}")
    return value
