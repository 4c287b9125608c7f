"""What does planning remember beside the cases? Holds that run out, closed sites, and the waiting list."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, Session, SQLModel, col, select

from api.store.db import UtcDateTime


def _moment(*, nullable: bool = False, index: bool = False) -> Column[datetime]:
    return Column(UtcDateTime, nullable=nullable, index=index)


class HoldRow(SQLModel, table=True):
    """Seats kept for an operator until a moment; they stand in `seat_hold` under `lot = hold:token`."""

    __tablename__ = "hold"

    token: str = Field(primary_key=True, max_length=32)
    actor: str = Field(max_length=64)  # login of the operator
    made: datetime = Field(sa_column=_moment())
    until: datetime = Field(sa_column=_moment(index=True))
    starts: datetime = Field(sa_column=_moment())
    ends: datetime = Field(sa_column=_moment())


class ClosureRow(SQLModel, table=True):
    """A site, or one room of it, that cannot be used from a moment to another."""

    __tablename__ = "closure"

    id: int | None = Field(default=None, primary_key=True)
    site: str = Field(max_length=64, index=True)
    room: str = Field(default="", max_length=32)  # empty: all rooms
    starts: datetime = Field(sa_column=_moment())
    ends: datetime = Field(sa_column=_moment())
    reason: str = Field(max_length=500)
    actor: str = Field(max_length=64)
    made: datetime = Field(sa_column=_moment())
    lifted: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class WaitingRow(SQLModel, table=True):
    """A lot that found no place. `sealed`: the order, under the data key, bound to the row's number."""

    __tablename__ = "waiting"

    number: str = Field(primary_key=True, max_length=32)
    lot: str = Field(max_length=64, index=True)
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    green: bool = False
    since: datetime = Field(sa_column=_moment())
    actor: str = Field(max_length=64)
    ready: datetime | None = Field(
        default=None, sa_column=_moment(nullable=True)
    )  # since when it has a place
    ended: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    outcome: str = Field(default="", max_length=16)  # booked, withdrawn


def closures(session: Session, starts: datetime, ends: datetime) -> tuple[ClosureRow, ...]:
    """Closures in force that overlap [starts, ends), oldest first."""
    return tuple(
        session.exec(
            select(ClosureRow)
            .where(ClosureRow.starts < ends, ClosureRow.ends > starts, col(ClosureRow.lifted).is_(None))
            .order_by(col(ClosureRow.id))
        ).all()
    )
