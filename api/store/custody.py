"""What does the centre keep between custodians' visits? Ceremonies, keys ready for use, requests and answers."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from api.store.db import UtcDateTime


class CeremonyRow(SQLModel, table=True):
    """One ceremony; `state`: open, done or failed, then `culprit` names who spoilt it (empty: nobody can tell)."""

    __tablename__ = "ceremony"

    id: str = Field(primary_key=True, max_length=64)  # the plan's ceremony id, hexadecimal
    key_id: str = Field(max_length=64, index=True)
    plan: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON
    state: str = Field(max_length=16, index=True)
    culprit: str = Field(default="", max_length=64)
    begun: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class SaidRow(SQLModel, table=True):
    """A message of a ceremony, as its sender signed it; two of one sender in one step are both kept."""

    __tablename__ = "ceremony_message"
    __table_args__ = (UniqueConstraint("ceremony", "step", "sender", "mark"),)

    id: int | None = Field(default=None, primary_key=True)
    ceremony: str = Field(foreign_key="ceremony.id", index=True, max_length=64)
    step: str = Field(max_length=16)
    sender: str = Field(max_length=64)
    mark: str = Field(max_length=64)  # digest of the payload
    body: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON


class ReadyKeyRow(SQLModel, table=True):
    """A key that a ceremony made; `lot` is empty until a booking takes it, and never changes after."""

    __tablename__ = "ready_key"

    id: int | None = Field(default=None, primary_key=True)
    key_id: str = Field(max_length=64, index=True)
    public: str = Field(max_length=64, unique=True)
    record: str = Field(sa_column=Column(Text, nullable=False))  # the ceremony's record, canonical JSON
    lot: str = Field(default="", max_length=64, index=True)


class RequestRow(SQLModel, table=True):
    """The centre asks the custodians for a key; `against` is the record that allows it, empty for none."""

    __tablename__ = "custody_request"
    __table_args__ = (UniqueConstraint("lot", "key", "against"),)

    id: int | None = Field(default=None, primary_key=True)
    lot: str = Field(max_length=64, index=True)
    key: str = Field(max_length=64)
    against: str = Field(max_length=64)
    asked: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    done: bool = Field(default=False, index=True)


class AnswerRow(SQLModel, table=True):
    """A custodian's answer, sealed under the data key: until t are there nobody needs to read a share."""

    __tablename__ = "custody_answer"

    id: int | None = Field(default=None, primary_key=True)
    request: int = Field(foreign_key="custody_request.id", index=True)
    custodian: str = Field(max_length=64)
    released: bool
    code: str = Field(max_length=64)  # of a refusal; empty for a release
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
