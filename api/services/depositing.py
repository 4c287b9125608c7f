"""Who still owes seeds for a draw, and how does a party deposit its own?

The seeds are made on the centre's server for now, as `api.services.keys` deals the keys; a party's own
device replaces `deposits` behind the same event.
"""

from api.actor import Actor
from api.services import drawing
from api.services.office import Dossier, Office, only, open_case
from api.services.releasing import custody_key
from api.services.siting import site_deposit
from crypto.envelope import seal
from scheduler.errors import Refused
from scheduler.model import LotId, Role
from scheduler.places import deposit_context
from scheduler.release import seeds
from scheduler.state import Phase, State


def deposits(office: Office, lot: LotId, party: str) -> list[bytes]:
    """One fresh seed per round without one from this party, sealed to that round's key."""
    dossier = open_case(office, lot)
    state, sealed = dossier.state, []
    for number in range(state.pledged(party) + 1, state.rounds_allowed + 1):
        public = custody_key(dossier, seeds(number)).public
        seed = office.entropy(32).hex()
        sealed.append(seal(public, seed, deposit_context(lot, party, number), office.entropy(32)).envelope)
    return sealed


def deposit(office: Office, actor: Actor, lot: LotId) -> State:
    """Record `SeedPledged` for the actor's party. A tenderee's is refused for a lot of somebody else's as if
    there were no such lot."""
    only(actor, *drawing.PARTIES)
    if not is_party(open_case(office, lot), actor):
        raise Refused("unknown_lot", lot=lot)
    party = actor.role.value
    return drawing.pledge(office, actor, lot, deposits(office, lot, party), site_deposit(office, lot, party))


def is_party(dossier: Dossier, actor: Actor) -> bool:
    """Whether the lot concerns the actor: centre and supervisor every lot, a tenderee the own ones only."""
    if actor.role is not Role.TENDEREE:
        return True
    if not actor.organisation:
        return False
    tags = dossier.office.tags(dossier.state.lot, (actor.organisation,))
    return tags[actor.organisation] == dossier.request.tenderee


def missing(state: State) -> tuple[Role, ...]:
    """The parties whose seeds are awaited, in the pack's order: nobody's before there are keys, and after the
    first draw only those for more rounds."""
    if state.phase not in (Phase.F0, Phase.F1, Phase.F2, Phase.F3) or not state.keys:
        return ()
    if state.phase is not Phase.F0 and not state.extended:
        return ()
    return tuple(Role(p) for p in state.parties if state.pledged(p) < state.rounds_allowed)
