"""Who waits for a place? A fixed and visible order: the green channel first, then by the moment of entry.

When seats free up the operator is told; nothing is ever booked without a person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from api.actor import Actor
from api.intake.faults import Faults
from api.services import feasibility
from api.services.memory import Memory
from api.services.office import Office, only
from api.services.ordering import Draft, wish_of
from api.store.journal import exists
from api.store.planbook import WaitingRow
from crypto.canonical import canonical, parse
from crypto.fields import Place
from scheduler.codec import from_plain, to_plain
from scheduler.errors import Refused
from scheduler.model import LotId, Role

DraftOf = Callable[[Mapping[str, str]], Draft]  # how a typed form becomes a draft

_BOOKED, _WITHDRAWN = "booked", "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A lot that waits; `ready`: since when there is a place for it."""

    number: str
    lot: LotId
    typed: tuple[tuple[str, str], ...]
    since: datetime
    ready: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What is sealed: the form as it was typed."""

    typed: tuple[tuple[str, str], ...]


def enter(office: Office, actor: Actor, draft: Draft, typed: tuple[tuple[str, str], ...]) -> str:
    """The lot waits from now on; its number. Raises Refused("waits_already")."""
    only(actor, Role.OPERATOR)
    number = office.entropy(16).hex()
    text = canonical(to_plain(_Kept(typed=typed))).decode("utf-8")
    with office.db.transaction() as session:
        row = WaitingRow
        same = select(row).where(row.lot == draft.lot, col(row.ended).is_(None))
        if session.exec(same).first() is not None:
            raise Refused("waits_already", lot=draft.lot)
        session.add(
            WaitingRow(
                number=number,
                lot=draft.lot,
                sealed=office.keys.personal.seal(_place(number), text),
                green=draft.green,
                since=office.now(),
                actor=actor.id,
            )
        )
    return number


def withdraw(office: Office, actor: Actor, number: str) -> None:
    """The lot waits no more; one that has ended is no fault. Raises Refused("not_found")."""
    only(actor, Role.OPERATOR)
    with office.db.transaction() as session:
        row = session.get(WaitingRow, number)
        if row is None:
            raise Refused("not_found")
        if row.ended is None:
            row.ended, row.outcome = office.now(), _WITHDRAWN
            session.add(row)


def rows(session: Session) -> tuple[WaitingRow, ...]:
    """All that wait, in their order."""
    row = WaitingRow
    query = select(row).where(col(row.ended).is_(None))
    return tuple(session.exec(query.order_by(col(row.green).desc(), col(row.since), col(row.number))).all())


def _typed(office: Office, row: WaitingRow) -> tuple[tuple[str, str], ...]:
    text = office.keys.personal.open(_place(row.number), row.sealed)
    return from_plain(_Kept, parse(text.encode("utf-8"))).typed


def _place(number: str) -> Place:
    return Place(table="waiting", column="sealed", row=number)


def listed(office: Office) -> tuple[Waiting, ...]:
    """The waiting list in its order."""
    with office.db.reading() as session:
        found = rows(session)
    return tuple(
        Waiting(
            number=row.number, lot=LotId(row.lot), typed=_typed(office, row), since=row.since, ready=row.ready
        )
        for row in found
    )


def look(office: Office, memory: Memory, draft_of: DraftOf) -> int:
    """Mark who has a place now and unmark who has none any more; end who is booked. How many have one."""
    changed: dict[str, tuple[datetime | None, bool]] = {}
    ready = 0
    for each in listed(office):
        with office.db.reading() as session:
            booked = exists(session, each.lot)
        has = not booked and _has_place(office, memory, draft_of, each)
        ready += has
        if booked or has != (each.ready is not None):
            changed[each.number] = (office.now() if has else None, booked)
    if changed:
        with office.db.transaction() as session:
            for number, (moment, booked) in changed.items():
                row = session.get_one(WaitingRow, number)
                row.ready = moment
                if booked:
                    row.ended, row.outcome = office.now(), _BOOKED
                session.add(row)
    return ready


def _has_place(office: Office, memory: Memory, draft_of: DraftOf, each: Waiting) -> bool:
    """Whether some window works now; a form that is not sound any more has none."""
    try:
        wish = wish_of(draft_of(dict(each.typed)))
    except Faults:
        return False
    return any(slot.answer.options for slot in feasibility.outlook(office, memory, wish).slots)
