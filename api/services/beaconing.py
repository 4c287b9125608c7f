"""How does a beacon's pulse come into a draw, and what if none does? Nobody is believed but its signature."""

from api.actor import Actor
from api.services.office import Dossier, Office, by, only, open_case, record
from crypto.errors import CryptoError
from scheduler.beacon import due_at, first_after
from scheduler.errors import Refused
from scheduler.events import PulseMissed
from scheduler.model import LotId, Role
from scheduler.pulse import read
from scheduler.state import State


def bring(office: Office, actor: Actor, lot: LotId) -> Dossier:
    """Fetch and record the pulse that the round under way waits for. Raises Refused("pulse_awaited") while there is
    none: the clock tries again, somebody brings it in a file, or the supervisor signs that it did not come."""
    state = open_case(office, lot).state
    under_way, beacon = state.round_under_way(), state.beacon
    pulse = under_way.awaits if under_way else None
    if beacon is None or pulse is None:
        raise Refused("pulse_unasked")
    due = due_at(beacon, pulse)
    data = office.pulses(pulse) if office.pulses and office.now() >= due else None
    if data is None:
        raise Refused("pulse_awaited", pulse=pulse, until=due.isoformat())
    take(office, actor, lot, data)
    return open_case(office, lot)


def take(office: Office, actor: Actor, lot: LotId, data: bytes) -> State:
    """Record `PulseTaken` from a pulse's file. Raises Refused("pulse_broken") unless the named beacon signed it."""
    only(actor, Role.OPERATOR, Role.SYSTEM)
    state = open_case(office, lot).state
    under_way = state.round_under_way()
    if state.beacon is None or under_way is None or under_way.awaits is None:
        raise Refused("pulse_unasked")
    try:
        event = read(data, state.beacon, under_way.number)
    except CryptoError as fault:
        raise Refused("pulse_broken", fault=str(fault)) from None
    return record(office, lot, state, [by(actor, event)])


def miss(office: Office, actor: Actor, lot: LotId, reason: str) -> State:
    """Record `PulseMissed`: a later pulse is named, or none where the pack says that the seeds alone decide then.

    Raises Refused("pulse_awaited") before the pack's waiting time is over.
    """
    only(actor, Role.SUPERVISOR)
    state = open_case(office, lot).state
    under_way, beacon = state.round_under_way(), state.beacon
    if beacon is None or under_way is None or under_way.awaits is None:
        raise Refused("pulse_unasked")
    later = None if beacon.without else first_after(beacon, office.now())
    event = PulseMissed(round=under_way.number, later=later, reason=reason.strip())
    return record(office, lot, state, [by(actor, event)])
