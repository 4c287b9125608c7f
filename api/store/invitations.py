"""What stands in the pool owner's book: invitations with their deliveries, and what experts have answered.

At the centre the same tables stay empty; there `entry` remembers which passes have been used.
"""

from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, Session, SQLModel, col, select

from api.store.db import UtcDateTime
from crypto.fields import Place


def _moment(*, index: bool = False) -> "Column[datetime]":
    return Column(UtcDateTime, nullable=False, index=index)


class InvitationRow(SQLModel, table=True):
    """One invitation of one expert (register number), as the centre told it last."""

    __tablename__ = "invitation"
    lot: str = Field(primary_key=True, max_length=64)
    member: str = Field(primary_key=True, max_length=32)
    expert: str = Field(max_length=64, index=True)
    round: int
    answer: str = Field(max_length=16)
    speciality: str
    sign_in_at: str
    desk_phone: str
    may_withdraw: bool
    evaluation: str
    must_sign: bool
    starts: datetime = Field(sa_column=_moment())
    ends: datetime = Field(sa_column=_moment())
    answer_by: datetime = Field(sa_column=_moment())
    there_since: datetime = Field(sa_column=_moment())  # on the expert's page
    seen_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))


class LetterRow(SQLModel, table=True):
    """How far the centre's telling of a lot has come; `over`: nobody is invited there any more."""

    __tablename__ = "letter"
    lot: str = Field(primary_key=True, max_length=64)
    seq: int
    over: bool = Field(index=True)


class ReplyRow(SQLModel, table=True):
    """What an expert answered. `outcome` is empty until the centre tells: `recorded`, or the refusal's code."""

    __tablename__ = "reply"
    number: int | None = Field(default=None, primary_key=True)
    lot: str = Field(max_length=64, index=True)
    member: str = Field(max_length=32)
    does: str = Field(max_length=16)
    sealed_words: bytes = Field(
        sa_column=Column(LargeBinary, nullable=False)
    )  # bound to lot, member and deed
    vouch: str  # the expert's own signature in an envelope, hexadecimal
    at: datetime = Field(sa_column=_moment())
    outcome: str = Field(default="", max_length=64, index=True)


class EntryRow(SQLModel, table=True):
    """A pass that let somebody in at the centre: as which pseudonym, and when. Never who."""

    __tablename__ = "entry"
    nonce: str = Field(primary_key=True, max_length=32)
    lot: str = Field(max_length=64)
    member: str = Field(max_length=32)
    at: datetime = Field(sa_column=_moment(index=True))


def words_cell(lot: str, member: str, does: str) -> Place:
    """Where an expert's words stand; their ciphertext opens nowhere else."""
    return Place(table="reply", column="words", row=f"{lot}/{member}/{does}")


def invitations_of(session: Session, expert: str) -> tuple[InvitationRow, ...]:
    """One expert's invitations, the latest window first."""
    query = select(InvitationRow).where(col(InvitationRow.expert) == expert)
    return tuple(session.exec(query.order_by(col(InvitationRow.starts).desc(), col(InvitationRow.lot))).all())


def invited_in(session: Session, lot: str) -> tuple[InvitationRow, ...]:
    """All invitations of a lot, by pseudonym."""
    query = select(InvitationRow).where(col(InvitationRow.lot) == lot)
    return tuple(session.exec(query.order_by(col(InvitationRow.member))).all())


def letters(session: Session) -> tuple[LetterRow, ...]:
    """The lots that are not over, as told last."""
    return tuple(
        session.exec(select(LetterRow).where(~col(LetterRow.over)).order_by(col(LetterRow.lot))).all()
    )


def unsettled(session: Session) -> tuple[ReplyRow, ...]:
    """The replies whose fate is not known yet, oldest first."""
    query = select(ReplyRow).where(col(ReplyRow.outcome) == "").order_by(col(ReplyRow.number))
    return tuple(session.exec(query).all())


def replies_of(session: Session, lot: str, member: str) -> tuple[ReplyRow, ...]:
    """What one member of a lot has answered, oldest first."""
    query = select(ReplyRow).where(col(ReplyRow.lot) == lot, col(ReplyRow.member) == member)
    return tuple(session.exec(query.order_by(col(ReplyRow.number))).all())


def declined(session: Session, answer: str, since: datetime) -> tuple[InvitationRow, ...]:
    """Invitations that stand so in lots that are over, from a moment on."""
    query = select(InvitationRow).join(LetterRow, col(LetterRow.lot) == col(InvitationRow.lot))
    query = query.where(col(LetterRow.over), col(InvitationRow.answer) == answer)
    return tuple(session.exec(query.where(col(InvitationRow.starts) >= since)).all())
