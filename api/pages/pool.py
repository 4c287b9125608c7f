"""The desk of the pool's owner 专家库: who declines again and again, and suspensions that two people decide."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Form, Request
from fastapi.responses import Response

from api.pages.again import done, typed_in
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
    return _desk(request, who)


def _desk(request: Request, who: Visitor, **refused: Any) -> Response:
    trail = ((voice(request)("pool.title"), ""),)
    view = pool_owners(request).desk(who.user)
    return show(request, "pool.html", view, who, phase=Phase.F0, trail=trail, longest=LONGEST, **refused)


@router.post("/propose")
def propose(
    request: Request,
    who: Owner,
    expert: Annotated[str, Form()],
    until: Annotated[date, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Propose a suspension."""
    verb, fields = pool_owners(request).propose, {"expert": expert, "until": str(until), "reason": reason}
    return _done(request, who, lambda: verb(who.user, expert, until, reason), fields)


@router.post("/suspensions/{number}/confirm")
def confirm(request: Request, who: Owner, number: Whole) -> Response:
    """The second look: yes."""
    return _done(request, who, lambda: pool_owners(request).look(who.user, number, confirm=True), {})


@router.post("/suspensions/{number}/reject")
def reject(request: Request, who: Owner, number: Whole) -> Response:
    """The second look: no."""
    return _done(request, who, lambda: pool_owners(request).look(who.user, number, confirm=False), {})


@router.post("/suspensions/{number}/end")
def end(request: Request, who: Owner, number: Whole, reason: Annotated[str, Form()] = "") -> Response:
    """End a suspension with a reason."""
    verb = pool_owners(request).end
    return _done(request, who, lambda: verb(who.user, number, reason), {"reason": reason})


def _done(request: Request, who: Visitor, verb: Callable[[], None], fields: Mapping[str, str]) -> Response:
    told = typed_in(request, fields)
    return done(request, verb, "/pool", lambda no: _desk(request, who, no=no, typed=told))
