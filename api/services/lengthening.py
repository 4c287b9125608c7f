"""How does a draw get more rounds than the pack gives? The supervisor signs with a reason; keys and seeds are fresh.

Seeds for these rounds are pledged anew by every party, sealed to keys that did not exist before, so nobody can
have chosen them beforehand, and nobody knows those of the others when choosing.
"""

from api.actor import Actor
from api.services.keys import more_keys
from api.services.office import Office, by, by_system, only, open_case, record, rehearse
from scheduler.events import RoundsExtended
from scheduler.model import LotId, Role
from scheduler.state import Phase, State


def wanted(state: State) -> bool:
    """Whether seats are open and the rounds used up."""
    drawing = state.phase in (Phase.F1, Phase.F2, Phase.F3) and state.round_under_way() is None
    return drawing and sum(state.open_seats()) > 0 and state.rounds_left == 0


def extend(office: Office, actor: Actor, lot: LotId, rounds: int, reason: str) -> State:
    """Record `RoundsExtended` and `KeysAdded`. Raises Refused("rounds_left") while the pack's rounds last.

    Where custodians run agents and no key is ready, the ceremonies are posted and Refused("keys_not_ready") says
    so: the supervisor comes again.
    """
    only(actor, Role.SUPERVISOR)
    dossier = open_case(office, lot)
    deed = by(actor, RoundsExtended(rounds=rounds, reason=reason.strip()))
    rehearse(dossier, deed)
    first = dossier.state.rounds_allowed + 1
    keys = more_keys(dossier.ruled, lot, range(first, first + rounds), dossier.state.threshold)
    return record(
        office,
        lot,
        dossier.state,
        [deed, by_system(keys.event)],
        exhibits=keys.exhibits,
        rows=keys.rows,
    )
