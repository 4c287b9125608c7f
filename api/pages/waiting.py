"""The waiting list 候补名单: who waits, who has a place by now; a person books or withdraws."""

from typing import Annotated

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.intake.faults import Faults
from api.pages.booking import Typed, form_again
from api.pages.desks import show
from api.pages.frame import voice
from api.pages.plandesk import plandesk
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, only, wants_page
from scheduler.errors import Refused
from scheduler.model import Role
from scheduler.state import Phase

HERE = "/operator/waiting"
router = desk_router(HERE)
Operator = Annotated[Visitor, Depends(only(Role.OPERATOR))]


@router.get("")
def waiting(request: Request, who: Operator) -> Response:
    """The list in its order."""
    return _page(request, who)


@router.post("/enter")
def enter(request: Request, who: Operator, typed: Typed) -> Response:
    """A lot goes onto the list, with the form as it is."""
    try:
        plandesk(request).wait(who.user, typed)
    except Refused as no:
        if not wants_page(request):
            raise
        return _page(request, who, no)
    except Faults:
        return form_again(request, who, typed)
    return RedirectResponse(HERE, 303)


@router.post("/withdraw")
def withdraw(request: Request, who: Operator, number: Annotated[str, Form()]) -> Response:
    """It waits no more."""
    plandesk(request).withdraw(who.user, number)
    return RedirectResponse(HERE, 303)


@router.get("/places")
def places(request: Request, who: Operator) -> Response:
    """Where those who wait would go; nothing is written."""
    return _places(request, who)


@router.post("/places")
def fill(request: Request, who: Operator, digest: Annotated[str, Form()]) -> Response:
    """Book them as shown."""
    try:
        plandesk(request).fill(who.user, digest)
    except Refused as no:
        if not wants_page(request):
            raise
        return _places(request, who, no)
    return RedirectResponse(HERE, 303)


def _places(request: Request, who: Visitor, no: Refused | None = None) -> Response:
    view, say = plandesk(request).places(who.user), voice(request)
    trail = ((say("operator.title"), "/operator"), (say("waiting.title"), HERE), (say("fill.title"), ""))
    return show(request, "fill.html", view, who, phase=Phase.F0, trail=trail, here=HERE, no=no)


def _page(request: Request, who: Visitor, no: Refused | None = None) -> Response:
    view, say = plandesk(request).waiting(who.user), voice(request)
    trail = ((say("operator.title"), "/operator"), (say("waiting.title"), ""))
    return show(request, "waiting.html", view, who, phase=Phase.F0, trail=trail, here=HERE, no=no)
