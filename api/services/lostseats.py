"""Which workstations of a drawn lot are lost, who sat there, and who of them has not come yet?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from api.services.closing_sites import Cut, cuts
from api.services.office import Dossier
from api.services.rooms import stations
from api.services.seats import held, holds_of
from api.store.journal import SeatHold
from scheduler.events import Member
from scheduler.exhibits import Place
from scheduler.model import SiteId
from scheduler.state import Sitting

Seat = tuple[str, str, int]  # site, room, workstation


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The lot's workstations by seat (True: for an owner representative), those of them that are lost and since when,
    where everybody sits who still does, and the window they are held for, buffers included."""

    held: Mapping[Seat, bool]
    lost: frozenset[Seat]
    since: datetime
    plan: Mapping[Member, Place]
    sitting: Mapping[Member, Sitting]
    window: tuple[datetime, datetime]

    @property
    def owners_come(self) -> bool:
        """Whether owner representatives have seats of their own; not where experts took them (C10)."""
        return any(member.role is None for member in self.sitting.values())

    def lost_sites(self) -> tuple[SiteId, ...]:
        """Sites with a lost workstation, in order."""
        return tuple(sorted({SiteId(site) for site, _, _ in self.lost}))

    def at(self, site: SiteId) -> tuple[Member, ...]:
        """Who sits at a site."""
        return tuple(who for who, place in self.plan.items() if place.site == site)

    def hurt(self, site: SiteId) -> tuple[Member, ...]:
        """Who sits at a lost workstation of a site."""
        return tuple(who for who in self.at(site) if seat_of(self.plan[who]) in self.lost)

    def idle(self, site: SiteId) -> dict[Seat, bool]:
        """The lot's workstations there that are neither lost nor anybody's."""
        taken = {seat_of(place) for place in self.plan.values()}
        return {
            seat: owner
            for seat, owner in self.held.items()
            if seat[0] == site and seat not in self.lost and seat not in taken
        }


def seat_of(place: Place) -> Seat:
    """The workstation of a place."""
    return place.site, place.room, place.workstation


def look(session: Session, dossier: Dossier, now: datetime) -> Look:
    """What is lost now: closed, taken by an evaluation that runs over, or with a device that does not work."""
    rows = holds_of(session, dossier.state.lot)
    shut = [cut for _, cut, _ in cuts(session, now)]
    working = stations(session)
    lost = {
        _seat(row) for row in rows if (row.room, row.workstation) not in working.get(SiteId(row.site), ())
    }
    lost |= {_seat(row) for row in rows if any(cut.hits(row) for cut in shut) or _sat_on(session, row)}
    sitting = {m.member: m for m in dossier.state.current()}
    plan = {who: place for who, place in dossier.seatplan.items() if who in sitting}
    return Look(
        held={_seat(row): row.owner for row in rows},
        lost=frozenset(lost),
        since=_since(rows, shut, now),
        plan=plan,
        sitting=sitting,
        window=(min((r.starts for r in rows), default=now), max((r.ends for r in rows), default=now)),
    )


def _since(rows: Sequence[SeatHold], shut: Sequence[Cut], now: datetime) -> datetime:
    told = [cut.since for cut in shut for row in rows if cut.since is not None and cut.hits(row)]
    return min(told, default=now)


def _seat(row: SeatHold) -> Seat:
    return row.site, row.room, row.workstation


def _sat_on(session: Session, row: SeatHold) -> bool:
    """Whether another lot that came first still has the workstation."""
    mine = row.starts, row.id or 0
    return any(
        _seat(other) == _seat(row) and other.lot != row.lot and (other.starts, other.id or 0) < mine
        for other in held(session, SiteId(row.site), row.starts, row.ends)
    )
