"""What happens when a venue fails? A site or room is closed for a time, lifted again, or an evaluation runs over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlmodel import Session, col, select

from api.actor import Actor
from api.services.office import Office, only, open_case
from api.services.reasons import given
from api.services.rooms import stations
from api.services.seats import holds_of, sites_of
from api.store.journal import SeatHold
from api.store.planbook import ClosureRow, closures
from scheduler.errors import Refused
from scheduler.model import LotId, Role, SiteId
from scheduler.state import Phase, State

MOST_OVER = 8 * 60  # minutes an evaluation can run over by
_AT_WORK = (Phase.F2, Phase.F3, Phase.F4, Phase.F5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A site (room empty) or one of its rooms that cannot be used in [starts, ends)."""

    site: SiteId
    room: str
    starts: datetime
    ends: datetime
    since: datetime | None = None  # when it was told; None: only imagined

    def hits(self, hold: SeatHold) -> bool:
        """Whether these seats are among those lost."""
        same = hold.site == self.site and self.room in ("", hold.room)
        return same and hold.starts < self.ends and hold.ends > self.starts


def close_site(office: Office, actor: Actor, cut: Cut, reason: str) -> None:
    """Record that the seats are lost. Raises Refused("window", "reason_missing", "site_unknown")."""
    only(actor, Role.OPERATOR)
    told = given(reason)
    with office.db.transaction() as session:
        check(session, cut)
        session.add(
            ClosureRow(
                site=cut.site,
                room=cut.room,
                starts=cut.starts,
                ends=cut.ends,
                reason=told,
                actor=actor.id,
                made=office.now(),
            )
        )


def check(session: Session, cut: Cut) -> None:
    """A site that exists and a window that is one. Raises Refused."""
    if cut.ends <= cut.starts:
        raise Refused("window", starts=cut.starts.isoformat(), ends=cut.ends.isoformat())
    sites_of(session, [cut.site])


def lift(office: Office, actor: Actor, number: int) -> None:
    """The seats can be used again; one that is lifted already is no fault."""
    only(actor, Role.OPERATOR)
    with office.db.transaction() as session:
        row = session.get(ClosureRow, number)
        if row is None:
            raise Refused("not_found")
        if row.lifted is None:
            row.lifted = office.now()
            session.add(row)


def run_over(office: Office, actor: Actor, lot: LotId, minutes: int) -> None:
    """An evaluation at work, or one that a fault delays, needs its seats longer; later lots on the same seats are
    then in trouble.

    Raises Refused("phase") for a lot that is neither, "minutes" for a number that cannot be.
    """
    only(actor, Role.OPERATOR)
    if not 0 < minutes <= MOST_OVER:
        raise Refused("minutes", most=MOST_OVER)
    if not may_run_over(open_case(office, lot).state):
        raise Refused("phase", lot=lot)
    with office.db.transaction() as session:
        for row in holds_of(session, lot):
            row.ends = row.ends + timedelta(minutes=minutes)
            session.add(row)


def may_run_over(state: State) -> bool:
    """At work, or drawn and held up by a fault before its start."""
    return state.phase in _AT_WORK or (state.phase is Phase.F1 and (state.pause is not None or state.delayed))


def cuts(session: Session, now: datetime) -> tuple[tuple[int, Cut, str], ...]:
    """Closures in force that are not over: number, what is lost, and why."""
    far = now + timedelta(days=400)
    return tuple(
        (
            row.id or 0,
            Cut(site=SiteId(row.site), room=row.room, starts=row.starts, ends=row.ends, since=row.made),
            row.reason,
        )
        for row in closures(session, now, far)
    )


def troubled(session: Session, now: datetime, lost: Sequence[Cut]) -> dict[LotId, Cut | None]:
    """Lots not over that hold seats which are lost, or (None) which an earlier lot sits on longer than planned or
    whose devices do not work any more."""
    rows = session.exec(select(SeatHold).where(SeatHold.ends > now).order_by(col(SeatHold.id))).all()
    found: dict[LotId, Cut | None] = {LotId(lot): None for lot in _crowded(rows)}
    working = stations(session) if rows else {}
    dead = (r.lot for r in rows if (r.room, r.workstation) not in working.get(SiteId(r.site), ()))
    found |= dict.fromkeys(map(LotId, dead))
    for row in rows:
        for cut in lost:
            if cut.hits(row):
                found.setdefault(LotId(row.lot), cut)
    return {lot: cut for lot, cut in found.items() if ":" not in lot}


def _crowded(rows: Iterable[SeatHold]) -> set[str]:
    """Lots whose seat somebody sits on who came first."""
    by_seat: dict[tuple[str, str, int], list[SeatHold]] = {}
    for row in rows:
        by_seat.setdefault((row.site, row.room, row.workstation), []).append(row)
    late = set()
    for same in by_seat.values():
        same.sort(key=lambda row: (row.starts, row.id or 0))
        for one, other in pairwise(same):
            if other.starts < one.ends and other.lot != one.lot:
                late.add(other.lot)
    return late
