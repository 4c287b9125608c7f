"""Who is out after check-in? Illness, or a ground to recuse that comes to light; the next round fills the seat."""

from dataclasses import replace

from api.actor import Actor
from api.services.attending import gate_mark, site_of
from api.services.office import Office, by, only, open_case
from api.services.promoting import recorded
from api.services.scoring import me
from scheduler.errors import Refused
from scheduler.events import Member, Void, Voided
from scheduler.exhibits import Finding
from scheduler.model import LotId, Role
from scheduler.state import State


def leave(office: Office, actor: Actor, lot: LotId, why: Void, says: str = "") -> State:
    """The member itself: ill, or knows now of a ground to recuse, told in `says`."""
    only(actor, Role.EXPERT)
    member = me(office, actor, lot)
    finding = None if why is Void.ILL else Finding(says=_told(says))
    return _record(office, actor, lot, Voided(member=member, why=why), finding, name=member)


def report_ill(office: Office, actor: Actor, lot: LotId, member: Member) -> State:
    """The staff of the member's own site: fallen ill there."""
    only(actor, Role.SITE)
    if site_of(office, lot, member) != actor.site:
        raise Refused("not_expected")
    mark = gate_mark(office, actor, lot, member)
    return _record(office, actor, lot, Voided(member=member, why=Void.ILL), None, name=mark)


def exclude(office: Office, actor: Actor, lot: LotId, member: Member, why: Void, finding: Finding) -> State:
    """The supervisor: a conflict somebody has hidden, or a breach of discipline, with the evidence."""
    only(actor, Role.SUPERVISOR)
    _told(finding.says)
    return _record(office, actor, lot, Voided(member=member, why=why), finding)


def _told(says: str) -> str:
    if not says.strip():
        raise Refused("reason_missing")
    return says.strip()


def _record(
    office: Office, actor: Actor, lot: LotId, event: Voided, finding: Finding | None, name: str | None = None
) -> State:
    state = open_case(office, lot).state
    if finding is None:
        return recorded(office, lot, state, [by(actor, event, name)])
    exhibit = office.exhibit("finding", finding)
    event = replace(event, finding=exhibit.digest)
    return recorded(office, lot, state, [by(actor, event, name)], exhibits=[exhibit])
