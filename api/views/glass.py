"""Where does a break-glass order of a lot stand, and what may the supervisor do next?"""

from dataclasses import dataclass
from enum import StrEnum

from api.services.office import Dossier
from api.views.gate import shows
from scheduler.exhibits import GlassOpening, GlassOrder
from scheduler.release import BIDDERS
from scheduler.sight import Datum
from scheduler.state import Phase
from scheduler.transitions.demands import key_is_open


class Stage(StrEnum):
    """What waits."""

    FREE = "free"  # an order may be given
    ASKED = "asked"  # a second person must confirm
    CONFIRMED = "confirmed"  # the custodians may be asked
    OPENED = "opened"  # the evaluation stands still


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassCard:
    """The latest order and what it found; all of it belongs to the case file."""

    stage: Stage = shows(Datum.GLASS)
    slots: int = shows(Datum.GLASS)
    slot: int | None = shows(Datum.GLASS, default=None)
    by: str | None = shows(Datum.GLASS, default=None)
    case_number: str | None = shows(Datum.GLASS, default=None)
    reason: str | None = shows(Datum.GLASS, default=None)
    found: str | None = shows(Datum.GLASS, default=None)  # name and code of the bidder


def glass_card(case: Dossier) -> GlassCard | None:
    """None where no envelope could be opened by order: before the opening of bids, and once bidders are known."""
    state = case.state
    if state.phase not in (Phase.F2, Phase.F3, Phase.F4) or not state.slots or key_is_open(state, BIDDERS):
        return None
    if not state.glass or state.glass[-1].resumed:
        return GlassCard(stage=Stage.FREE, slots=len(state.slots))
    last = state.glass[-1]
    order, found = case.body(last.order, GlassOrder), None
    if last.opening is not None:
        body = case.body(last.opening, GlassOpening)
        found = f"{body.name} {body.code}"
    stage = Stage.OPENED if found else Stage.CONFIRMED if last.confirmed else Stage.ASKED
    return GlassCard(
        stage=stage,
        slots=len(state.slots),
        slot=last.slot,
        by=last.by,
        case_number=order.case_number,
        reason=order.reason,
        found=found,
    )
