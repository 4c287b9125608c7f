"""Does a drawn member come? Accept, decline, silence, absence, check-in at the gate."""

import base64
from dataclasses import replace
from datetime import timedelta

from api.actor import Actor
from api.services import authorising, standing, vouched
from api.services.office import Dossier, Office, by, only, open_case, record, rehearse
from api.services.promoting import recorded
from crypto.canonical import keyed
from crypto.errors import Broken
from crypto.keys import enrol
from scheduler.deadlines import Deed, Due, due, waits_of
from scheduler.errors import Refused
from scheduler.events import Accepted, CheckedIn, Left, Member, Out
from scheduler.limits import Limit
from scheduler.model import LotId, Role
from scheduler.state import State


def accept(office: Office, actor: Actor, lot: LotId, proof: bytes = b"") -> State:
    """The expert will come. Irrevocable only by illness or absence: later declining is refused at check-in.

    `proof`: the expert's own signature, sealed on the device (scheduler.vouching). Raises what `vouched.taken` does.
    """
    only(actor, Role.EXPERT)
    me = office.me(actor, lot)
    dossier = open_case(office, lot)
    rehearse(dossier, by(actor, Accepted(member=me), me))
    limit = standing.barred(office, dossier, me)
    if limit is not None:
        return _bar(office, dossier, me, limit)
    event = Accepted(member=me, proof=vouched.taken(office, dossier, me, proof))
    return record(office, lot, dossier.state, [by(actor, event, me)])


def _bar(office: Office, dossier: Dossier, member: Member, limit: Limit) -> State:
    """The member is out by the register of today; the next round fills the seat."""
    deeds, exhibits = standing.out(office, member, limit)
    return recorded(office, dossier.state.lot, dossier.state, deeds, exhibits=exhibits)


def decline(office: Office, actor: Actor, lot: LotId, proof: bytes = b"") -> State:
    """The expert will not come; the seat goes to the next round of the same draw. `proof`: as in `accept`."""
    only(actor, Role.EXPERT)
    me, dossier = office.me(actor, lot), open_case(office, lot)
    event = Left(member=me, why=Out.DECLINED)
    rehearse(dossier, by(actor, event, me))
    event = replace(event, proof=vouched.taken(office, dossier, me, proof))
    return recorded(office, lot, dossier.state, [by(actor, event, me)])


def miss(office: Office, actor: Actor, lot: LotId, member: Member, why: Out) -> State:
    """A member did not answer (`silent`) or is not there (`absent`): a due deadline or the site's staff says so."""
    only(actor, Role.SYSTEM, Role.SITE)
    if actor.role is Role.SITE and why is not Out.ABSENT:
        raise Refused("role", role=actor.role.value, why=why.value)
    state = open_case(office, lot).state
    mark = None
    if actor.role is Role.SITE:
        _may_miss(office, actor, state, member)
        mark = gate_mark(office, actor, lot, member)
    return recorded(office, lot, state, [by(actor, Left(member=member, why=why), mark)])


def _may_miss(office: Office, actor: Actor, state: State, member: Member) -> None:
    """A gate speaks for its own site only, and not before the pack's waiting time is over."""
    if site_of(office, state.lot, member) != actor.site:
        raise Refused("not_expected")
    pack = open_case(office, state.lot).pack
    if Due(deed=Deed.ABSENT, member=member) not in due(state, office.now(), waits_of(pack)):
        raise Refused("absent_early", minutes=pack.times.absent_minutes)


def check_in(
    office: Office, actor: Actor, lot: LotId, person: str, key: bytes, certificate: bytes = b""
) -> State:
    """The gate of a site has checked the person's card. `person`: register number, or an owner's login.

    `key` is the public key (32 bytes, Ed25519) the member's device made for this lot's sheets, `certificate` an
    expert's own signature over it, sealed on the device. Somebody who is not expected at this site gets the same
    refusal whoever it is; for the others, see also `vouched.taken`.

    Who may not sit by the register of today (banned since the draw, certificate ended, a tie come to light) is
    out before seeing a page: the state comes back with the member out and the seat open.
    """
    member, dossier = expected(office, actor, lot, person), open_case(office, lot)
    try:
        enrol(key)
    except Broken as fault:
        raise Refused("device_key", fault=str(fault)) from None
    event = CheckedIn(member=member, key=key.hex())
    deed = by(actor, event, gate_mark(office, actor, lot, member))
    rehearse(dossier, deed)
    owner = member in _owners(dossier.state)
    if owner:
        authorising.demand_letter(dossier, member)
    limit = None if owner else standing.barred(office, dossier, member)
    if limit is not None:
        return _bar(office, dossier, member, limit)
    if not owner:
        sealed = vouched.taken(office, dossier, member, certificate)
        deed = replace(deed, event=replace(event, certificate=sealed))
    return record(office, lot, dossier.state, [deed])


def _owners(state: State) -> tuple[Member, ...]:
    return tuple(m.member for m in state.current() if m.role is None)


def expected(office: Office, actor: Actor, lot: LotId, person: str) -> Member:
    """The pseudonym of somebody whom this gate may let in now. Raises Refused("gate_closed"), ("not_expected")."""
    only(actor, Role.SITE)
    dossier = open_case(office, lot)
    opens = dossier.state.starts - timedelta(minutes=dossier.pack.times.checkin_minutes)
    if office.now() < opens:
        raise Refused("gate_closed", opens=opens.isoformat())
    member = office.mark(lot, person)
    sitting = dossier.state.sitting(member)
    if sitting is None or not sitting.sits or site_of(office, lot, member) != actor.site:
        raise Refused("not_expected")
    return member


def gate_mark(office: Office, actor: Actor, lot: LotId, who: Member) -> str:
    """A site's staff as the journal writes it: another mark for every member who passes, so that a published
    journal tells neither at which site a pseudonym sat nor who sat together."""
    mark = keyed(office.keys.data, "yuanping/gate/v1", lot.encode("utf-8"), f"{actor.id}/{who}".encode())
    return "G-" + base64.b32encode(mark).decode("ascii")[:16]


def at_site(dossier: Dossier, actor: Actor) -> None:
    """Raises Refused("unknown_lot") unless the lot has workstations at the actor's own site."""
    if not actor.site or actor.site not in [each.site for each in dossier.request.sites]:
        raise Refused("unknown_lot", lot=dossier.state.lot)


def site_of(office: Office, lot: LotId, member: Member) -> str:
    """The site where a member sits; empty before the member has a place."""
    place = open_case(office, lot).seatplan.get(member)
    return place.site if place else ""
