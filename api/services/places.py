"""Where do drawn members sit, and how are their names kept? A place by lot, the name sealed to the custodians."""

from collections.abc import Sequence

from api.services.office import Dossier, Office
from api.services.releasing import custody_key
from api.services.seats import holds_of
from api.store.journal import SeatHold
from crypto.stream import Stream
from scheduler.errors import Refused
from scheduler.events import Member, Seated
from scheduler.exhibits import Place, Seating
from scheduler.facts import roles
from scheduler.model import Choice, SiteId
from scheduler.release import EXPERTS


def seated(office: Office, dossier: Dossier, new: Sequence[Choice]) -> tuple[Seated, ...]:
    """The new members with their identities sealed by the pool owner."""
    codes = roles(dossier.request)
    role = {Member(choice.expert): codes.index(choice.speciality) for choice in new}
    public = custody_key(dossier, EXPERTS).public
    return tuple(
        Seated(member=s.member, role=role[s.member], identity=s.identity, commitment=s.commitment)
        for s in office.pool.seal(dossier.state.lot, tuple(role), public)
    )


def seating(office: Office, dossier: Dossier, new: Sequence[Choice], ticket: bytes) -> Seating:
    """A workstation for every new member (with the first ones for owner representatives too), by lot.

    An expert sits at the lot's site in the own city; which workstation is drawn from the same ticket, so that
    nobody can promise a neighbour. Owner representatives sit at the workstations held for them, which are
    experts' once there are no owner representatives (C10). Raises Refused("seats_taken").
    """
    state, request = dossier.state, dossier.request
    city = {site.region[:4]: site.site for site in request.sites}
    region = {leaf.expert.id: leaf.expert.region for leaf in dossier.snapshot.leaves}
    wanted = [(Member(c.expert), city[region[c.expert][:4]]) for c in new]
    host = next(site.site for site in request.sites if site.host)
    placed = dossier.seatplan
    wanted += [(m.member, host) for m in state.current() if m.role is None and m.member not in placed]
    with office.db.reading() as session:
        free = [hold for hold in holds_of(session, state.lot) if _place(hold) not in taken(dossier)]
    stream = Stream(ticket).derive("workstation")
    owners = {m.member for m in state.current() if m.role is None}
    for_owners = [hold for hold in free if hold.owner and owners]
    for_experts = [hold for hold in free if hold not in for_owners]
    return Seating(
        places=tuple(
            _pick(member, site, for_owners if member in owners else for_experts, stream)
            for member, site in wanted
        )
    )


def _pick(member: Member, site: SiteId, free: list[SeatHold], stream: Stream) -> Place:
    here = [hold for hold in free if hold.site == site]
    if not here:
        raise Refused("seats_taken", site=site, wanted=1, free=0)
    hold = here[stream.below(len(here))]
    free.remove(hold)
    return Place(member=member, site=site, room=hold.room, workstation=hold.workstation)


def _place(hold: SeatHold) -> tuple[str, str, int]:
    return hold.site, hold.room, hold.workstation


def taken(dossier: Dossier) -> set[tuple[str, str, int]]:
    """Places of everybody who still sits; a place of somebody who left is free again."""
    sitting = {m.member for m in dossier.state.current()}
    places = [place for who, place in dossier.seatplan.items() if who in sitting]
    return {(p.site, p.room, p.workstation) for p in places}
