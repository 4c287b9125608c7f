"""How do keys without a dealer come to be ready before anybody books? The centre posts plans and carries messages.

It sees every message and can change none: each is signed, and the custodians check all of them. The worst it can do is
to lose them, and then there is no key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlmodel import Session, col, func, select

from api.services.office import Office
from api.store.custody import CeremonyRow, ReadyKeyRow, SaidRow
from crypto.canonical import canonical, digest, parse
from crypto.complaint import judge
from crypto.errors import Broken
from crypto.messages import Message, Step, admit, message_body, message_of
from crypto.seats import Pins, Plan, Seat, plan_body, plan_of
from crypto.transcript import Transcript, check_transcript, from_body, to_body
from scheduler.errors import Refused
from scheduler.release import purposes

_MOST = 64  # ceremonies under way at once
_MESSAGES = 16  # per seat and ceremony: three rounds, and the quarrels of a failed one
_PATIENCE = timedelta(days=1)
OPEN, DONE, FAILED = "open", "done", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """An open ceremony as every custodian may read it."""

    plan: Plan
    messages: tuple[Message, ...]


def seats_of(office: Office) -> tuple[Seat, ...]:
    """The custodians whom the rule pack in force names, as seats."""
    return tuple(
        Seat(name=each.name, sign=bytes.fromhex(each.sign), seal=bytes.fromhex(each.seal))
        for each in office.holders
    )


def pins_of(office: Office) -> Pins:
    """The custodians' public keys by name."""
    return {seat.name: (seat.sign, seat.seal) for seat in seats_of(office)}


def stock(office: Office, sets: int) -> int:
    """Post plans until `sets` keys of every purpose are ready or under way; how many were posted.

    Ceremonies that stand still for a day are given up.
    """
    posted = 0
    with office.db.transaction() as session:
        for old in session.exec(select(CeremonyRow).where(CeremonyRow.state == OPEN)).all():
            if (
                old.begun < office.now() - _PATIENCE
            ):  # somebody is gone, or spoke twice and nobody can tell who
                old.state = FAILED
                session.add(old)
        session.flush()
        under_way = _count(session, select(func.count()).where(CeremonyRow.state == OPEN))
        drawn = any(entry.rule == "L2" for entry in office.pack.entries)
        for key_id in purposes(office.pack.draw.max_rounds + office.pack.draw.reserve, sites=drawn):
            wanted = sets - _coming(office, session, key_id)
            for _ in range(min(wanted, _MOST - under_way - posted)):
                session.add(_planned(office, key_id))
                posted += 1
    if posted:
        office.bell.ring()
    return posted


def _count(session: Session, query: Any) -> int:
    return int(session.exec(query).one())


def _coming(office: Office, session: Session, key_id: str) -> int:
    """How many keys of one purpose are ready or under way for the pack's custodians."""
    under_way = select(CeremonyRow).where(CeremonyRow.key_id == key_id, CeremonyRow.state == OPEN)
    plans = [plan_of(parse(row.plan.encode("utf-8"))) for row in session.exec(under_way)]
    plans += [record_of(row).plan for row in _ready(session, key_id)]
    return sum(_fits(office, plan) for plan in plans)


def _ready(session: Session, key_id: str) -> Sequence[ReadyKeyRow]:
    """Keys of one purpose that no lot has taken, the oldest first."""
    query = select(ReadyKeyRow).where(ReadyKeyRow.key_id == key_id, ReadyKeyRow.lot == "")
    return session.exec(query.order_by(col(ReadyKeyRow.id))).all()


def _fits(office: Office, plan: Plan) -> bool:
    """Whether a key was planned for the custodians and threshold of the pack in force."""
    return plan.threshold == office.pack.custody.threshold and set(plan.seats) == set(seats_of(office))


def _planned(office: Office, key_id: str) -> CeremonyRow:
    threshold = office.pack.custody.threshold
    plan = Plan(ceremony=office.entropy(32), key_id=key_id, threshold=threshold, seats=seats_of(office))
    return CeremonyRow(
        id=plan.ceremony.hex(),
        key_id=key_id,
        plan=canonical(plan_body(plan)).decode("utf-8"),
        state=OPEN,
        begun=office.now(),
    )


