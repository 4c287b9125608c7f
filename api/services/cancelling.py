"""How does an evaluation end without a result? With a reason, its seats given back, and nothing erased."""

from api.actor import Actor
from api.services import decoys
from api.services.office import Office, by, by_system, only, open_case, record
from api.services.seats import let_go
from scheduler.events import Cancelled
from scheduler.model import LotId, Role
from scheduler.state import State


def cancel(office: Office, actor: Actor, lot: LotId, reason: str, *, unlawful: bool = False) -> State:
    """Record `Cancelled` and free the workstations. Raises Refused("reason_missing") for an empty reason.

    `unlawful`: the panel was unlawfully formed, so that its members are out of the next attempt.
    """
    only(actor, Role.OPERATOR)
    state = open_case(office, lot).state
    lots = decoys.kept_for(office, state)
    event = Cancelled(reason=reason.strip(), unlawful=unlawful)
    return record(
        office,
        lot,
        state,
        [*map(by_system, decoys.told(lots)), by(actor, event)],
        rows=lambda session: let_go(session, lot),
        beside=lambda session, after: decoys.tell(office, session, lots, after),
    )
