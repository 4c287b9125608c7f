"""May an evaluation end later? When the members ask for it or a fault took the time, and their seats are free."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from api.actor import Actor
from api.services.office import Office, by, only, open_case, record, rehearse
from api.services.places import taken
from api.services.seats import held, holds_of
from api.store.tables import SiteRow
from scheduler.errors import Refused
from scheduler.events import Extended
from scheduler.model import LotId, Role, SiteId
from scheduler.state import State

Seat = tuple[str, str, int]  # site, room, workstation


def extend(office: Office, actor: Actor, lot: LotId, ends: datetime) -> State:
    """Record `Extended` and hold the members' workstations longer.

    Raises Refused("extend_unasked") when nobody asked, Refused("seats_next") with the site when another lot has a
    member's workstation then.
    """
    only(actor, Role.OPERATOR)
    dossier = open_case(office, lot)
    deed = by(actor, Extended(ends=ends.isoformat()))
    rehearse(dossier, deed)
    until = ends + timedelta(minutes=dossier.pack.times.buffer_minutes)
    seats = taken(dossier)
    return record(
        office, lot, dossier.state, [deed], rows=lambda session: prolong(session, lot, seats, until)
    )


def prolong(session: Session, lot: LotId, seats: set[Seat], until: datetime) -> None:
    """Hold a lot's workstations until later: those where members sit, and the spare ones that are free."""
    mine = holds_of(session, lot)
    sites = sorted({hold.site for hold in mine})
    locked = select(SiteRow).where(col(SiteRow.id).in_(sites)).order_by(col(SiteRow.id)).with_for_update()
    session.exec(locked).all()
    others = {
        (h.site, h.room, h.workstation): h.starts
        for site in sites
        for h in held(session, SiteId(site), min(m.ends for m in mine), until)
        if h.lot != lot
    }
    for hold in mine:
        seat = hold.site, hold.room, hold.workstation
        if seat not in others:
            hold.ends = max(hold.ends, until)
            session.add(hold)
        elif seat in seats:
            raise Refused("seats_next", site=hold.site, since=others[seat].isoformat())
