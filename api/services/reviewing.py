"""How is abnormal scoring reviewed between totals and reveal? Figures, reasons, and the end of the review."""

from api.actor import SYSTEM, Actor
from api.services.closing import opened_sheets, score_key
from api.services.office import Dossier, Office, by, only, open_case, record
from api.services.scoring import me
from api.services.voting import statement
from scheduler.errors import Refused
from scheduler.events import Explained, Reviewed
from scheduler.exhibits import Exhibit, Totals
from scheduler.model import LotId, Role
from scheduler.outliers import Deviation, deviations
from scheduler.reviewing import replaced, review
from scheduler.state import State
from scheduler.tally import tally


def figures(dossier: Dossier) -> tuple[Deviation, ...]:
    """How far every member's sums are from the others' mean; nothing outside a review. Bidders stay sealed."""
    state = dossier.state
    if state.review is None or state.reviewed is not None:
        return ()
    return deviations(opened_sheets(dossier, score_key(dossier)), dossier.request.criteria)


def explain(office: Office, actor: Actor, lot: LotId, says: str) -> State:
    """Record `Explained`: the member's written reasons; none in `says` means that reasons are refused."""
    only(actor, Role.EXPERT, Role.OWNER)
    member = me(office, actor, lot)
    exhibits = statement(office, says)
    event = Explained(member=member, reasons=exhibits[0].digest if exhibits else None)
    return record(office, lot, open_case(office, lot).state, [by(actor, event, member)], exhibits=exhibits)


def finish(office: Office, lot: LotId) -> State:
    """Record `Reviewed`. Raises Refused("review_open") before its time."""
    dossier = open_case(office, lot)
    state = dossier.state
    gave = replaced(state)
    if not gave:
        if state.totals is None:
            raise Refused("scores_sealed")
        return record(office, lot, state, [by(SYSTEM, Reviewed(replaced=(), totals=state.totals))])
    readings = opened_sheets(dossier, score_key(dossier))
    sums = tally(readings, len(state.slots), frozenset(gave))
    totals: Exhibit = office.exhibit("totals", Totals(totals=sums))
    told = office.exhibit("review", review(state, readings, gave))
    event = Reviewed(replaced=tuple(gave), totals=totals.digest, record=told.digest)
    return record(office, lot, state, [by(SYSTEM, event)], exhibits=[totals, told])
