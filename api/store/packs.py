"""Which rule packs were proposed, and who confirmed or withdrew them? Rows are added and never changed."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, Session, SQLModel, col, select

from api.store.db import UtcDateTime
from crypto.canonical import canonical, parse
from scheduler.codec import from_plain, to_plain
from scheduler.packshape import Pack


class PackProposalRow(SQLModel, table=True):
    """A pack somebody proposed: the file as it came, and the whole pack it was read as that day."""

    __tablename__ = "pack_proposal"

    id: int | None = Field(default=None, primary_key=True)
    text: str = Field(sa_column=Column(Text, nullable=False))
    pack: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON of a Pack, parents included
    digest: str = Field(max_length=64)
    since: date  # first day in force
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    actor: str = Field(max_length=64)


class PackDecisionRow(SQLModel, table=True):
    """What became of a proposal; the key lets nobody decide twice."""

    __tablename__ = "pack_decision"

    proposal: int = Field(primary_key=True, foreign_key="pack_proposal.id")
    confirmed: bool  # or withdrawn
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    actor: str = Field(max_length=64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Confirmed or withdrawn, by whom and when."""

    confirmed: bool
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A proposed pack; `decision` None: nobody has decided yet."""

    number: int
    text: str
    pack: Pack
    since: date
    at: datetime
    actor: str
    decision: Decision | None


def proposals(session: Session) -> tuple[Proposal, ...]:
    """All proposals in the order in which they came."""
    rows = session.exec(select(PackProposalRow).order_by(col(PackProposalRow.id))).all()
    decided = {row.proposal: _decision(row) for row in session.exec(select(PackDecisionRow))}
    return tuple(_proposal(row, decided.get(row.id or 0)) for row in rows)


def in_force(session: Session, on: date) -> Pack | None:
    """The confirmed pack of that day: the one with the latest first day, of two the one confirmed last."""
    query = select(PackProposalRow).join(PackDecisionRow).where(col(PackDecisionRow.confirmed))
    order = (col(PackProposalRow.since).desc(), col(PackDecisionRow.at).desc())
    row = session.exec(query.where(col(PackProposalRow.since) <= on).order_by(*order).limit(1)).first()
    return _proposal(row, None).pack if row else None


def propose(session: Session, proposal: Proposal) -> int:
    """Keep a proposal; its number."""
    row = PackProposalRow(
        text=proposal.text,
        pack=canonical(to_plain(proposal.pack)).decode("utf-8"),
        digest=proposal.pack.digest,
        since=proposal.since,
        at=proposal.at,
        actor=proposal.actor,
    )
    session.add(row)
    session.flush()
    return row.id or 0


def decide(session: Session, number: int, decision: Decision) -> None:
    """Keep a decision. Raises IntegrityError when there is one already."""
    row = PackDecisionRow(proposal=number, confirmed=decision.confirmed, at=decision.at, actor=decision.actor)
    session.add(row)
    session.flush()


def _decision(row: PackDecisionRow) -> Decision:
    return Decision(confirmed=row.confirmed, at=row.at, actor=row.actor)


def _proposal(row: PackProposalRow, decision: Decision | None) -> Proposal:
    return Proposal(
        number=row.id or 0,
        text=row.text,
        pack=from_plain(Pack, parse(row.pack.encode("utf-8"))),
        since=row.since,
        at=row.at,
        actor=row.actor,
        decision=decision,
    )
