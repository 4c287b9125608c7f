"""Who is to blame when a ceremony fails? A signed accusation with evidence that anybody can weigh.

An accusation that does not hold falls back on its author: `judge` always names one of the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from crypto.canonical import frame
from crypto.commit import same
from crypto.dealing import Dealing, check_public, check_shown, core_digest
from crypto.errors import Broken, CryptoError, WrongShare
from crypto.messages import (
    First,
    Message,
    Step,
    admit,
    assent_of,
    dealing_in,
    first_of,
    heard_digest,
    message_body,
    message_of,
    passing_keys,
    say,
)
from crypto.partial import Answer, answer_body, answer_of, check_disclosure, disclose
from crypto.seats import Own, Plan

Firsts = Mapping[str, Message]


class Fault(StrEnum):
    """What a seat can do wrong. Silence is not among them: nobody can prove that he was not told."""

    TWICE = "twice"  # two different messages of one round
    FORM = "form"  # a signed message that is none
    DEALING = "dealing"  # against its hash, or wrong where everybody can see it
    SHARE = "share"  # wrong where only one holder can see it, who shows it


class _Unfounded(Exception):
    """The evidence does not show what it is said to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """`against` is accused of `fault`; `shown` opens the accuser's own envelope of the dealing."""

    against: str
    fault: Fault
    evidence: tuple[Message, ...]
    shown: Answer | None = None


def complain(own: Own, plan: Plan, complaint: Complaint) -> Message:
    """The signed accusation."""
    body = {
        "against": complaint.against,
        "fault": complaint.fault.value,
        "evidence": [message_body(message) for message in complaint.evidence],
        "shown": answer_body(complaint.shown) if complaint.shown else None,
    }
    return say(own, plan, Step.COMPLAINT, body)


def show(own: Own, plan: Plan, dealing: Dealing, entropy: bytes) -> Answer:
    """What opens our own envelope of a dealing to everybody; the key it uses serves this ceremony alone."""
    envelope = dealing.sealed[plan.index(own.name) - 1]
    return disclose(own.passing(plan.mark).private, envelope, _bound(plan), entropy)


def judge(plan: Plan, message: Message) -> str:
    """The culprit's name: the accused where the evidence holds, else the accuser. Broken: no complaint of a seat."""
    value = admit(plan, message)
    if message.step is not Step.COMPLAINT:
        raise Broken("not a complaint")
    try:
        complaint = _complaint_of(value)
        plan.seat(complaint.against)
        for each in complaint.evidence:
            admit(plan, each)
        _JUDGES[complaint.fault](plan, message.by, complaint)
    except (CryptoError, _Unfounded):
        return message.by
    return complaint.against


def check_core(plan: Plan, name: str, first: First, dealing: Dealing) -> None:
    """Nothing, if a dealing is the one its first message promised; else Broken."""
    if not same(first.core, core_digest(plan, name, dealing.commitments)):
        raise Broken(f"{name} dealt another polynomial than promised")


def _twice(plan: Plan, by: str, complaint: Complaint) -> None:
    one, two = _exactly(complaint.evidence, 2)
    own = {one.by, two.by} == {complaint.against}
    if not own or one.step is not two.step or one.step is Step.COMPLAINT or one.payload == two.payload:
        raise _Unfounded


def _form(plan: Plan, by: str, complaint: Complaint) -> None:
    (one,) = _exactly(complaint.evidence, 1)
    if one.by != complaint.against or one.step is Step.COMPLAINT:
        raise _Unfounded
    try:
        read(plan, one)
    except Broken:
        return
    raise _Unfounded


def read(plan: Plan, message: Message) -> object:
    """The content of a message that is no complaint. Raises Broken where its form is wrong."""
    if message.step is Step.FIRST:
        return first_of(message)
    if message.step is Step.DEALING:
        return dealing_in(message)
    return assent_of(message, plan.seat(message.by))


def _dealing(plan: Plan, by: str, complaint: Complaint) -> None:
    firsts, dealing = _dealt(plan, complaint)
    try:
        check_core(plan, complaint.against, first_of(firsts[complaint.against]), dealing)
        check_public(plan, complaint.against, dealing, passing_keys(firsts))
    except Broken:
        return
    raise _Unfounded


def _share(plan: Plan, by: str, complaint: Complaint) -> None:
    firsts, dealing = _dealt(plan, complaint)
    passing = passing_keys(firsts)
    check_public(plan, complaint.against, dealing, passing)
    if complaint.shown is None:
        raise _Unfounded
    envelope = dealing.sealed[plan.index(by) - 1]
    exchanged = check_disclosure(passing[by], envelope, complaint.shown, _bound(plan))
    try:
        check_shown(plan, dealing, complaint.against, by, passing[by], exchanged)
    except WrongShare:
        return
    raise _Unfounded


def _dealt(plan: Plan, complaint: Complaint) -> tuple[Firsts, Dealing]:
    """The dealing and exactly those first messages that its dealer had heard: no others convict anybody."""
    *before, last = _exactly(complaint.evidence, len(plan.seats) + 1)
    firsts = {each.by: each for each in before if each.step is Step.FIRST}
    if set(firsts) != set(plan.names) or last.by != complaint.against:
        raise _Unfounded
    dealing = dealing_in(last)
    if not same(dealing.heard, heard_digest(plan, firsts)):
        raise _Unfounded
    return firsts, dealing


_JUDGES = {Fault.TWICE: _twice, Fault.FORM: _form, Fault.DEALING: _dealing, Fault.SHARE: _share}


def _exactly(evidence: Sequence[Message], count: int) -> Sequence[Message]:
    if len(evidence) != count:
        raise _Unfounded
    return evidence


def _complaint_of(value: Any) -> Complaint:
    if set(value) != {"against", "fault", "evidence", "shown", "plan"} or value["fault"] not in list(Fault):
        raise Broken("not a complaint")
    if type(value["against"]) is not str or not isinstance(value["evidence"], list):
        raise Broken("a complaint without accused or evidence")
    return Complaint(
        against=value["against"],
        fault=Fault(value["fault"]),
        evidence=tuple(message_of(each) for each in value["evidence"]),
        shown=None if value["shown"] is None else answer_of(value["shown"]),
    )


def _bound(plan: Plan) -> bytes:
    return frame("yuanping/ceremony/complaint/v1", plan.mark)
