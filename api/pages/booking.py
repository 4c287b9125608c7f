"""The booking form 预约评标 in five steps: each shows what would work now; the fourth holds seats for minutes."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.intake.faults import Faults
from api.pages.desks import show
from api.pages.frame import voice
from api.pages.plandesk import plandesk
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, only, wants_page
from scheduler.errors import Refused
from scheduler.model import Category, Role
from scheduler.state import Phase

HERE = "/operator/book"
LAST = 5
Form = dict[str, str]
router = desk_router(HERE)
Operator = Annotated[Visitor, Depends(only(Role.OPERATOR))]


async def typed_form(request: Request) -> Form:
    """Everything the form carries, as text."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


Typed = Annotated[Form, Depends(typed_form)]


@router.get("")
def begin(request: Request, who: Operator) -> Response:
    """The first step, empty."""
    return _step(request, who, 1, {}, "")


@router.post("/hold")
def hold(request: Request, who: Operator, typed: Typed) -> Response:
    """Hold the seats of the chosen window, then the last step."""
    token = typed.get("token", "")
    try:
        held = plandesk(request).choose(who.user, typed, typed.get("choice", ""), token)
    except Refused as no:
        return _refused(request, who, LAST - 1, typed, token, no)
    except Faults:
        return _step(request, who, LAST - 1, typed, token)
    return _step(request, who, LAST, typed, held)


@router.post("/release")
def release(request: Request, who: Operator, typed: Typed) -> Response:
    """Give the held seats back and choose again."""
    plandesk(request).release(who.user, typed.get("token", ""))
    return _step(request, who, LAST - 1, typed, "")


@router.post("/finish")
def finish(request: Request, who: Operator, typed: Typed) -> Response:
    """Book, then the lot's own page."""
    token = typed.get("token", "")
    try:
        lot = plandesk(request).book(who.user, typed, token)
    except Refused as no:
        return _refused(request, who, LAST, typed, token, no)
    except Faults:
        return _step(request, who, LAST, typed, token)
    return RedirectResponse(f"/operator/lots/{quote(lot, safe='')}", 303)


@router.post("/room")
def room(request: Request, who: Operator, typed: Typed) -> Response:
    """Who would move where if room were made for an urgent lot; nothing is written."""
    return _room(request, who, typed)


@router.post("/room/apply")
def make_room(request: Request, who: Operator, typed: Typed) -> Response:
    """Move them and book the lot, as shown; then the lot's own page."""
    told = typed.get("choice", ""), typed.get("digest", ""), typed.get("reason", "")
    try:
        lot = plandesk(request).make_room(who.user, typed, *told)
    except Refused as no:
        if not wants_page(request):
            raise
        return _room(request, who, typed, no)
    except Faults:
        return form_again(request, who, typed)
    return RedirectResponse(f"/operator/lots/{quote(lot, safe='')}", 303)


@router.post("/{step}")
def step(request: Request, who: Operator, step: int, typed: Typed) -> Response:
    """Go on (or back) to a step with what was typed so far."""
    return _step(request, who, min(max(step, 1), LAST - 1), typed, typed.get("token", ""))


def form_again(request: Request, who: Visitor, typed: Form) -> Response:
    """The step that has a fault, whatever else was pressed."""
    return _step(request, who, LAST - 1, typed, "")


def _refused(request: Request, who: Visitor, step: int, typed: Form, token: str, no: Refused) -> Response:
    if not wants_page(request):
        raise no
    return _step(request, who, step, typed, token, no)


def _room(request: Request, who: Visitor, typed: Form, no: Refused | None = None) -> Response:
    """The picture as it is now; where there can be none, the window grid again."""
    say = voice(request)
    try:
        view = plandesk(request).room(who.user, typed, typed.get("choice", ""))
    except Faults:
        return form_again(request, who, typed)
    except Refused as wrong:
        return _refused(request, who, LAST - 1, typed, "", no or wrong)
    return show(
        request,
        "room.html",
        view,
        who,
        phase=Phase.F0,
        trail=((say("operator.title"), "/operator"), (say("book.title"), HERE), (say("room.title"), "")),
        here=HERE,
        no=no,
    )


def _step(
    request: Request, who: Visitor, step: int, typed: Form, token: str, no: Refused | Faults | None = None
) -> Response:
    view, say = plandesk(request).booking(who.user, step, typed, token), voice(request)
    return show(
        request,
        "book.html",
        view,
        who,
        phase=Phase.F0,
        trail=((say("operator.title"), "/operator"), (say("book.title"), "")),
        here=HERE,
        no=no,
        typed=dict(view.typed),
        wrong={fault.column: fault.says(say.language) for fault in view.faults},
        categories=tuple(Category),
        hold_token=view.kept.token if view.kept else "",
        status=422 if view.faults and not no else None,
    )
