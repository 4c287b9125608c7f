"""Which verb stands behind each button of a member's panel page?"""

from dataclasses import dataclass
from enum import StrEnum

from api.actor import Actor
from api.services import reviewing, voiding, voting
from api.services.office import Office, open_case
from scheduler.errors import Refused
from scheduler.events import Matter, Member, Void
from scheduler.model import LotId
from scheduler.state import State


class Tell(StrEnum):
    """What a member tells the panel."""

    ILL = "ill"
    CONFLICT = "conflict"
    TIME = "time"
    DISPUTE = "dispute"
    VOTE = "vote"
    FLAG = "flag"
    REASONS = "reasons"
    WEAK = "weak"
    DONE = "done"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was typed. `about`: a member's place on the panel (from 0), a dispute's digest, or `slot/code`."""

    says: str = ""
    about: str = ""
    yes: bool = True


_MATTERS = {
    Tell.TIME: Matter.TIME,
    Tell.VOTE: Matter.DISPUTE,
    Tell.FLAG: Matter.ABNORMAL,
    Tell.WEAK: Matter.WEAK,
    Tell.DONE: Matter.DONE,
    Tell.REJECT: Matter.REJECT,
}


def tell(office: Office, actor: Actor, lot: LotId, what: Tell, said: Said) -> State:
    """Do it. Raises Refused."""
    if what is Tell.ILL:
        return voiding.leave(office, actor, lot, Void.ILL)
    if what is Tell.CONFLICT:
        return voiding.leave(office, actor, lot, Void.CONFLICT, said.says)
    if what is Tell.REASONS:
        return reviewing.explain(office, actor, lot, said.says)
    if what is Tell.DISPUTE:
        voting.raise_dispute(office, actor, lot, said.says)
        return open_case(office, lot).state
    about = said.about
    if what in (Tell.FLAG, Tell.WEAK):
        about = _member(open_case(office, lot).state, about)
    return voting.vote(office, actor, lot, _MATTERS[what], yes=said.yes, about=about, says=said.says)


def _member(state: State, place: str) -> Member:
    """Members do not learn each other's pseudonyms: a page names them by place."""
    current = state.current()
    if not (place.isascii() and place.isdecimal() and int(place) < len(current)):
        raise Refused("vote_about")
    return current[int(place)].member
