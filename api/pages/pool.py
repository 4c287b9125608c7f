"""The desk of the pool's owner 专家库: who declines again and again, and suspensions that two people decide."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.pages.desks import pool_owners, show
from api.pages.frame import voice
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, Whole, only
from api.services.reasons import LONGEST
from scheduler.model import Role
from scheduler.state import Phase

router = desk_router("/pool")
Owner = Annotated[Visitor, Depends(only(Role.POOL))]


@router.get("")
def desk(request: Request, who: Owner) -> Response:
    """Declines over the pack's number, and all suspensions."""
    trail = ((voice(request)("pool.title"), ""),)
    view = pool_owners(request).desk(who.user)
    return show(request, "pool.html", view, who, phase=Phase.F0, trail=trail, longest=LONGEST)


@router.post("/propose")
def propose(
    request: Request,
    who: Owner,
    expert: Annotated[str, Form()],
    until: Annotated[date, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Propose a suspension."""
    pool_owners(request).propose(who.user, expert, until, reason)
    return RedirectResponse("/pool", 303)


@router.post("/suspensions/{number}/confirm")
def confirm(request: Request, who: Owner, number: Whole) -> Response:
    """The second look: yes."""
    pool_owners(request).look(who.user, number, confirm=True)
    return RedirectResponse("/pool", 303)


@router.post("/suspensions/{number}/reject")
def reject(request: Request, who: Owner, number: Whole) -> Response:
    """The second look: no."""
    pool_owners(request).look(who.user, number, confirm=False)
    return RedirectResponse("/pool", 303)


@router.post("/suspensions/{number}/end")
def end(request: Request, who: Owner, number: Whole, reason: Annotated[str, Form()] = "") -> Response:
    """End a suspension with a reason."""
    pool_owners(request).end(who.user, number, reason)
    return RedirectResponse("/pool", 303)
