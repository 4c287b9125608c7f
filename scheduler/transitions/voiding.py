"""How members and sheets that cannot count change a case."""

from scheduler.errors import Refused
from scheduler.events import Out, Returned, Void, Voided
from scheduler.events.voiding import Correction
from scheduler.model import Role
from scheduler.release import SCORES
from scheduler.state import Entry, State
from scheduler.transitions.demands import Moves, change, demand, key_is_open, own

_SAYS = {  # who may say that a member is out, and why; nobody else may change a panel (条例 46)
    Void.ILL: (Role.EXPERT, Role.SITE),
    Void.CONFLICT: (Role.EXPERT, Role.SUPERVISOR),
    Void.DISCIPLINE: (Role.SUPERVISOR,),
}


def _voided(state: State, entry: Entry, event: Voided) -> State:
    own(entry, event.member)
    demand(entry.role in _SAYS[event.why], "role", why=event.why)
    demand((event.finding is not None) == (event.why is not Void.ILL), "finding_missing")
    demand(state.round_under_way() is None, "round_under_way")
    sitting = state.sitting(event.member)
    if sitting is None or not sitting.sits:
        raise Refused("not_a_member")
    demand(sitting.role is not None, "owner_stays")
    demand(bool(sitting.key), "not_checked_in")
    return change(state, event.member, out=Out.VOIDED)


def _returned(state: State, entry: Entry, event: Returned) -> State:
    demand(key_is_open(state, SCORES) and state.totals is None, "scores_sealed")
    demand(event.code in (Correction.SUMMING, Correction.RANGE, Correction.OBJECTIVE), "correction_other")
    sitting = state.sitting(event.member)
    demand(sitting is not None and sitting.returned is None, "returned_twice")
    asked = sitting.asked if sitting else ()
    # Asked once, a member who stands by an objective item is not asked again; the panel may still vote.
    demand(event.code is not Correction.OBJECTIVE or event.code not in asked, "returned_twice")
    return change(state, event.member, returned=event.code, asked=(*asked, event.code))


MOVES: Moves = {
    Voided: _voided,
    Returned: _returned,
}
