"""Which device key did a member announce on arriving? One row per member and lot: the latest before the check-in."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, Session, SQLModel, col, select

from api.store.db import UtcDateTime
from scheduler.events import Member
from scheduler.model import LotId


class ArrivalRow(SQLModel, table=True):
    """What a member's device said of itself; no part of the journal, and worth nothing until the gate confirms."""

    __tablename__ = "arrivals"

    lot: str = Field(primary_key=True, max_length=64)
    member: str = Field(primary_key=True, max_length=64)  # pseudonym in that lot
    key: str = Field(max_length=64)  # public key of the device, 32 bytes in hexadecimal
    certificate: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


def put_arrival(session: Session, row: ArrivalRow) -> None:
    """Keep it in place of what the member announced before."""
    session.merge(row)
    session.flush()


def arrivals(session: Session, lot: LotId) -> Mapping[Member, ArrivalRow]:
    """Every announcement in a lot, stale ones too."""
    rows = session.exec(select(ArrivalRow).where(col(ArrivalRow.lot) == lot).order_by(col(ArrivalRow.member)))
    return {Member(row.member): row for row in rows}
