"""What happens when something fails? Everything stands still, and a clock runs."""

from api.actor import SYSTEM, Actor
from api.services.attending import at_site, gate_mark
from api.services.office import Dossier, Office, by, only, open_case, record
from api.services.parties import is_party
from scheduler.errors import Refused
from scheduler.events import Cause, Decided, Interrupted, Lapsed, Member, Resumed
from scheduler.faults import cure_by
from scheduler.model import LotId, Role
from scheduler.state import State


def interrupt(office: Office, actor: Actor, lot: LotId, cause: Cause, reason: str) -> State:
    """Record `Interrupted` with the moment by which the fault must be cured; a site speaks for its own lots."""
    only(actor, Role.OPERATOR, Role.SITE)
    dossier = open_case(office, lot)
    mark = _mark(dossier, actor)
    until = cure_by(dossier.state.phase, dossier.state.starts, office.now(), dossier.pack.times)
    event = Interrupted(cause=cause, reason=reason.strip(), until=until.isoformat())
    return record(office, lot, dossier.state, [by(actor, event, mark)])


def _mark(dossier: Dossier, actor: Actor) -> str | None:
    """How the journal names the actor: of a site's staff no more than that it was a gate (see `gate_mark`)."""
    if actor.role is not Role.SITE:
        return None
    at_site(dossier, actor)
    return gate_mark(dossier.office, actor, dossier.state.lot, Member(""))


def resume(office: Office, actor: Actor, lot: LotId) -> State:
    """Record `Resumed`. Raises Refused("fault_too_long") when the pack's time is over and nobody decided to wait."""
    only(actor, Role.OPERATOR, Role.SITE)
    dossier = open_case(office, lot)
    return record(office, lot, dossier.state, [by(actor, Resumed(), _mark(dossier, actor))])


def decide(office: Office, actor: Actor, lot: LotId, *, go_on: bool) -> State:
    """Record the tenderee's `Decided` about a fault before the start."""
    only(actor, Role.TENDEREE)
    dossier = open_case(office, lot)
    if not is_party(dossier, actor):
        raise Refused("unknown_lot", lot=lot)
    return record(office, lot, dossier.state, [by(actor, Decided(go_on=go_on))])


def lapse(office: Office, lot: LotId) -> State:
    """Record `Lapsed`: the clock's notice that a fault was not cured in time."""
    return record(office, lot, open_case(office, lot).state, [by(SYSTEM, Lapsed())])
