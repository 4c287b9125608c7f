"""Which verb stands behind each button of the operator's lot page, and behind the supervisor's naming of experts?"""

from collections.abc import Callable
from enum import StrEnum

from api.actor import Actor
from api.intake.faults import Findings, refuse
from api.intake.package import read_package
from api.services import cancelling, drawing, glass, opening, relaxing, revealing, siting
from api.services.office import Office, open_case
from api.services.reasons import given
from scheduler.errors import Refused
from scheduler.events import (
    Archived,
    Blinded,
    Cancelled,
    Drawn,
    Event,
    GlassResumed,
    KeyOpened,
    Opened,
    PoolFrozen,
    RelaxAsked,
    Reported,
    Revealed,
    SeedPledged,
    SitesDrawn,
)
from scheduler.model import LotId, Role
from scheduler.phases import may
from scheduler.state import State


class Deed(StrEnum):
    """What staff do with one press."""

    FREEZE = "freeze"
    DEPOSIT = "deposit"
    SITES = "sites"
    DRAW = "draw"
    OPEN = "open"
    BLIND = "blind"
    REVEAL = "reveal"
    REPORT = "report"
    ARCHIVE = "archive"
    CANCEL = "cancel"
    RELAX = "relax"
    RESUME = "resume"
    NAME = "name"  # the supervisor has experts named


REASONED = (Deed.ARCHIVE, Deed.CANCEL, Deed.RELAX)  # these are told why


def act(office: Office, actor: Actor, lot: LotId, deed: Deed, reason: str = "") -> State:
    """Do it; `reason` is read by the deeds of REASONED only. Bids are opened by `open_package` alone, seeds are
    taken by `depositing.deposit`."""
    doer = _BY.get(deed, actor.role)
    if code := may(doer, _EVENTS[deed], open_case(office, lot).state.phase):
        raise Refused(code, deed=deed.value)  # before a verb misses what a later phase would have
    if deed in REASONED:
        return _REASONED[deed](office, actor, lot, given(reason))
    return _PLAIN[deed](office, actor, lot)


def open_package(office: Office, actor: Actor, lot: LotId, data: bytes) -> State:
    """Open the bids of an e-tendering package (`etendering-package/v1`). Raises Faults, every one by place."""
    findings = Findings("package.json")
    package = read_package(data, findings)
    refuse(findings)
    if package is None:
        raise ValueError("a package without faults is a package")
    if code := may(actor.role, Opened, open_case(office, lot).state.phase):
        raise Refused(code, deed=Deed.OPEN.value)  # before any work that takes the longer the more have bid
    return opening.open_bids(office, actor, lot, package)


def draw(office: Office, actor: Actor, lot: LotId) -> State:
    """Fix the lottery unless it is fixed, open the seeds, draw. That no panel is possible goes on record."""
    state = open_case(office, lot).state
    if state.round_under_way() is None:
        try:
            state = drawing.fix(office, actor, lot)
        except Refused as no:
            if no.code == "no_panel" and not state.stuck:
                drawing.give_up(office, lot, no.facts["rules"])
            raise
    try:
        return drawing.draw(office, actor, lot)
    except Refused:
        now = open_case(office, lot).state
        if len(now.rounds) == len(state.rounds) and now.round_under_way() is None:
            return now  # the clock was quicker with the lottery that this press has fixed
        raise


_EVENTS: dict[Deed, type[Event]] = {
    Deed.FREEZE: PoolFrozen,
    Deed.DEPOSIT: SeedPledged,
    Deed.SITES: SitesDrawn,
    Deed.DRAW: Drawn,
    Deed.OPEN: Opened,
    Deed.BLIND: Blinded,
    Deed.REVEAL: Revealed,
    Deed.REPORT: Reported,
    Deed.ARCHIVE: Archived,
    Deed.CANCEL: Cancelled,
    Deed.RELAX: RelaxAsked,
    Deed.RESUME: GlassResumed,
    Deed.NAME: KeyOpened,
}
_BY = {Deed.NAME: Role.CUSTODIAN}  # who records, where it is not who presses
_PLAIN: dict[Deed, Callable[[Office, Actor, LotId], State]] = {
    Deed.FREEZE: drawing.freeze,
    Deed.SITES: siting.draw_sites,
    Deed.DRAW: draw,
    Deed.RESUME: glass.resume,
    Deed.BLIND: opening.blind,
    Deed.REVEAL: revealing.reveal,
    Deed.REPORT: revealing.report,
    Deed.NAME: revealing.name_experts,
}
_REASONED: dict[Deed, Callable[[Office, Actor, LotId, str], State]] = {
    Deed.ARCHIVE: revealing.archive,
    Deed.CANCEL: cancelling.cancel,
    Deed.RELAX: relaxing.ask,
}
