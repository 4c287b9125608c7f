"""Was this key made without a dealer, by the custodians we know? The record of a ceremony, checked by anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crypto.ceremony import Party, key_of
from crypto.commit import same
from crypto.complaint import check_core
from crypto.custody import CustodyKey, check_share
from crypto.dealing import Dealing, check_public, open_dealt, sum_shares
from crypto.errors import Broken
from crypto.messages import (
    Message,
    Step,
    admit,
    assent_of,
    dealing_in,
    first_of,
    heard_digest,
    message_body,
    message_of,
    transcript_digest,
)
from crypto.seats import Own, Pins, Plan, check_plan, plan_body, plan_of
from crypto.shares import Share

_ROUNDS = (Step.FIRST, Step.DEALING, Step.ASSENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A finished ceremony: its plan and the 3n messages of all rounds, in the order of rounds and seats."""

    plan: Plan
    messages: tuple[Message, ...]

    def of(self, step: Step) -> dict[str, Message]:
        """One round's messages by sender; Broken unless every seat stands in it once, in order."""
        start = _ROUNDS.index(step) * len(self.plan.seats)
        round_ = self.messages[start : start + len(self.plan.seats)]
        if [(each.step, each.by) for each in round_] != [(step, name) for name in self.plan.names]:
            raise Broken(f"round {step.value} of the ceremony is not whole")
        return {each.by: each for each in round_}

    def dealings(self) -> list[Dealing]:
        """What every seat dealt, in order."""
        return [dealing_in(each) for each in self.of(Step.DEALING).values()]


def transcript_of(party: Party) -> Transcript:
    """The record of a ceremony that ended with a key; else Broken."""
    if party.key is None:
        raise Broken("this ceremony has made no key")
    messages = tuple(party.heard[step, name] for step in _ROUNDS for name in party.plan.names)
    return Transcript(plan=party.plan, messages=messages)


def check_transcript(record: Transcript, pins: Pins) -> CustodyKey:
    """The key that this ceremony made, if all of it holds against the pinned custodians; else Broken.

    Only what lay in the sealed shares stays the holders' own knowledge: each checked it before it signed.
    """
    check_plan(record.plan, pins)
    plan, count = record.plan, len(record.plan.seats)
    if len(record.messages) != 3 * count:
        raise Broken("a ceremony has three messages of every seat")
    for message in record.messages:
        admit(plan, message)
    firsts, dealt, assents = (record.of(step) for step in _ROUNDS)
    heard, read = heard_digest(plan, firsts), {name: first_of(each) for name, each in firsts.items()}
    passing = {name: first.passing for name, first in read.items()}
    for name, message in dealt.items():
        dealing = dealing_in(message)
        if not same(dealing.heard, heard):
            raise Broken(f"{name} dealt after hearing other first messages")
        check_core(plan, name, read[name], dealing)
        check_public(plan, name, dealing, passing)
    agreed = transcript_digest(plan, firsts, dealt)
    for seat in plan.seats:
        if not same(assent_of(assents[seat.name], seat).transcript, agreed):
            raise Broken(f"{seat.name} signed another transcript")
    return key_of(plan, record.dealings(), assents)


def recover(record: Transcript, own: Own, pins: Pins) -> Share:
    """A custodian's lost share again, from its one seed and the record alone. Raises as `check_transcript`."""
    key = check_transcript(record, pins)
    dealt: Sequence[tuple[str, Dealing]] = list(zip(record.plan.names, record.dealings(), strict=True))
    share = sum_shares([open_dealt(own, record.plan, name, dealing) for name, dealing in dealt])
    check_share(key, share)
    return share


def to_body(record: Transcript) -> dict[str, Any]:
    """The record as canonical-JSON-able values."""
    return {"plan": plan_body(record.plan), "messages": [message_body(each) for each in record.messages]}


def from_body(body: Any) -> Transcript:
    """The record of a body, in form only: `check_transcript` comes after. Any other form raises Broken."""
    if (
        not isinstance(body, dict)
        or set(body) != {"plan", "messages"}
        or not isinstance(body["messages"], list)
    ):
        raise Broken("not the record of a ceremony")
    messages = tuple(message_of(each) for each in body["messages"])
    return Transcript(plan=plan_of(body["plan"]), messages=messages)
