"""What does a custodian answer, how is it signed, and what can anybody prove with it?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crypto import partial
from crypto.canonical import canonical, unhex
from crypto.custody import CustodyKey, check_share, share_body, share_of
from crypto.errors import Broken
from crypto.keys import SIGNATURE, verify
from crypto.seats import Pins
from crypto.shares import Share
from scheduler.attested import Signed
from scheduler.codec import Misshapen, from_plain
from scheduler.events import (
    Archived,
    Closed,
    Digest,
    Event,
    KeysAdded,
    KeysDealt,
    KeysMade,
    LotteryFixed,
    Totalled,
)
from scheduler.model import LotId
from scheduler.record import RELEASE, entry_plain, read_entry, release_statement, verify_entry
from scheduler.release import slot_of

REFUSAL = "yuanping/refusal/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What a custodian has from elsewhere than the centre: the log's key and all custodians' keys."""

    log: bytes
    custodians: Pins
    dealt_too: bool = False  # also release keys that the centre dealt: the embedded arrangement's


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The centre asks for one key of one lot."""

    lot: LotId
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A custodian's share of a key and its signature over lot, key and the record that allows it."""

    custodian: str
    asked: Asked
    against: Digest
    share: Share
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """A signed refusal: why, over which state of the journal, and the entries that prove a fault of the log."""

    custodian: str
    asked: Asked
    code: str
    facts: Mapping[str, str]
    head: Digest  # the last entry shown; empty when there was none
    at: datetime
    evidence: tuple[Signed, ...] = ()
    signature: str = field(default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A custodian's contribution to one envelope under a break-glass order; its share stays with it."""

    custodian: str
    asked: Asked
    against: Digest
    answer: partial.Answer
    signature: str


Answer = Released | Declined | Shown


def refusal_statement(said: Declined) -> bytes:
    """What a custodian signs when it does not open."""
    return canonical(
        {
            "at": said.at.isoformat(),
            "code": said.code,
            "custodian": said.custodian,
            "evidence": [each.entry.hash for each in said.evidence],
            "facts": dict(said.facts),
            "head": said.head,
            "key": said.asked.key,
            "lot": said.asked.lot,
        }
    )


def check_answer(
    answer: Answer, custodians: Pins, key: CustodyKey | None = None, envelope: bytes = b""
) -> None:
    """Nothing, if the named custodian signed this and, when it releases, sends its own good share; else Broken.

    `envelope`: what a break-glass order is about; the answer to it carries its proof.
    """
    if answer.custodian not in custodians:
        raise Broken(f"{answer.custodian} is no custodian")
    public, _ = custodians[answer.custodian]
    signature = unhex(answer.signature, SIGNATURE)
    if isinstance(answer, Declined):
        verify(public, REFUSAL, refusal_statement(answer), signature)
        return
    statement = release_statement(answer.asked.lot, answer.asked.key, answer.against)
    verify(public, RELEASE, statement, signature)
    if isinstance(answer, Shown):
        if key is None or not envelope or slot_of(answer.asked.key) is None:
            raise Broken("an answer to no envelope")
        partial.check_answer(key, envelope, answer.answer, statement)
        if key.holders[answer.answer.index - 1].name != answer.custodian:
            raise Broken("an answer of another custodian")
        return
    if key is None or key.key_id != answer.asked.key:
        raise Broken("a release of another key")
    check_share(key, answer.share)
    if key.holders[answer.share.index - 1].name != answer.custodian:
        raise Broken("a share of another custodian")


def proves(log: bytes, evidence: tuple[Signed, ...]) -> bool:
    """Whether two entries convince anybody that the log key signed what cannot both be true."""
    if len(evidence) != 2:
        return False
    for each in evidence:
        try:
            verify_entry(log, each.entry, each.signature)
        except Broken:
            return False
    one, two = (each.entry for each in evidence)
    if one.hash == two.hash:
        return False
    if one.lot != two.lot:
        return bool(_keys_of(one.event) & _keys_of(two.event))
    return one.seq == two.seq or _once(one.event, two.event)


def _once(one: Event, two: Event) -> bool:
    """Both are of a kind that a case has once, or a round once."""
    if isinstance(one, LotteryFixed) and isinstance(two, LotteryFixed):
        return one.round == two.round
    return type(one) is type(two) and isinstance(one, Closed | Totalled | Archived)


def _keys_of(event: Event) -> set[str]:
    keys = event.keys if isinstance(event, KeysDealt | KeysMade | KeysAdded) else ()
    return {str(body.get("public")) for body in keys}


def signed_body(each: Signed) -> dict[str, Any]:
    """A signed entry as canonical-JSON-able values."""
    return {"entry": entry_plain(each.entry), "signature": each.signature}


def signed_of(body: Any) -> Signed:
    """The signed entry of a body, its signature believed by nobody yet; any other form raises Broken."""
    value = _fields(body, {"entry", "signature"})
    return Signed(entry=read_entry(value["entry"]), signature=_text(value["signature"]))


def answer_body(answer: Answer) -> dict[str, Any]:
    """An answer as canonical-JSON-able values."""
    head = {
        "custodian": answer.custodian,
        "key": answer.asked.key,
        "lot": answer.asked.lot,
        "signature": answer.signature,
    }
    if isinstance(answer, Released):
        return {**head, "against": answer.against, "share": share_body(answer.share)}
    if isinstance(answer, Shown):
        given = answer.answer
        shown = {"index": given.index, "point": given.point.hex(), "proof": given.proof.hex()}
        return {**head, "against": answer.against, "answer": shown}
    return {
        **head,
        "at": answer.at.isoformat(),
        "code": answer.code,
        "evidence": [signed_body(each) for each in answer.evidence],
        "facts": dict(answer.facts),
        "head": answer.head,
    }


def answer_of(body: Any) -> Answer:
    """The answer of a body, in form only: `check_answer` comes after. Any other form raises Broken."""
    both = {"custodian", "key", "lot", "signature"}
    given = body if isinstance(body, dict) else {}
    form = next((name for name in ("share", "answer") if name in given), "")
    value = _fields(body, both | ({"against", form} if form else _DECLINED))
    asked = Asked(lot=LotId(_text(value["lot"])), key=_text(value["key"]))
    custodian, signature = _text(value["custodian"]), _text(value["signature"])
    if form == "answer":
        unhex(value["against"], 32)
        return Shown(
            custodian=custodian,
            asked=asked,
            against=value["against"],
            answer=_shown(value["answer"]),
            signature=signature,
        )
    if form == "share":
        unhex(value["against"], 32)
        share = share_of(value["share"])
        return Released(
            custodian=custodian, asked=asked, against=value["against"], share=share, signature=signature
        )
    try:
        at = from_plain(datetime, value["at"], "/at")
        facts = {name: from_plain(str, fact, "/facts") for name, fact in dict(value["facts"]).items()}
    except (Misshapen, TypeError, ValueError) as fault:
        raise Broken(f"a refusal: {fault}") from None
    if not isinstance(value["evidence"], list) or len(value["evidence"]) > 2:
        raise Broken("a refusal with other evidence than two entries")
    return Declined(
        custodian=custodian,
        asked=asked,
        code=_text(value["code"]),
        facts=facts,
        head=Digest(_text(value["head"])),
        at=at,
        evidence=tuple(signed_of(each) for each in value["evidence"]),
        signature=signature,
    )


def _shown(body: Any) -> partial.Answer:
    value = _fields(body, {"index", "point", "proof"})
    if type(value["index"]) is not int or value["index"] < 1:
        raise Broken("an answer without an index")
    return partial.Answer(
        index=value["index"], point=unhex(value["point"], 32), proof=unhex(value["proof"], 64)
    )


_DECLINED = {"at", "code", "evidence", "facts", "head"}


def _fields(body: Any, fields: set[str]) -> dict[str, Any]:
    if not isinstance(body, dict) or set(body) != fields:
        raise Broken(f"expected exactly the fields {', '.join(sorted(fields))}")
    return body


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Broken("expected text")
    return value
