"""The pages of rule packs 规则包: what is in force, a form for a new one, and the second person's confirmation."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.pages.desks import desks, show
from api.pages.frame import voice
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, Whole, only, wants_page
from api.services.packs import WHO
from scheduler.errors import Refused
from scheduler.model import Role
from scheduler.packchanges import Change
from scheduler.state import Phase

HERE = "/packs"
router = desk_router(HERE)
Keeper = Annotated[Visitor, Depends(only(*WHO))]


@router.get("")
def packs(request: Request, who: Keeper) -> Response:
    """The pack in force and every proposal."""
    return _page(request, who)


@router.post("")
def propose(
    request: Request,
    who: Keeper,
    since: Annotated[date, Form()],
    text: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    deed: Annotated[str, Form()] = "look",
) -> Response:
    """Look at what a file or a shipped pack would change, or propose it."""
    try:
        if deed != "propose":
            found = desks(request).look_at_pack(who.user, who.role, name, text, since)
            return _page(request, who, typed=(since, text, name), preview=found)
        desks(request).propose_pack(who.user, who.role, name, text, since)
    except Refused as no:
        if not wants_page(request):
            raise
        return _page(request, who, no=no, typed=(since, text, name))
    return RedirectResponse(HERE, 303)


@router.post("/{number}/confirm")
def confirm(request: Request, who: Keeper, number: Whole) -> Response:
    """The second person says yes."""
    return _decided(request, who, lambda: desks(request).confirm_pack(who.user, who.role, number))


@router.post("/{number}/withdraw")
def withdraw(request: Request, who: Keeper, number: Whole) -> Response:
    """Nobody will confirm it."""
    return _decided(request, who, lambda: desks(request).withdraw_pack(who.user, who.role, number))


def _decided(request: Request, who: Visitor, verb: Callable[[], None]) -> Response:
    try:
        verb()
    except Refused as no:
        if not wants_page(request):
            raise
        return _page(request, who, no=no)
    return RedirectResponse(HERE, 303)


def _page(
    request: Request,
    who: Visitor,
    *,
    no: Refused | None = None,
    typed: tuple[date | None, str, str] = (None, "", ""),
    preview: tuple[Change, ...] | None = None,
) -> Response:
    view, say = desks(request).packs(who.user), voice(request)
    home = ((say("supervisor.title"), "/supervisor"),) if who.role is Role.SUPERVISOR else ()
    return show(
        request,
        "packs.html",
        view,
        who,
        phase=Phase.F0,
        trail=(*home, (say("packs.title"), "")),
        here=HERE,
        no=no,
        faults=no.facts.get("faults", ()) if no else (),
        typed=typed,
        preview=preview,
    )
