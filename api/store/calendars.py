"""Which years' working days has the supervisor entered? Every entry stays; the latest of a year counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, Session, SQLModel, col, select

from api.store.db import UtcDateTime
from crypto.canonical import canonical, parse
from scheduler.calendar import Year
from scheduler.codec import from_plain, to_plain


class CalendarYearRow(SQLModel, table=True):
    """One entry of one year; never changed."""

    __tablename__ = "calendar_year"

    id: int | None = Field(default=None, primary_key=True)
    year: int = Field(index=True)
    notice: str = Field(max_length=200)
    days: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON of a Year
    entered: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    actor: str = Field(max_length=64)  # login of the supervisor


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A year as a supervisor entered it, with the notice it follows."""

    year: Year
    notice: str
    at: datetime
    actor: str


def entered(session: Session) -> tuple[Entered, ...]:
    """The latest entry of every year, by year."""
    rows = session.exec(select(CalendarYearRow).order_by(col(CalendarYearRow.id))).all()
    latest = {row.year: row for row in rows}
    return tuple(_read(latest[year]) for year in sorted(latest))


def enter(session: Session, entry: Entered) -> None:
    """One more entry; it replaces what counted for its year."""
    session.add(
        CalendarYearRow(
            year=entry.year.year,
            notice=entry.notice,
            days=canonical(to_plain(entry.year)).decode("utf-8"),
            entered=entry.at,
            actor=entry.actor,
        )
    )


def _read(row: CalendarYearRow) -> Entered:
    year = from_plain(Year, parse(row.days.encode("utf-8")))
    return Entered(year=year, notice=row.notice, at=row.entered, actor=row.actor)
