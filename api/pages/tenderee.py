"""The tenderee's page 招标人: the own lots, and the seeds it owes to a draw."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.pages.depositing import seeds_wanted, sent_deposit
from api.pages.desks import desks, show
from api.pages.frame import voice
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, only, sent_slip
from api.services.pressing import Press, Slip
from scheduler.model import LotId, Role
from scheduler.state import Phase

router = desk_router("/tenderee")
Tenderee = Annotated[Visitor, Depends(only(Role.TENDEREE))]


@router.get("")
def lots(request: Request, who: Tenderee) -> Response:
    """The lots of the tenderee who asks."""
    view, trail = desks(request).tenders(who.user), ((voice(request)("tenderee.title"), ""),)
    return show(request, "tenderee.html", view, who, phase=Phase.F0, trail=trail)


@router.get("/lots/{lot}/seeds.json")
def wanted(request: Request, who: Tenderee, lot: str) -> Response:
    """What `yuanping deposit` reads."""
    return seeds_wanted(request, who, lot)


@router.post("/lots/{lot}/deposit")
def deposit(
    request: Request, who: Tenderee, lot: str, deposit: Annotated[bytes, Depends(sent_deposit)]
) -> Response:
    """The tenderee's seeds for every round."""
    desks(request).deposit(who.user, who.role, LotId(lot), deposit)
    return RedirectResponse("/tenderee", 303)


@router.post("/lots/{lot}/press/{deed}")
def press(
    request: Request, who: Tenderee, lot: str, deed: Press, slip: Annotated[Slip, Depends(sent_slip)]
) -> Response:
    """A small form of the tenderee about one lot."""
    desks(request).press(who.user, who.role, LotId(lot), deed, slip)
    return RedirectResponse("/tenderee", 303)