def bulletins(office: Office) -> tuple[Bulletin, ...]:
    """All open ceremonies, oldest first."""
    with office.db.reading() as session:
        rows = session.exec(
            select(CeremonyRow).where(CeremonyRow.state == OPEN).order_by(col(CeremonyRow.begun))
        ).all()
        return tuple(
            Bulletin(plan=plan_of(parse(row.plan.encode("utf-8"))), messages=_said(session, row.id))
            for row in rows
        )


def _said(session: Session, ceremony: str) -> tuple[Message, ...]:
    rows = session.exec(select(SaidRow).where(SaidRow.ceremony == ceremony).order_by(col(SaidRow.id))).all()
    return tuple(message_of(parse(row.body.encode("utf-8"))) for row in rows)


def hear(office: Office, said: Sequence[tuple[str, Message]]) -> None:
    """Keep messages, each with its ceremony's id; end a ceremony with a key, or with a culprit when one is named.

    Raises Refused("ceremony_unknown"), Refused("ceremony_message") for what no seat signed, or too much of it; then
    none is kept.
    """
    with office.db.transaction() as session:
        heard = [_hear(office, session, ceremony, message) for ceremony, message in said]
    if any(heard):
        office.bell.ring()


def _hear(office: Office, session: Session, ceremony: str, message: Message) -> bool:
    """Whether it was new."""
    # Under a lock: of two last messages at once each would think that the other is still missing.
    row = session.get(CeremonyRow, ceremony, with_for_update=True)
    if row is None:
        raise Refused("ceremony_unknown")
    if row.state != OPEN:
        return False
    plan = plan_of(parse(row.plan.encode("utf-8")))
    before = _said(session, row.id)
    try:
        admit(plan, message)
    except Broken:
        raise Refused("ceremony_message") from None
    if message in before:
        return False
    if sum(each.by == message.by for each in before) >= _MESSAGES:
        raise Refused("ceremony_message")
    mark = digest("yuanping/ceremony/said/v1", message.payload, message.signature).hex()
    body = canonical(message_body(message)).decode("utf-8")
    session.add(SaidRow(ceremony=row.id, step=message.step.value, sender=message.by, mark=mark, body=body))
    _settle(office, session, row, plan, (*before, message))
    return True


def _settle(office: Office, session: Session, row: CeremonyRow, plan: Plan, said: Sequence[Message]) -> None:
    for message in said:
        if message.step is Step.COMPLAINT:
            row.state, row.culprit = FAILED, judge(plan, message)
            return
    order = [(step, name) for step in (Step.FIRST, Step.DEALING, Step.ASSENT) for name in plan.names]
    found = {(each.step, each.by): each for each in reversed(said)}
    if any(place not in found for place in order):
        return
    record = Transcript(plan=plan, messages=tuple(found[place] for place in order))
    try:
        key = check_transcript(record, pins_of(office))
    except Broken:  # the custodians will find out who, if anybody can
        return
    row.state = DONE
    body = canonical(to_body(record)).decode("utf-8")
    session.add(ReadyKeyRow(key_id=plan.key_id, public=key.public.hex(), record=body))


def post(office: Office, names: Sequence[str], keys: int = 1) -> None:
    """See that for each of these names so many keys are ready or under way."""
    posted = 0
    with office.db.transaction() as session:
        for key_id in names:
            for _ in range(keys - _coming(office, session, key_id)):
                session.add(_planned(office, key_id))
                posted += 1
    if posted:
        office.bell.ring()


def take(office: Office, session: Session, names: Sequence[str], *, nth: int = 0) -> list[ReadyKeyRow]:
    """The oldest ready key for each of these names, or the n-th after it.

    Raises Refused("keys_not_ready") when one is missing.
    """
    found = []
    for key_id in names:
        fit = (row for row in _ready(session, key_id) if _fits(office, record_of(row).plan))
        row = next(islice(fit, nth, None), None)
        if row is None:
            raise Refused("keys_not_ready", key=key_id)
        found.append(row)
    return found


def record_of(row: ReadyKeyRow) -> Transcript:
    """The record of the ceremony that made a ready key."""
    return from_body(parse(row.record.encode("utf-8")))
