"""How is somebody suspended who declines again and again (F5)? One proposes, another looks, the expert sees it.

Nothing here happens by itself: the count alone suspends nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlmodel import Session

from api.actor import Actor
from api.pool.letters import Answer
from api.pool.local import LocalPool
from api.services import meetings
from api.services.office import Office, only
from api.services.reasons import given
from api.store.filing import count_version
from api.store.invitations import declined
from api.store.supervision import SuspensionRow, suspensions
from api.store.tables import ExpertRow
from scheduler.alarms import Meeting
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import ExpertId, LotId, Role, Standing
from scheduler.rules.day import SHANGHAI
from scheduler.rules.recurrence import many_declines


@dataclass(frozen=True, slots=True, kw_only=True)
class Declining:
    """An expert by register number with the declines of the busiest stretch of days."""

    expert: str
    count: int
    days: int


def declining(office: Office) -> tuple[Declining, ...]:
    """Who declined more often than the pack's F5 says, over lots that are over; nobody where it says nothing.

    A pool owner apart counts in its own book what the centre has recorded. Raises Refused("register_away") at a
    centre whose register is kept in another house.
    """
    numbers = meetings.in_force(office).get(many_declines.id)
    if numbers is None:
        return ()
    house = _own(office)
    found = many_declines.found([*_recorded(office, house), *_told(office, numbers["days"])], numbers)
    rows = (Declining(expert=f.experts[0], count=len(f.lots), days=numbers["days"]) for f in found)
    return tuple(sorted(rows, key=lambda row: (-row.count, row.expert)))


def _recorded(office: Office, house: LocalPool) -> Iterator[Meeting]:
    """By our own journals, under register numbers."""
    for each in meetings.known(office, meetings.OVER):
        marks = sorted(each.meeting.declined)
        people = house.behind(meetings.ACROSS, [Member(mark) for mark in marks])
        yield replace(each.meeting, declined=frozenset(map(ExpertId, people)))


def _told(office: Office, days: int) -> Iterator[Meeting]:
    """By the book of a pool owner's own door, as far back as two stretches."""
    with office.db.reading() as session:
        rows = declined(session, Answer.DECLINED, office.now() - timedelta(days=2 * days))
    for row in rows:
        day = row.starts.astimezone(SHANGHAI).date()
        yield Meeting(lot=LotId(row.lot), day=day, declined=frozenset({ExpertId(row.expert)}))


def propose(office: Office, actor: Actor, expert: str, until: date, reason: str) -> None:
    """Propose to suspend somebody of `declining` until a day.

    Raises Refused("F5") where the count does not carry it, "suspension_there", "suspension_past", or for a
    missing reason.
    """
    only(actor, Role.POOL)
    told = given(reason)
    counted = next((each for each in declining(office) if each.expert == expert), None)
    if counted is None:
        raise Refused("F5")
    if until <= meetings.today(office):
        raise Refused("suspension_past")
    with office.db.transaction() as session:
        if any(is_open(row) for row in suspensions(session, expert)):
            raise Refused("suspension_there")
        session.add(
            SuspensionRow(
                expert=expert,
                until=until,
                declines=counted.count,
                reason=told,
                proposed_by=actor.id,
                proposed_at=office.now(),
            )
        )


def look(office: Office, actor: Actor, number: int, *, confirm: bool) -> None:
    """The second look: confirmed, the expert is suspended at once, in lots already drawn too (E4).

    Raises Refused("second_person") for who proposed it, Refused("not_found").
    """
    only(actor, Role.POOL)
    with office.db.transaction() as session:
        row = _row(session, number)
        if row.confirmed is not None:
            raise Refused("stale")
        if row.proposed_by == actor.id:
            raise Refused("second_person")
        row.confirmed, row.looked_by, row.looked_at = confirm, actor.id, office.now()
        session.add(row)
        if confirm:
            _stand(session, row.expert, Standing.GOOD, Standing.SUSPENDED)


def end(office: Office, actor: Actor, number: int, reason: str) -> None:
    """End a suspension, before or after its last day; the register says good standing again."""
    only(actor, Role.POOL)
    told = given(reason)
    with office.db.transaction() as session:
        row = _row(session, number)
        if row.confirmed is not True or row.ended_at is not None:
            raise Refused("stale")
        row.ended_by, row.ended_at, row.ended_why = actor.id, office.now(), told
        session.add(row)
        _stand(session, row.expert, Standing.SUSPENDED, Standing.GOOD)


def _own(office: Office) -> LocalPool:
    """The register in our database. Raises Refused("register_away"): elsewhere its owner changes it there."""
    if office.far is not None:
        raise Refused("register_away")
    return office.local_pool


def is_open(row: SuspensionRow) -> bool:
    """Waiting for the second look, or in force."""
    return row.confirmed is None or (row.confirmed and row.ended_at is None)


def _row(session: Session, number: int) -> SuspensionRow:
    row = session.get(SuspensionRow, number, with_for_update=True)
    if row is None:
        raise Refused("not_found")
    return row


def _stand(session: Session, expert: str, before: Standing, after: Standing) -> None:
    """Another standing where it is the one expected: a ban stays a ban."""
    row = session.get_one(ExpertRow, expert)
    if row.standing is before:
        row.standing = after
        session.add(row)
        count_version(session)
