"""The tenderee's page 招标人: the own lots, and the seeds it owes to a draw."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import Response

from api.pages.again import done, typed_in
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
    return _desk(request, who)


@router.get("/lots/{lot}/seeds.json")
def wanted(request: Request, who: Tenderee, lot: str) -> Response:
    """What `yuanping deposit` reads."""
    return seeds_wanted(request, who, lot)


@router.post("/lots/{lot}/deposit")
def deposit(
    request: Request, who: Tenderee, lot: str, deposit: Annotated[bytes, Depends(sent_deposit)]
) -> Response:
    """The tenderee's seeds for every round."""
    verb = desks(request).deposit
    return _done(request, who, lambda: verb(who.user, who.role, LotId(lot), deposit), {})


@router.post("/lots/{lot}/press/{deed}")
def press(
    request: Request, who: Tenderee, lot: str, deed: Press, slip: Annotated[Slip, Depends(sent_slip)]
) -> Response:
    """A small form of the tenderee about one lot."""
    verb = desks(request).press
    return _done(request, who, lambda: verb(who.user, who.role, LotId(lot), deed, slip), asdict(slip))


def _done(request: Request, who: Visitor, verb: Callable[[], None], fields: Mapping[str, str]) -> Response:
    told = typed_in(request, fields)
    return done(request, verb, "/tenderee", lambda no: _desk(request, who, no=no, typed=told))


def _desk(request: Request, who: Visitor, **refused: Any) -> Response:
    view, trail = desks(request).tenders(who.user), ((voice(request)("tenderee.title"), ""),)
    return show(request, "tenderee.html", view, who, phase=Phase.F0, trail=trail, **refused)
