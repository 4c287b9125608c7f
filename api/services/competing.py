"""What do other lots in the same hours mean for a draw? Who sits there by now, and has nothing moved meanwhile?

Lots that share people are drawn one after the other: between a lottery and its ticket nobody knows whom that
draw will take. Nothing is locked while the solver thinks; what was read is read again under the locks of all
overlapping lots at the moment the lottery is written down.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, and_, col, or_, select

from api.services import names
from api.services.office import Dossier, Office
from api.store import journal, registers
from api.store.journal import CaseRow
from scheduler.errors import Refused
from scheduler.events import Digest, Member
from scheduler.exhibits import Elsewhere, LotteryBody, Rival
from scheduler.lottery import from_body
from scheduler.model import LotId
from scheduler.state import Phase, State

OVER = (Phase.F6, Phase.F7, Phase.CANCELLED)
Marks = dict[Member, str]  # pseudonym of one lot → register number


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Every overlapping lot that is not over, as it was read; and the panels whose people are taken."""

    rivals: dict[LotId, State]
    seated: frozenset[str] = field(repr=False)  # register numbers


def overlapping(session: Session, lot: LotId, starts: datetime, ends: datetime) -> list[CaseRow]:
    """The lines of all other lots that are not over and share a moment with [starts, ends), by lot."""
    query = select(CaseRow).where(CaseRow.lot != lot, CaseRow.starts < ends, CaseRow.ends > starts)
    rows = session.exec(query.order_by(col(CaseRow.lot))).all()
    return [row for row in rows if row.phase not in OVER]


def look(office: Office, session: Session, dossier: Dossier) -> Look:
    """Raises Refused("rival_round") while a lot that shares people with this one is between lottery and ticket."""
    state = dossier.state
    rows = overlapping(session, state.lot, state.starts, state.ends)
    rivals = {LotId(row.lot): journal.state_of(session, LotId(row.lot)) for row in rows}
    candidates = frozenset(own_marks(office, session, dossier).values()) if rivals else frozenset()
    for lot, rival in rivals.items():
        if rival.round_under_way() is not None and not candidates.isdisjoint(
            _at_stake(office, rival, candidates)
        ):
            raise Refused("rival_round", lot=lot)
    seated: set[str] = set()
    for lot, rival in rivals.items():
        members = engaged(rival)
        if members:
            marks = names.marks(office.keys.pool, lot, candidates)
            seated.update(marks[member] for member in members if member in marks)
    return Look(rivals=rivals, seated=frozenset(seated))


def engaged(state: State) -> frozenset[Member]:
    """Whose hours this lot has: drawn members who sit."""
    return frozenset(m.member for m in state.experts())


def own_marks(office: Office, session: Session, dossier: Dossier) -> Marks:
    """Everybody of the frozen pool by pseudonym, with the register number behind it."""
    codes = tuple(seats.speciality for seats in dossier.request.seats)
    marks = names.marks(office.keys.pool, dossier.state.lot, registers.numbers(session, knowing=codes))
    pool = {Member(leaf.expert.id) for leaf in dossier.snapshot.leaves}
    return {mark: number for mark, number in marks.items() if mark in pool}


def _at_stake(office: Office, rival: State, candidates: Iterable[str]) -> set[str]:
    """Who of these may be drawn by the ticket that a rival waits for."""
    body = Dossier(office=office, state=rival).body(rival.rounds[-1].lottery, LotteryBody)
    people = {Member(who) for members in from_body(body.body).classes for who in members}
    marks = names.marks(office.keys.pool, rival.lot, candidates)
    return {number for mark, number in marks.items() if mark in people}


def described(office: Office, session: Session, dossier: Dossier, seen: Look) -> Elsewhere | None:
    """What the history keeps of a look, under the pseudonyms of this lot; None: nothing overlaps."""
    if not seen.rivals:
        return None
    state = dossier.state
    sitting = {m.member for m in state.experts()}
    marks = own_marks(office, session, dossier)
    return Elsewhere(
        round=len(state.rounds) + 1,
        rivals=tuple(Rival(lot=lot, head=rival.head, waits=False) for lot, rival in seen.rivals.items()),
        seated=tuple(sorted(m for m, number in marks.items() if number in seen.seated and m not in sitting)),
        spared=(),
    )


def demand_unmoved(session: Session, dossier: Dossier, seen: Look) -> None:
    """Under the locks of this lot and of all that overlap: raise Refused("rival_moved") unless every one has
    the panel, the open seats and the round of the look."""
    state = dossier.state
    shared = and_(col(CaseRow.starts) < state.ends, col(CaseRow.ends) > state.starts)
    locks = select(CaseRow.lot).where(or_(col(CaseRow.lot) == state.lot, shared)).order_by(col(CaseRow.lot))
    session.exec(locks.with_for_update()).all()  # in one order, so that no two draws wait for each other
    for row in overlapping(session, state.lot, state.starts, state.ends):
        before = seen.rivals.get(LotId(row.lot))
        if before is not None and before.seq == row.seq:
            continue
        now = _weight(journal.state_of(session, LotId(row.lot)))
        booked_meanwhile = before is None and not now[0] and now[2] is None
        if not booked_meanwhile and (before is None or _weight(before) != now):
            raise Refused("rival_moved", lot=row.lot)


def _weight(state: State) -> tuple[frozenset[Member], tuple[int, ...], Digest | None]:
    """What of a lot another draw depends on."""
    under_way = state.round_under_way()
    return engaged(state), state.open_seats(), under_way.lottery if under_way else None
