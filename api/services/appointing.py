"""How is a seat filled without a lottery (D2)? With the authority's approval on file, by the tenderee, in public.

招标投标法实施条例 47: only where a project is technically complex, highly specialised or under special demands of
the state, so that drawn experts could hardly cope. It is no step of the ladder and cures no small pool by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from api.actor import Actor
from api.services import delivering, standing
from api.services.drawing import round_case
from api.services.office import Dossier, Office, by, only, open_case, record, rehearse
from api.services.parties import is_party
from api.services.places import seated, seating
from scheduler.appointing import approver_of, demand_fit
from scheduler.errors import Refused
from scheduler.events import Appointed, AppointmentApproved, Member, Seated
from scheduler.exhibits import Approval, Ground
from scheduler.facts import numbers, roles
from scheduler.limits import fits
from scheduler.model import Choice, ExpertId, LotId, Role, SpecialityCode
from scheduler.rules import limits
from scheduler.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the authority's paper says: ground in law, who approved, under which number (文号)."""

    ground: str  # of Ground
    authority: str
    reference: str


def approve(office: Office, actor: Actor, lot: LotId, consent: Consent, seats: Sequence[int]) -> State:
    """Record `AppointmentApproved` for so many seats per role, in the order of the request.

    Raises Refused("appoint_not_allowed") where the pack knows no direct appointment, Refused("appoint_ground"),
    Refused("appoint_reference"), Refused("appoint_seats").
    """
    dossier = open_case(office, lot)
    only(actor, approver_of(dossier.pack))
    if not is_party(dossier, actor):
        raise Refused("unknown_lot", lot=lot)
    if consent.ground not in set(Ground):
        raise Refused("appoint_ground")
    if not consent.reference.strip() or not consent.authority.strip():
        raise Refused("appoint_reference")
    body = Approval(
        ground=Ground(consent.ground),
        authority=consent.authority.strip(),
        reference=consent.reference.strip(),
    )
    exhibit = office.exhibit("approval", body)
    event = AppointmentApproved(approval=exhibit.digest, seats=tuple(seats))
    return record(office, lot, dossier.state, [by(actor, event)], exhibits=[exhibit])


def appoint(office: Office, actor: Actor, lot: LotId, number: str, role: SpecialityCode) -> State:
    """Record `Appointed`: the expert of this register number takes a seat of this speciality.

    The person is of the frozen pool, and every rule holds as for the drawn: Refused("appoint_pool"),
    Refused("appoint_unfit") with the rule, and later the answer, the re-check and the gate.
    """
    only(actor, Role.TENDEREE)
    dossier = open_case(office, lot)
    if not is_party(dossier, actor):
        raise Refused("unknown_lot", lot=lot)
    choice = _choice(office, dossier, number, role)
    _rehearsed(dossier, actor, choice)
    case = round_case(dossier)
    demand_fit(case, limits(case, numbers(dossier.pack, case)), choice)
    if (barred := standing.barred(office, dossier, Member(choice.expert))) is not None:
        raise Refused("appoint_unfit", rule=barred.rule)
    places = office.exhibit("seating", seating(office, dossier, [choice], office.entropy(32)))
    event = Appointed(members=seated(office, dossier, [choice]), seating=places.digest)
    there = delivering.at_once(office, lot, [m.member for m in event.members], 0)
    return record(office, lot, dossier.state, [by(actor, event), *there], exhibits=[places])


def _choice(office: Office, dossier: Dossier, number: str, role: SpecialityCode) -> Choice:
    if dossier.state.pool is None:
        raise Refused("pool_missing")
    who = ExpertId(office.mark(dossier.state.lot, number))
    found = next((leaf.expert for leaf in dossier.snapshot.leaves if leaf.expert.id == who), None)
    if found is None or role not in roles(dossier.request) or not fits(found, role):
        raise Refused("appoint_pool")
    return Choice(expert=who, speciality=role)


def _rehearsed(dossier: Dossier, actor: Actor, choice: Choice) -> None:
    """What the history refuses comes before what the rules say of a person."""
    place = roles(dossier.request).index(choice.speciality)
    head = dossier.state.head
    member = Member(choice.expert)
    empty = Seated(member=member, role=place, identity="", commitment=head)
    rehearse(dossier, by(actor, Appointed(members=(empty,), seating=head)))
