"""Who said what in a ceremony? Signed messages of its rounds, written and read strictly."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from crypto.canonical import canonical, digest, parse, unhex
from crypto.commit import same
from crypto.dealing import Dealing, Passing, core_digest, dealing_body, dealing_of
from crypto.envelope import Kind, inspect, key_mark
from crypto.errors import Broken
from crypto.keys import PUBLIC, SIGNATURE, enrol_sealing, sign, verify
from crypto.partial import lift
from crypto.seats import Own, Plan, Seat


class Step(StrEnum):
    """The rounds of a ceremony, and what ends one early."""

    FIRST = "first"  # hash of the commitments to come, and a sealing key for this ceremony alone
    DEALING = "dealing"
    ASSENT = "assent"  # signature over the transcript, and the own share sealed for keeping
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one seat signed: canonical JSON that names the plan. `payload` is signed as it stands."""

    step: Step
    by: str
    payload: bytes
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """Round 0, read: the hash of what will shape the key, and the sealing key for this ceremony."""

    core: bytes
    passing: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Assent:
    """Round 2, read: the digest of the transcript agreed to, and the own share sealed to the own kept key."""

    transcript: bytes
    sealed: bytes


def say(own: Own, plan: Plan, step: Step, body: Mapping[str, Any]) -> Message:
    """`body` signed by a seat for this step of this plan."""
    payload = canonical({**body, "plan": plan.mark.hex()})
    signature = sign(own.sign, _label(step), payload)
    return Message(step=step, by=own.name, payload=payload, signature=signature)


def admit(plan: Plan, message: Message) -> Any:
    """The value of a message that a seat of this plan really signed for this plan; else Broken."""
    verify(plan.seat(message.by).sign, _label(message.step), message.payload, message.signature)
    value = parse(message.payload)
    if not isinstance(value, dict) or value.get("plan") != plan.mark.hex():
        raise Broken("a message of another ceremony")
    return value


def say_first(own: Own, plan: Plan, commitments: Sequence[bytes]) -> Message:
    """Round 0."""
    core = core_digest(plan, own.name, commitments)
    body = {"core": core.hex(), "passing": own.passing(plan.mark).public.hex()}
    return say(own, plan, Step.FIRST, body)


def first_of(message: Message) -> First:
    """A first message, read; Broken where its sender did not keep to the form."""
    value = _fields(message, Step.FIRST, {"core", "passing", "plan"})
    passing = enrol_sealing(unhex(value["passing"], PUBLIC))
    lift(passing)  # or its owner could not prove a complaint
    return First(core=unhex(value["core"], 32), passing=passing)


def say_dealing(own: Own, plan: Plan, dealing: Dealing) -> Message:
    """Round 1."""
    return say(own, plan, Step.DEALING, dealing_body(plan, dealing))


def dealing_in(message: Message) -> Dealing:
    """A dealing message, read; Broken where its sender did not keep to the form."""
    return dealing_of(_fields(message, Step.DEALING))


def say_assent(own: Own, plan: Plan, transcript: bytes, sealed: bytes) -> Message:
    """Round 2."""
    return say(own, plan, Step.ASSENT, {"transcript": transcript.hex(), "sealed": sealed.hex()})


def assent_of(message: Message, seat: Seat) -> Assent:
    """An assent, read; Broken where its sender did not keep to the form or keeps no share for itself."""
    value = _fields(message, Step.ASSENT, {"transcript", "sealed", "plan"})
    sealed = unhex(value["sealed"])
    head = inspect(sealed)
    if head.kind is not Kind.SHARE or not same(head.mark, key_mark(seat.seal, seat.name)):
        raise Broken(f"the envelope of {seat.name} is not a share sealed to that holder")
    return Assent(transcript=unhex(value["transcript"], 32), sealed=sealed)


def agreed_in(message: Message) -> bytes:
    """The transcript's digest in an assent whose form was checked before."""
    return unhex(json.loads(message.payload)["transcript"], 32)


def heard_digest(plan: Plan, firsts: Mapping[str, Message]) -> bytes:
    """The digest of all first messages, in the order of the seats."""
    return digest("yuanping/ceremony/heard/v1", plan.mark, *(firsts[name].payload for name in plan.names))


def transcript_digest(plan: Plan, firsts: Mapping[str, Message], dealings: Mapping[str, Message]) -> bytes:
    """What every seat signs at the end: all that was said in rounds 0 and 1."""
    said = [each[name].payload for each in (firsts, dealings) for name in plan.names]
    return digest("yuanping/ceremony/transcript/v1", plan.mark, *said)


def passing_keys(firsts: Mapping[str, Message]) -> Passing:
    """Every seat's sealing key for this ceremony. Raises Broken."""
    return {name: first_of(message).passing for name, message in firsts.items()}


def message_body(message: Message) -> dict[str, Any]:
    """A message as canonical-JSON-able values."""
    return {
        "step": message.step.value,
        "by": message.by,
        "payload": parse(message.payload),
        "signature": message.signature.hex(),
    }


def message_of(body: Any) -> Message:
    """The message of a body, believed by nobody before `admit`; any other form raises Broken."""
    if not isinstance(body, dict) or set(body) != {"step", "by", "payload", "signature"}:
        raise Broken("not a message")
    if body["step"] not in list(Step) or type(body["by"]) is not str:
        raise Broken("a message without step or sender")
    return Message(
        step=Step(body["step"]),
        by=body["by"],
        payload=canonical(body["payload"]),
        signature=unhex(body["signature"], SIGNATURE),
    )


def _fields(message: Message, step: Step, fields: set[str] | None = None) -> Any:
    value = parse(message.payload)
    if message.step is not step or not isinstance(value, dict):
        raise Broken(f"not a message of step {step.value}")
    if fields is not None and set(value) != fields:
        raise Broken(f"a message of step {step.value} has the fields {', '.join(sorted(fields))}")
    return value


def _label(step: Step) -> str:
    return f"yuanping/ceremony/{step.value}/v1"
