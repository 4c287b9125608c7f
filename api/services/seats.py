"""Which workstations are free, and how are they held so that nobody gets the same one twice?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations

from sqlmodel import Session, col, select

from api.store.journal import SeatHold
from api.store.planbook import closures
from api.store.tables import DEVICES, DeviceState, RoomRow, SiteRow, WorkstationRow
from scheduler.errors import Refused
from scheduler.model import LotId, SiteId
from scheduler.rules.rooms import Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """So many workstations at this site, `owners` of them for owner representatives."""

    site: SiteId
    seats: int
    owners: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A workstation by room and number; `owner`: for an owner representative."""

    room: str
    workstation: int
    owner: bool = False


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


def hold(
    session: Session,
    lot: LotId,
    wanted: Sequence[Wanted],
    window: tuple[datetime, datetime],
    layout: Layout,
) -> None:
    """Hold seats at every site or at none; the sites' rows are locked in one order, so no two bookings race.

    Raises Refused("seats_taken") with the site, the seats wanted and the seats free, Refused("rooms_taken")
    where there are seats but not in rooms that keep the panel's members apart as L8 and L10 ask.
    """
    order = sorted(wanted, key=lambda w: w.site)
    session.exec(
        select(SiteRow)
        .where(col(SiteRow.id).in_([w.site for w in order]))
        .order_by(col(SiteRow.id))
        .with_for_update()
    ).all()
    for want in order:
        for spot in spots(session, want, window, layout):
            session.add(
                SeatHold(
                    lot=lot,
                    site=want.site,
                    room=spot.room,
                    workstation=spot.workstation,
                    owner=spot.owner,
                    starts=window[0],
                    ends=window[1],
                )
            )
        session.flush()


def spots(
    session: Session, want: Wanted, window: tuple[datetime, datetime], layout: Layout
) -> tuple[Spot, ...]:
    """The workstations a booking would hold at one site. Raises Refused as `hold` does."""
    usable = free(session, want.site, *window)
    if len(usable) < want.seats:
        raise Refused("seats_taken", site=want.site, wanted=want.seats, free=len(usable))
    names = {row.id: row.name for row in session.exec(select(RoomRow).where(RoomRow.site == want.site)).all()}
    rooms: dict[str, list[int]] = {}
    for row in usable:
        numbers = rooms.setdefault(names[row.room], [])
        if layout.room_most is None or len(numbers) < layout.room_most:
            numbers.append(row.number)
    found = _apart(rooms, want) if layout.owners_apart and want.owners else _in_order(rooms, want)
    if len(found) < want.seats:
        raise Refused("rooms_taken", site=want.site, wanted=want.seats, free=len(found))
    return found


def _in_order(rooms: Mapping[str, Sequence[int]], want: Wanted) -> tuple[Spot, ...]:
    """By room and number, owner representatives last."""
    every = [(room, number) for room, numbers in rooms.items() for number in numbers][: want.seats]
    experts = want.seats - want.owners
    return tuple(Spot(room=r, workstation=n, owner=at >= experts) for at, (r, n) in enumerate(every))


def _apart(rooms: Mapping[str, Sequence[int]], want: Wanted) -> tuple[Spot, ...]:
    """Owner representatives in rooms of their own, those that cost the fewest workstations."""
    sets = (chosen for size in range(1, want.owners + 1) for chosen in combinations(rooms, size))
    sizes = [(sum(len(rooms[room]) for room in chosen), chosen) for chosen in sets]
    enough = sorted(each for each in sizes if each[0] >= want.owners)
    if not enough:
        return ()
    own = enough[0][1]
    seats = [Spot(room=room, workstation=n, owner=True) for room in own for n in rooms[room]][: want.owners]
    others = {room: numbers for room, numbers in rooms.items() if room not in own}
    experts = replace(want, seats=want.seats - want.owners, owners=0)
    return (*seats, *_in_order(others, experts))


def holds_of(session: Session, lot: LotId) -> tuple[SeatHold, ...]:
    """Everything held for a lot, by site, room and number."""
    rows = session.exec(select(SeatHold).where(SeatHold.lot == lot)).all()
    return tuple(sorted(rows, key=lambda row: (row.site, row.room, row.workstation)))


def let_go(session: Session, lot: LotId, sites: Collection[SiteId] | None = None) -> None:
    """Give a lot's seats back: at these sites, or all of them."""
    for row in session.exec(select(SeatHold).where(SeatHold.lot == lot)).all():
        if sites is None or row.site in sites:
            session.delete(row)
