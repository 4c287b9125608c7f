"""Who chairs the panel (C11)? Elected by the members present, or named by the tenderee where the pack lets it.

The law names no moment by which there must be a chair and ties no score to one, so nothing waits for it; the report
says who it was.
"""

from api.actor import Actor
from api.services.office import Dossier, Office, by, by_system, only, open_case, record
from api.services.parties import is_party
from api.services.scoring import me
from scheduler.chairing import C11, demand_chair
from scheduler.errors import Refused
from scheduler.events import Chaired, ChairVoted, Member
from scheduler.exhibits import Snapshot
from scheduler.facts import case_of, numbers
from scheduler.limits import Numbers
from scheduler.model import LotId, Role
from scheduler.state import State


def ballot(dossier: Dossier) -> tuple[Member, ...]:
    """Whom one may vote for now; empty once there is a chair."""
    state, force = dossier.state, _force(dossier)
    if state.chairing() is not None:
        return ()
    present = [m for m in state.current() if m.key]
    return tuple(sorted(m.member for m in present if _allowed(force, owner=m.role is None)))


def to_name(dossier: Dossier) -> tuple[Member, ...]:
    """Whom the tenderee may name now; nobody where the pack leaves it to the members."""
    force = _force(dossier)
    named = C11 not in force or force[C11]["named"]
    return ballot(dossier) if named else ()


def vote(office: Office, actor: Actor, lot: LotId, choice: Member) -> State:
    """Record `ChairVoted`, and `Chaired` with it when more than half of the whole panel are for one member."""
    only(actor, Role.EXPERT, Role.OWNER)
    dossier, member = open_case(office, lot), me(office, actor, lot)
    _demand(dossier, choice, named=False)
    event = ChairVoted(member=member, choice=choice)
    after = record(office, lot, dossier.state, [by(actor, event, member)])
    elected = after.elected()
    return after if elected is None else record(office, lot, after, [by_system(Chaired(chair=elected))])


def name(office: Office, actor: Actor, lot: LotId, choice: Member) -> State:
    """Record `Chaired` by the tenderee. Raises Refused("C11") where the pack leaves it to the members."""
    only(actor, Role.TENDEREE)
    dossier = open_case(office, lot)
    if not is_party(dossier, actor):
        raise Refused("unknown_lot", lot=lot)
    _demand(dossier, choice, named=True)
    return record(office, lot, dossier.state, [by(actor, Chaired(chair=choice, named=True))])


def _demand(dossier: Dossier, choice: Member, *, named: bool) -> None:
    sitting = dossier.state.sitting(choice)
    if sitting is not None:
        demand_chair(_force(dossier), owner=sitting.role is None, named=named)


def _allowed(force: Numbers, *, owner: bool) -> bool:
    try:
        demand_chair(force, owner=owner, named=False)
    except Refused:
        return False
    return True


def _force(dossier: Dossier) -> Numbers:
    return numbers(dossier.pack, case_of(dossier.request, Snapshot(leaves=(), controls=())))
