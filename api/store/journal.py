"""The append-only history of every case: history(case), record(entries); stale writers are refused."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Column, LargeBinary, Text, UniqueConstraint, false
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from api.store.db import UtcDateTime
from api.store.lately import Lately
from crypto.canonical import canonical, parse
from crypto.keys import SigningKey
from scheduler.errors import Refused
from scheduler.events import Digest
from scheduler.model import LotId
from scheduler.phases import replay
from scheduler.record import entry_plain, read_entry, sign_entry
from scheduler.state import Entry, State


class JournalRow(SQLModel, table=True):
    """One entry; the database refuses to change or delete it (triggers in the migration)."""

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("lot", "seq"),)

    id: int | None = Field(default=None, primary_key=True)
    lot: str = Field(max_length=64, index=True)
    seq: int
    entry: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON
    hash: str = Field(max_length=64)
    signature: str = Field(max_length=128)


class ExhibitRow(SQLModel, table=True):
    """A sealed body behind a digest; the key is not in this database."""

    __tablename__ = "exhibit"
    __table_args__ = (UniqueConstraint("lot", "digest"),)

    id: int | None = Field(default=None, primary_key=True)
    lot: str = Field(max_length=64, index=True)
    digest: str = Field(max_length=64)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class CaseRow(SQLModel, table=True):
    """What lists and calendars read: written in the same transaction as the journal, derivable from it."""

    __tablename__ = "case_line"

    lot: str = Field(primary_key=True, max_length=64)
    seq: int
    phase: str = Field(max_length=16, index=True)
    region: str = Field(max_length=6)
    green: bool = False
    starts: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    ends: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class SeatHold(SQLModel, table=True):
    """A workstation held for a lot, buffer included; never two at once (checked under the site's lock)."""

    __tablename__ = "seat_hold"

    id: int | None = Field(default=None, primary_key=True)
    lot: str = Field(max_length=64, index=True)
    site: str = Field(max_length=64, index=True)
    room: str = Field(max_length=32)
    workstation: int
    owner: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # for a representative
    starts: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    ends: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


def history(session: Session, lot: LotId) -> tuple[tuple[Entry, str], ...]:
    """All entries of a case in order, each with its signature; hashes are computed anew."""
    rows = session.exec(select(JournalRow).where(JournalRow.lot == lot).order_by(col(JournalRow.seq))).all()
    return tuple((read_entry(parse(row.entry.encode("utf-8"))), row.signature) for row in rows)


def state_of(session: Session, lot: LotId) -> State:
    """The state by replay, or as replayed before up to the same head; Refused("unknown_lot") without a case."""
    last = select(JournalRow.hash).where(JournalRow.lot == lot).order_by(col(JournalRow.seq).desc())
    head = session.exec(last.limit(1)).first()
    if head is None:
        raise Refused("unknown_lot", lot=lot)
    known = _KNOWN.get(Digest(head))
    if known is None:
        state = replay(entry for entry, _ in history(session, lot))
        known = _KNOWN.keep(state.head, state)
    return known


# Open cases of a busy province; a state is some kilobytes. The head covers the whole history.
_KNOWN: Lately[Digest, State] = Lately(most=2000)


def begun(session: Session, lots: Iterable[LotId]) -> dict[LotId, datetime]:
    """When each of these lots was booked."""
    query = select(JournalRow).where(col(JournalRow.lot).in_(list(lots)), JournalRow.seq == 0)
    return {LotId(row.lot): read_entry(parse(row.entry.encode("utf-8"))).at for row in session.exec(query)}


def append(session: Session, key: SigningKey, entries: Sequence[Entry]) -> None:
    """Add entries to a history. Raises Refused("stale") when it has grown since the state was read."""
    for entry in entries:
        session.add(
            JournalRow(
                lot=entry.lot,
                seq=entry.seq,
                entry=canonical(entry_plain(entry)).decode("utf-8"),
                hash=entry.hash,
                signature=sign_entry(key, entry),
            )
        )
    try:
        session.flush()
    except IntegrityError:
        raise Refused("stale", lot=entries[0].lot) from None


def cases(session: Session) -> tuple[CaseRow, ...]:
    """All cases by start, then lot."""
    return tuple(session.exec(select(CaseRow).order_by(col(CaseRow.starts), col(CaseRow.lot))).all())


def meanwhile(
    session: Session, starts: datetime, ends: datetime, *, without: Sequence[str] = ()
) -> tuple[LotId, ...]:
    """The lots whose window overlaps [starts, ends) and that are in none of these phases."""
    row = CaseRow
    found = select(row.lot).where(row.starts < ends, row.ends > starts, col(row.phase).not_in(without))
    return tuple(LotId(lot) for lot in session.exec(found))


def exists(session: Session, lot: LotId) -> bool:
    """Whether this lot has a history."""
    return session.exec(select(JournalRow.id).where(JournalRow.lot == lot).limit(1)).first() is not None


def project(session: Session, state: State) -> None:
    """Bring the line that lists read up to the state; booking has written the rest of it."""
    row = session.get_one(CaseRow, state.lot)
    row.seq, row.phase = state.seq, state.phase.value
    row.starts, row.ends = state.starts, state.ends
    session.add(row)
