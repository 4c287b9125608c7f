"""Which long-term key did an expert's own device make, and which ones before it?

Only public keys lie here, sealed like personal data: the same key in two lots would tell that one person sits in
both. The mark beside each keeps one key from standing for two people, and a replaced one from coming back.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ForeignKey, LargeBinary, String, insert, select
from sqlmodel import Field, Session, SQLModel, col

from api.store.db import UtcDateTime
from api.store.personal import Personal
from api.store.tables import ExpertRow
from crypto.canonical import unhex
from crypto.errors import Broken
from crypto.fields import Place
from crypto.keys import PUBLIC, enrol
from scheduler.errors import Refused

_FEW = 500  # so many keys still fit into one IN (…)


class ExpertKeyRow(SQLModel, table=True):
    """A long-term public key; the last position counts, the earlier ones are the trace."""

    __tablename__ = "expert_key"

    expert: str = Field(sa_column=Column(String(64), ForeignKey("expert.number"), primary_key=True))
    position: int = Field(primary_key=True)
    sealed_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    mark: str = Field(max_length=32, unique=True)
    enrolled_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A key (32 bytes, Ed25519) and when it was enrolled; None: nobody noted."""

    public: bytes
    at: datetime | None


def enrolled(
    session: Session, personal: Personal, only: Collection[str] | None = None
) -> Mapping[str, tuple[Enrolled, ...]]:
    """Keys by register number (of `only` these), the one that counts last; only who has one.

    Raises Broken under another key.
    """
    query = select(
        col(ExpertKeyRow.expert),
        col(ExpertKeyRow.position),
        col(ExpertKeyRow.sealed_key),
        col(ExpertKeyRow.enrolled_at),
    )
    if only is not None and len(only) <= _FEW:
        query = query.where(col(ExpertKeyRow.expert).in_(tuple(only)))
    found: dict[str, list[Enrolled]] = defaultdict(list)
    for number, position, sealed, at in session.execute(query.order_by(*query.selected_columns[:2])):
        if only is not None and number not in only:
            continue
        text = personal.open(_cell(number, position), sealed)
        found[number].append(Enrolled(public=unhex(text, PUBLIC), at=at))
    return {number: tuple(each) for number, each in found.items()}


def holders(session: Session) -> frozenset[str]:
    """The register numbers of everybody with a key."""
    return frozenset(session.scalars(select(col(ExpertKeyRow.expert)).distinct()))


def taken(session: Session, personal: Personal, wanted: Mapping[str, bytes]) -> Mapping[str, str]:
    """Whose wanted key is another's, or was replaced before: number → the number under which it stands."""
    there = {mark: (number, position) for mark, number, position in _rows(session)}
    last: dict[str, int] = {}
    for number, position in there.values():
        last[number] = max(position, last.get(number, -1))
    found, here = {}, dict[str, str]()
    for number, public in wanted.items():
        mark = personal.key_mark(public)
        holder = there.get(mark)
        if holder is not None and holder != (number, last.get(number)):
            found[number] = holder[0]
        elif here.setdefault(mark, number) != number:
            found[number] = here[mark]
    return found


def put_keys(session: Session, personal: Personal, wanted: Mapping[str, bytes], at: datetime | None) -> int:
    """Enrol keys by register number; the ones before stay as a trace. How many were new.

    Raises Refused: "expert_key" for a degenerate key, "expert_unknown", "expert_key_taken" (see `taken`).
    """
    for public in wanted.values():
        try:
            enrol(public)
        except Broken as fault:
            raise Refused("expert_key", fault=str(fault)) from None
    if any(session.get(ExpertRow, number) is None for number in wanted):
        raise Refused("expert_unknown")
    if taken(session, personal, wanted):
        raise Refused("expert_key_taken")
    before = enrolled(session, personal, None if len(wanted) > 1 else tuple(wanted))
    rows = []
    for number, public in wanted.items():
        held = before.get(number, ())
        if held and held[-1].public == public:
            continue
        place = _cell(number, len(held))
        rows.append(
            {
                "expert": number,
                "position": len(held),
                "sealed_key": personal.seal(place, public.hex()),
                "mark": personal.key_mark(public),
                "enrolled_at": at,
            }
        )
    if rows:
        session.execute(insert(ExpertKeyRow), rows)
    return len(rows)


def _rows(session: Session) -> list[tuple[str, str, int]]:
    columns = (col(ExpertKeyRow.mark), col(ExpertKeyRow.expert), col(ExpertKeyRow.position))
    return [(mark, number, position) for mark, number, position in session.execute(select(*columns))]


def _cell(number: str, position: int) -> Place:
    return Place(table="expert_key", column="key", row=f"{number}/{position}")
