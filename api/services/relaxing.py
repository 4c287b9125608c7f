"""How is the ladder D4 taken? The operator asks for its next step, the approver the pack names signs or does not."""

from collections.abc import Sequence
from dataclasses import replace

from api.actor import Actor
from api.services.matching import demand_panel
from api.services.office import Deed, Dossier, Office, by, by_system, only, open_case, record
from api.services.parties import is_party
from scheduler.errors import Refused
from scheduler.events import RelaxAsked, RelaxDenied, Relaxed, Stuck
from scheduler.exhibits import Request, Snapshot
from scheduler.facts import case_of, numbers
from scheduler.model import LotId, Role
from scheduler.packshape import Does, Pack, Step
from scheduler.phases import APPROVERS
from scheduler.relaxing import amended, next_step, places, step_of
from scheduler.state import Phase, State


def next_of(pack: Pack, request: Request) -> Step:
    """The ladder's next step. Raises Refused("ladder_done"), and Refused("D2") for direct appointment: that is no
    ordinary step but needs the authority's consent (`api.services.appointing`)."""
    force = numbers(pack, case_of(request, Snapshot(leaves=(), controls=())))
    step = next_step(pack.ladder, request, force)
    if step is None:
        raise Refused("ladder_done")
    if step.does is Does.APPOINT:
        raise Refused("D2", step=step.id)
    return step


def ask(office: Office, actor: Actor, lot: LotId, reason: str) -> State:
    """Record `RelaxAsked`: nobody chooses the step. Refused("panel_possible") unless no lawful panel is on record."""
    only(actor, Role.OPERATOR)
    dossier = open_case(office, lot)
    event = RelaxAsked(step=next_of(dossier.pack, dossier.request).id, reason=reason.strip())
    return record(office, lot, dossier.state, [by(actor, event)])


def plea(actor: Actor, pack: Pack, request: Request, rules: Sequence[str], reason: str) -> tuple[Deed, ...]:
    """What a booking without a lawful panel records besides: that there is none, and the first step asked for."""
    step = next_of(pack, request)
    stuck = Stuck(round=1, rules=tuple(rules))
    return by_system(stuck), by(actor, RelaxAsked(step=step.id, reason=reason.strip()))


def sign(office: Office, actor: Actor, lot: LotId, reason: str) -> State:
    """Record `Relaxed` with the amended request; where that is not enough either, `Stuck` again at once."""
    dossier, step = _pending(office, actor, lot)
    request = amended(dossier.request, step)
    exhibit = office.exhibit("request", request)
    event = Relaxed(
        step=step.id, request=exhibit.digest, roles=places(dossier.request, step), reason=reason.strip()
    )
    deeds = [by(actor, event), *_still_stuck(office, dossier, request)]
    return record(office, lot, dossier.state, deeds, exhibits=[exhibit])


def deny(office: Office, actor: Actor, lot: LotId, reason: str) -> State:
    """Record `RelaxDenied`: the lot stays without a panel until another way is found or it is cancelled."""
    dossier, step = _pending(office, actor, lot)
    denied = RelaxDenied(step=step.id, reason=reason.strip())
    return record(office, lot, dossier.state, [by(actor, denied)])


def _pending(office: Office, actor: Actor, lot: LotId) -> tuple[Dossier, Step]:
    """The step that is asked for; nobody but the approver whom the pack names decides."""
    only(actor, *APPROVERS)
    dossier = open_case(office, lot)
    if not is_party(dossier, actor):
        raise Refused("unknown_lot", lot=lot)
    if not dossier.state.asked:
        raise Refused("step_not_asked")
    step = step_of(dossier.pack.ladder, dossier.state.asked)
    only(actor, step.approver)
    if not is_party(dossier, actor):
        raise Refused("unknown_lot", lot=lot)
    return dossier, step


def _still_stuck(office: Office, dossier: Dossier, request: Request) -> tuple[Deed, ...]:
    """Before the first draw the register says at once whether the step was enough; later the next round does."""
    if dossier.state.phase is not Phase.F0 or dossier.state.experts():
        return ()
    try:
        demand_panel(replace(office, pack=dossier.pack), request)
    except Refused as no:
        if no.code != "no_panel":
            raise
        return (by_system(Stuck(round=1, rules=tuple(no.facts["rules"]))),)
    return ()
