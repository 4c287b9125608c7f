"""What does the centre ask the custodians for, and what did they answer?"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from api.services.ceremonies import pins_of
from api.services.office import Office
from api.store import journal
from api.store.custody import AnswerRow, RequestRow
from crypto.canonical import canonical, parse
from crypto.custody import CustodyKey, from_body
from crypto.errors import Broken
from crypto.fields import Place, decrypt, encrypt
from scheduler.answers import Answer, Asked, Declined, Released, Shown, answer_body, answer_of, check_answer
from scheduler.errors import Refused
from scheduler.events import Digest
from scheduler.model import LotId
from scheduler.release import BIDDERS, allowing, slot_of
from scheduler.state import State

AGAIN = timedelta(seconds=30)  # a custodian who refused a lawful request is asked again after this


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A request that one custodian has not granted yet."""

    number: int
    asked: Asked


def ask(office: Office, lot: LotId, key: str) -> int:
    """Ask all custodians for a key, lawful now or not (they decide); the request's number, the same when repeated."""
    try:
        number = _request(office, lot, key)
    except IntegrityError:  # another worker has asked in the same moment
        number = _request(office, lot, key)
    office.bell.ring()
    return number


def _request(office: Office, lot: LotId, key: str) -> int:
    with office.db.transaction() as session:
        state = journal.state_of(session, lot)
        try:
            against = allowing(state, key)
        except Refused:
            against = Digest("")
        query = select(RequestRow).where(
            RequestRow.lot == lot, RequestRow.key == key, RequestRow.against == against
        )
        row = session.exec(query).first()
        if row is None:
            row = RequestRow(lot=lot, key=key, against=against, asked=office.now())
            session.add(row)
            session.flush()
        return row.id or 0


def pending(office: Office, custodian: str) -> tuple[Pending, ...]:
    """What a custodian is asked for, oldest first: unanswered, or lawful and refused a while ago."""
    with office.db.reading() as session:
        rows = session.exec(select(RequestRow).where(col(RequestRow.done).is_(False))).all()
        return tuple(
            Pending(number=row.id or 0, asked=Asked(lot=LotId(row.lot), key=row.key))
            for row in rows
            if _waits(office, session, row, custodian)
        )


def _waits(office: Office, session: Session, row: RequestRow, custodian: str) -> bool:
    last = session.exec(
        select(AnswerRow)
        .where(AnswerRow.request == row.id, AnswerRow.custodian == custodian)
        .order_by(col(AnswerRow.id).desc())
    ).first()
    if last is None:
        return True
    return not last.released and bool(row.against) and office.now() >= last.at + AGAIN


def take(office: Office, custodian: str, number: int, answer: Answer) -> None:
    """Keep a custodian's answer. Raises Refused: "answer_unasked", or "answer_broken" when it does not hold."""
    with office.db.transaction() as session:
        row = session.get(RequestRow, number)
        if row is None or (answer.asked.lot, answer.asked.key) != (row.lot, row.key):
            raise Refused("answer_unasked")
        if answer.custodian != custodian or not _waits(office, session, row, custodian):
            raise Refused("answer_unasked")
        state = journal.state_of(session, LotId(row.lot))
        slot = slot_of(row.key)
        key = key_of(state, row.key if slot is None else BIDDERS)
        envelope = b"" if slot is None else bytes.fromhex(state.slots[slot].identity)
        try:
            check_answer(answer, pins_of(office), key, envelope)
        except Broken:
            raise Refused("answer_broken") from None
        body = canonical(answer_body(answer)).decode("utf-8")
        session.add(
            AnswerRow(
                request=number,
                custodian=custodian,
                released=not isinstance(answer, Declined),
                code=answer.code if isinstance(answer, Declined) else "",
                at=office.now(),
                body=encrypt(office.keys.data, _place(number), body, office.entropy(12)),
            )
        )


def granted(office: Office, lot: LotId, key: str, against: Digest) -> tuple[Released, ...]:
    """Every custodian's release of this key against this very record, in the order of the custodians."""
    found = [each for each in answers(office, lot) if isinstance(each, Released)]
    mine = {each.custodian: each for each in found if (each.asked.key, each.against) == (key, against)}
    return tuple(mine[each.name] for each in office.keys.known if each.name in mine)


def shown(office: Office, lot: LotId, key: str, against: Digest) -> tuple[Shown, ...]:
    """Every custodian's answer to one envelope under this very order, in the order of the custodians."""
    found = [each for each in answers(office, lot) if isinstance(each, Shown)]
    mine = {each.custodian: each for each in found if (each.asked.key, each.against) == (key, against)}
    return tuple(mine[each.name] for each in office.keys.known if each.name in mine)


def answers(office: Office, lot: LotId) -> tuple[Answer, ...]:
    """All answers about a lot, oldest first, refusals with their evidence included."""
    with office.db.reading() as session:
        rows = session.exec(
            select(AnswerRow)
            .join(RequestRow, col(AnswerRow.request) == col(RequestRow.id))
            .where(RequestRow.lot == lot)
            .order_by(col(AnswerRow.id))
        ).all()
        bodies = [decrypt(office.keys.data, _place(row.request), row.body) for row in rows]
    return tuple(answer_of(parse(body.encode("utf-8"))) for body in bodies)


def settle(office: Office, lot: LotId, key: str) -> None:
    """Enough have granted it: nobody is asked for this key any more. The answers stay."""
    with office.db.transaction() as session:
        query = select(RequestRow).where(RequestRow.lot == lot, RequestRow.key == key)
        for row in session.exec(query).all():
            row.done = True
            session.add(row)


def key_of(state: State, key: str) -> CustodyKey:
    """The public side of one of a case's keys. Raises Refused("keys_missing")."""
    for body in state.keys:
        if body["key_id"] == key:
            return from_body(dict(body))
    raise Refused("keys_missing")


def _place(number: int) -> Place:
    return Place(table="custody_answer", column="body", row=str(number))
