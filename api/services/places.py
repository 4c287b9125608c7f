"""Where do drawn members sit, and how are their names kept? A place by lot, the name sealed to the custodians."""

from collections.abc import Sequence

from api.services import names
from api.services.office import Dossier, Office
from api.services.releasing import custody_key
from api.services.seats import holds_of
from api.store import registers
from api.store.journal import SeatHold
from crypto.envelope import seal
from crypto.stream import Stream
from scheduler.errors import Refused
from scheduler.events import Digest, Member, Seated
from scheduler.exhibits import Place, Seating
from scheduler.facts import roles
from scheduler.model import Choice, SiteId
from scheduler.places import expert_context
from scheduler.release import EXPERTS


def seated(office: Office, dossier: Dossier, new: Sequence[Choice]) -> tuple[Seated, ...]:
    """The new members with their identities sealed; the register is read here and nowhere else in a draw."""
    lot, codes = dossier.state.lot, roles(dossier.request)
    public = custody_key(dossier, EXPERTS).public
    with office.db.reading() as session:
        drawn = {choice.expert for choice in new}
        marks = {names.pseudonym(office.keys.pool, lot, n): n for n in registers.numbers(session)}
        numbers = {marks[mark]: mark for mark in drawn}
        people = {
            numbers[e.expert]: e for e in registers.experts(session, office.keys.personal, tuple(numbers))
        }
    found = []
    for choice in new:
        who = people[choice.expert]
        value = {"name": who.name, "number": who.expert, "pseudonym": choice.expert}
        sealed = seal(public, value, expert_context(lot, Member(choice.expert)), office.entropy(32))
        found.append(
            Seated(
                member=Member(choice.expert),
                role=codes.index(choice.speciality),
                identity=sealed.envelope.hex(),
                commitment=Digest(sealed.commitment.hex()),
            )
        )
    return tuple(found)


def seating(office: Office, dossier: Dossier, new: Sequence[Choice], ticket: bytes) -> Seating:
    """A workstation for every new member (in the first round for owner representatives too), by lot.

    An expert sits at the lot's site in the own city; which workstation is drawn from the same ticket, so that
    nobody can promise a neighbour. Raises Refused("L7") when a site has none left.
    """
    state, request = dossier.state, dossier.request
    city = {site.region[:4]: site.site for site in request.sites}
    region = {leaf.expert.id: leaf.expert.region for leaf in dossier.snapshot.leaves}
    wanted = [(Member(c.expert), city[region[c.expert][:4]]) for c in new]
    if len(state.rounds) == 1:
        host = next(site.site for site in request.sites if site.host)
        wanted += [(m.member, host) for m in state.current() if m.role is None]
    with office.db.reading() as session:
        free = [hold for hold in holds_of(session, state.lot) if _place(hold) not in taken(dossier)]
    stream = Stream(ticket).derive("workstation")
    return Seating(places=tuple(_pick(member, site, free, stream) for member, site in wanted))


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
    drawn = [r.seating for r in dossier.state.rounds if r.seating is not None]
    places = [place for digest in drawn for place in dossier.body(digest, Seating).places]
    return {(p.site, p.room, p.workstation) for p in places if p.member in sitting}
