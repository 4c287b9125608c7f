"""How are seats kept for some minutes while a booking is being finished? Visible to all, gone by the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from api.actor import Actor
from api.services.office import Office, only
from api.services.seats import Wanted, hold, let_go
from api.store.planbook import HoldRow
from scheduler.errors import Refused
from scheduler.model import LotId, Role
from scheduler.rules.rooms import Layout

MINUTES = 10  # how long a hold lasts
_PREFIX = "hold:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Seats kept until a moment; whoever books with the token takes them over."""

    token: str
    starts: datetime
    ends: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From when to when, and how the rules in force keep members apart in rooms."""

    starts: datetime
    ends: datetime
    layout: Layout


def label(token: str) -> LotId:
    """Under which name the seats of a hold stand among the seats of lots; no lot can be called so."""
    return LotId(_PREFIX + token)


def is_hold(lot: str) -> bool:
    """Whether a name among held seats is a hold's."""
    return lot.startswith(_PREFIX)


def hold_seats(
    office: Office, actor: Actor, wanted: Sequence[Wanted], window: Window, *, instead: str = ""
) -> Held:
    """Keep seats, buffer included; `instead` is an own hold that is given back for it.

    Raises Refused("seats_taken") with the site, the seats wanted and free, "rooms_taken".
    """
    starts, ends = window.starts, window.ends
    only(actor, Role.OPERATOR)
    token, now = office.entropy(16).hex(), office.now()
    held = Held(token=token, starts=starts, ends=ends, until=now + timedelta(minutes=MINUTES))
    buffer = timedelta(minutes=office.pack.times.buffer_minutes)
    with office.db.transaction() as session:
        expire_in(session, now)
        row = session.get(HoldRow, instead) if instead else None
        if row is not None and row.actor == actor.id:
            _give_back(session, row)
        hold(session, label(token), wanted, (starts - buffer, ends + buffer), window.layout)
        session.add(
            HoldRow(token=token, actor=actor.id, made=now, until=held.until, starts=starts, ends=ends)
        )
    return held


def release(office: Office, actor: Actor, token: str) -> None:
    """Give an own hold back; one that is gone already is no fault."""
    only(actor, Role.OPERATOR)
    with office.db.transaction() as session:
        row = session.get(HoldRow, token)
        if row is not None and row.actor == actor.id:
            _give_back(session, row)


def claim(session: Session, actor: Actor, token: str, now: datetime) -> None:
    """Give the seats of an own hold free for the booking of the same transaction. Raises Refused("hold_gone")."""
    row = session.get(HoldRow, token)
    if row is None or row.actor != actor.id or row.until <= now:
        raise Refused("hold_gone", minutes=MINUTES)
    _give_back(session, row)


def held_by(session: Session, actor: Actor, token: str, now: datetime) -> Held | None:
    """The hold, if it is the actor's and not over."""
    row = session.get(HoldRow, token)
    if row is None or row.actor != actor.id or row.until <= now:
        return None
    return Held(token=row.token, starts=row.starts, ends=row.ends, until=row.until)


def expire(office: Office) -> int:
    """Give back what has run out; how many holds that were. The clock asks this at every tick."""
    now = office.now()
    with office.db.reading() as session:
        if session.exec(select(HoldRow.token).where(col(HoldRow.until) <= now).limit(1)).first() is None:
            return 0
    with office.db.transaction() as session:
        return expire_in(session, now)


def expire_in(session: Session, now: datetime) -> int:
    """The same inside a transaction."""
    over = session.exec(select(HoldRow).where(col(HoldRow.until) <= now)).all()
    for row in over:
        _give_back(session, row)
    return len(over)


def _give_back(session: Session, row: HoldRow) -> None:
    let_go(session, label(row.token))
    session.delete(row)
    session.flush()
