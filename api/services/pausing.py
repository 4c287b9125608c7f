"""What happens when something fails? Everything stands still, and a clock runs."""

from api.actor import SYSTEM, Actor
from api.services.depositing import is_party
from api.services.office import Office, by, only, open_case, record
from scheduler.errors import Refused
from scheduler.events import Cause, Decided, Interrupted, Lapsed, Resumed
from scheduler.faults import cure_by
from scheduler.model import LotId, Role
from scheduler.state import State


def interrupt(office: Office, actor: Actor, lot: LotId, cause: Cause, reason: str) -> State:
    """Record `Interrupted` with the moment by which the fault must be cured."""
    only(actor, Role.OPERATOR, Role.SITE)
    dossier = open_case(office, lot)
    until = cure_by(dossier.state.phase, dossier.state.starts, office.now(), dossier.pack.times)
    event = Interrupted(cause=cause, reason=reason.strip(), until=until.isoformat())
    return record(office, lot, dossier.state, [by(actor, event)])


def resume(office: Office, actor: Actor, lot: LotId) -> State:
    """Record `Resumed`. Raises Refused("fault_too_long") when the pack's time is over and nobody decided to wait."""
    only(actor, Role.OPERATOR, Role.SITE)
    return record(office, lot, open_case(office, lot).state, [by(actor, Resumed())])


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
