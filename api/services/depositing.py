"""Who still owes seeds for a draw, and how does the centre take what a party's own device has sealed?

No seed is made here, and none passes here in clear: the centre sees envelopes that only the custodians open.
"""

from api.actor import Actor
from api.services import drawing
from api.services.office import Dossier, Office, only, open_case
from api.services.parties import is_party
from scheduler.deposit import PARTIES, owed, read
from scheduler.errors import Refused
from scheduler.exhibits import Ceremonies
from scheduler.model import LotId, Role
from scheduler.state import Phase, State
from scheduler.wanted import written


def deposit(office: Office, actor: Actor, lot: LotId, data: bytes) -> State:
    """Record `SeedPledged` for the actor's party from a deposit's file, as page and command write it. A tenderee's
    is refused for a lot of somebody else's as if there were no such lot."""
    dossier = _own(office, actor, lot)
    wanted = owed(dossier.state, actor.role.value)
    if not wanted.keys:
        return drawing.pledge(office, actor, lot, ())  # the history says why
    return drawing.pledge(office, actor, lot, read(data, wanted))


def request_file(office: Office, actor: Actor, lot: LotId) -> bytes:
    """What `yuanping deposit` needs on a party's own machine: the keys to seal to, and the records of the ceremonies
    that made them, so that nobody can slip in a key of one's own. Raises as `deposit`."""
    dossier = _own(office, actor, lot)
    wanted, state = owed(dossier.state, actor.role.value), dossier.state
    told = (*((state.ceremonies,) if state.ceremonies else ()), *state.more_ceremonies)
    records = [record for each in told for record in dossier.body(each, Ceremonies).records]
    return written(wanted, records)


def _own(office: Office, actor: Actor, lot: LotId) -> Dossier:
    only(actor, *PARTIES)
    dossier = open_case(office, lot)
    if not is_party(dossier, actor):
        raise Refused("unknown_lot", lot=lot)
    return dossier


def missing(state: State) -> tuple[Role, ...]:
    """The parties whose seeds are awaited, in the pack's order: nobody's before there are keys, and after the
    first draw only those for more rounds."""
    if state.phase not in (Phase.F0, Phase.F1, Phase.F2, Phase.F3) or not state.keys:
        return ()
    if state.phase is not Phase.F0 and not state.extended:
        return ()
    return tuple(Role(p) for p in state.parties if state.pledged(p) < state.rounds_allowed)
