"""How do questions and answers cross from house to house? One table of questions, shapes strict on both sides."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.pool.house import Answer, Inquiry, Marked, Question, SealedName, TagOf
from api.pool.letters import FarHouse, Letters, News, Taken
from crypto.canonical import frame, unhex
from crypto.errors import Broken
from crypto.keys import SIGNATURE, SigningKey, sign, verify
from scheduler.delivery import SignedDelivery
from scheduler.events import Member
from scheduler.model import LotId, OrgTag
from scheduler.records import OrganisationRecord

LABEL = "yuanping/pool/answer/v1"
PATH = "/v1/pool/"
ASKED = "asked.jsonl"  # the pool owner's log: a line a question


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """Which tags are asked for."""

    lot: LotId
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SamePeople:
    """Which pseudonyms have these people in this lot?"""

    lot: LotId
    others: tuple[Marked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relate:
    """A member's relation of another kind to an organisation, from a day on."""

    lot: LotId
    member: Member
    organisation: OrganisationRecord
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """Whose names are to be sealed, and to which key (hexadecimal)."""

    lot: LotId
    members: tuple[Member, ...]
    public: str


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of question: shapes, how the register answers, and what the pool owner's log says of it."""

    asked: Any
    answered: Any
    give: Callable[[FarHouse, Any], Any]
    note: Callable[[Any], dict[str, Any] | None]  # which lots, how many; never whom; None: nothing happened


QUESTIONS: dict[str, Row] = {
    "marks": Row(
        tuple[Question, ...],
        tuple[Member, ...],
        lambda house, asked: house.marks(asked),
        lambda asked: {"lots": sorted({each.lot for each in asked}), "count": len(asked)},
    ),
    "tags": Row(
        Tags,
        tuple[OrgTag, ...],
        lambda house, asked: house.tags(asked.lot, asked.codes),
        lambda asked: {"lots": [asked.lot], "count": len(asked.codes)},
    ),
    "organisations": Row(
        tuple[TagOf, ...],
        tuple[str, ...],
        lambda house, asked: house.organisations(asked),
        lambda asked: {"lots": sorted({each.lot for each in asked}), "count": len(asked)},
    ),
    "people": Row(
        Inquiry,
        Answer,
        lambda house, asked: house.people(asked),
        lambda asked: {"lots": [asked.lot], "count": len(asked.panels), "one_person": bool(asked.person)},
    ),
    "same-people": Row(
        SamePeople,
        tuple[tuple[Member, ...], ...],
        lambda house, asked: house.same_people(asked.lot, asked.others),
        lambda asked: {"lots": [asked.lot], "count": len(asked.others)},
    ),
    "relate": Row(
        Relate,
        Member,
        lambda house, asked: house.relate(asked.lot, asked.member, asked.organisation, asked.since),
        lambda asked: {"lots": [asked.lot], "count": 1},
    ),
    "seal": Row(
        Seal,
        tuple[SealedName, ...],
        lambda house, asked: house.seal(asked.lot, asked.members, unhex(asked.public, 32)),
        lambda asked: {"lots": [asked.lot], "count": len(asked.members)},
    ),
    "news": Row(
        News,
        Taken,
        lambda house, asked: house.news(asked),
        lambda asked: {"count": len(asked.settled)} if asked.settled else None,
    ),
    "deliver": Row(
        tuple[Letters, ...],
        int,
        lambda house, asked: house.deliver(asked),
        lambda asked: {
            "lots": sorted(each.lot for each in asked),
            "count": sum(len(each.invitations) for each in asked),
        },
    ),
    "deliveries": Row(
        LotId,
        tuple[SignedDelivery, ...],
        lambda house, asked: house.deliveries(asked),
        lambda asked: {"lots": [asked], "count": 1},
    ),
}


def signed(key: SigningKey, path: str, question: bytes, answer: bytes) -> bytes:
    """An answer as it travels: signature in hexadecimal, a line end, the bytes."""
    return sign(key, LABEL, _statement(path, question, answer)).hex().encode() + b"\n" + answer


def checked(public: bytes, path: str, question: bytes, sent: bytes) -> bytes:
    """The bytes of an answer to exactly this question by this pool owner. Raises Broken."""
    signature, end, answer = sent.partition(b"\n")
    if not end:
        raise Broken("an answer without a signature")
    text = signature.decode("ascii", "replace")
    verify(public, LABEL, _statement(path, question, answer), unhex(text, SIGNATURE))
    return answer


def _statement(path: str, question: bytes, answer: bytes) -> bytes:
    return frame(LABEL, path.encode(), hashlib.sha256(question).digest(), hashlib.sha256(answer).digest())
