"""Which workstations are free, and how are they held so that nobody gets the same one twice?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from api.store.journal import SeatHold
from api.store.planbook import closures
from api.store.tables import DEVICES, DeviceState, RoomRow, SiteRow, WorkstationRow
from scheduler.errors import Refused
from scheduler.model import LotId, SiteId


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """So many workstations at this site."""

    site: SiteId
    seats: int


def sites_of(session: Session, sites: Sequence[SiteId]) -> tuple[SiteRow, ...]:
    """The sites' rows in the order asked for. Raises Refused("site_unknown")."""
    found = {row.id: row for row in session.exec(select(SiteRow).where(col(SiteRow.id).in_(sites))).all()}
    for site in sites:
        if site not in found:
            raise Refused("site_unknown", site=site)
    return tuple(found[site] for site in sites)


def working(session: Session, site: SiteId) -> tuple[WorkstationRow, ...]:
    """The workstations of a site whose five devices all work, by room and number."""
    rows = session.exec(select(WorkstationRow).where(WorkstationRow.site == site)).all()
    usable = [row for row in rows if all(getattr(row, name) is DeviceState.OK for name in DEVICES)]
    return tuple(sorted(usable, key=lambda row: (row.room, row.number)))


def held(session: Session, site: SiteId, starts: datetime, ends: datetime) -> tuple[SeatHold, ...]:
    """Holds at a site that overlap [starts, ends); touching ends do not overlap."""
    return tuple(
        session.exec(
            select(SeatHold).where(SeatHold.site == site, SeatHold.starts < ends, SeatHold.ends > starts)
        ).all()
    )


def free(session: Session, site: SiteId, starts: datetime, ends: datetime) -> tuple[WorkstationRow, ...]:
    """Working, not held in [starts, ends), and in no room that is closed then."""
    taken = {(hold.room, hold.workstation) for hold in held(session, site, starts, ends)}
    shut = {each.room for each in closures(session, starts, ends) if each.site == site}
    names = {row.id: row.name for row in session.exec(select(RoomRow).where(RoomRow.site == site)).all()}
    return tuple(
        row
        for row in (() if "" in shut else working(session, site))
        if (names[row.room], row.number) not in taken and names[row.room] not in shut
    )


def hold(session: Session, lot: LotId, wanted: Sequence[Wanted], starts: datetime, ends: datetime) -> None:
    """Hold seats at every site or at none; the sites' rows are locked in one order, so no two bookings race.

    Raises Refused("L7") with the site, the seats wanted and the seats free.
    """
    order = sorted(wanted, key=lambda w: w.site)
    session.exec(
        select(SiteRow)
        .where(col(SiteRow.id).in_([w.site for w in order]))
        .order_by(col(SiteRow.id))
        .with_for_update()
    ).all()
    for want in order:
        usable = free(session, want.site, starts, ends)
        if len(usable) < want.seats:
            raise Refused("seats_taken", site=want.site, wanted=want.seats, free=len(usable))
        rooms = {
            row.id: row.name for row in session.exec(select(RoomRow).where(RoomRow.site == want.site)).all()
        }
        for row in usable[: want.seats]:
            session.add(
                SeatHold(
                    lot=lot,
                    site=want.site,
                    room=rooms[row.room],
                    workstation=row.number,
                    starts=starts,
                    ends=ends,
                )
            )
        session.flush()


def holds_of(session: Session, lot: LotId) -> tuple[SeatHold, ...]:
    """Everything held for a lot, by site, room and number."""
    rows = session.exec(select(SeatHold).where(SeatHold.lot == lot)).all()
    return tuple(sorted(rows, key=lambda row: (row.site, row.room, row.workstation)))


def let_go(session: Session, lot: LotId) -> None:
    """Give a lot's seats back."""
    for row in session.exec(select(SeatHold).where(SeatHold.lot == lot)).all():
        session.delete(row)
