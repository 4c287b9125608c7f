"""What supervisors and the pool's owner have noted across lots: steps on alarms, suspensions for declines."""

from datetime import date, datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, Session, SQLModel, col, select

from api.store.db import UtcDateTime


class AlarmNoteRow(SQLModel, table=True):
    """One step on an alarm with its reason; the database refuses to change or delete it (triggers).

    `mark` is a keyed hash of rule and subjects; `count`: how often they had met when the step was taken.
    """

    __tablename__ = "alarm_note"

    id: int | None = Field(default=None, primary_key=True)
    mark: str = Field(max_length=32, index=True)
    rule: str = Field(max_length=8)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    login: str = Field(max_length=64)
    step: str = Field(max_length=16)
    whom: str = Field(max_length=64)  # to whom it is assigned or who is asked; may be empty
    reason: str = Field(sa_column=Column(Text, nullable=False))
    count: int


class SuspensionRow(SQLModel, table=True):
    """A suspension for many declines: proposed by one, looked at by another, ended with a reason."""

    __tablename__ = "suspension"

    id: int | None = Field(default=None, primary_key=True)
    expert: str = Field(foreign_key="expert.number", index=True)
    until: date
    declines: int  # counted when it was proposed
    reason: str = Field(sa_column=Column(Text, nullable=False))
    proposed_by: str = Field(max_length=64)
    proposed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    looked_by: str = Field(default="", max_length=64)
    looked_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    confirmed: bool | None = None  # None: nobody has looked yet
    ended_by: str = Field(default="", max_length=64)
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    ended_why: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))


def notes(session: Session) -> tuple[AlarmNoteRow, ...]:
    """All steps on alarms, oldest first."""
    return tuple(session.exec(select(AlarmNoteRow).order_by(col(AlarmNoteRow.id))).all())


def suspensions(session: Session, expert: str | None = None) -> tuple[SuspensionRow, ...]:
    """All suspensions or one expert's, newest first."""
    query = select(SuspensionRow).order_by(col(SuspensionRow.id).desc())
    if expert is not None:
        query = query.where(col(SuspensionRow.expert) == expert)
    return tuple(session.exec(query).all())
