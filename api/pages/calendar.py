"""The supervisor's page of working days 工作日历: which years are known, and a form for a new notice."""

from typing import Annotated

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.intake.calendar import LONGEST_NOTICE
from api.intake.faults import Faults
from api.pages.desks import desks, show
from api.pages.frame import voice
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, Whole, only, wants_page
from scheduler.errors import Refused
from scheduler.model import Role
from scheduler.state import Phase

HERE = "/supervisor/calendar"
router = desk_router(HERE)
Supervisor = Annotated[Visitor, Depends(only(Role.SUPERVISOR))]


@router.get("")
def calendar(request: Request, who: Supervisor) -> Response:
    """The years known, each with its source."""
    return _page(request, who)


@router.post("")
def enter(
    request: Request,
    who: Supervisor,
    year: Annotated[Whole, Form()],
    notice: Annotated[str, Form()] = "",
    days: Annotated[str, Form()] = "",
) -> Response:
    """One year as the notice says it; with a fault the same page again and what was typed."""
    try:
        desks(request).enter_year(who.user, year, notice, days)
    except (Refused, Faults) as no:
        if not wants_page(request):
            raise
        return _page(request, who, no=no, typed=(year, notice, days))
    return RedirectResponse(HERE, 303)


def _page(
    request: Request,
    who: Visitor,
    *,
    no: Refused | Faults | None = None,
    typed: tuple[int | None, str, str] = (None, "", ""),
) -> Response:
    view, say = desks(request).calendar(), voice(request)
    return show(
        request,
        "calendar.html",
        view,
        who,
        phase=Phase.F0,
        trail=((say("supervisor.title"), "/supervisor"), (say("calendar.title"), "")),
        here=HERE,
        no=no,
        faults=no.faults if isinstance(no, Faults) else (),
        typed=typed,
        longest=LONGEST_NOTICE,
    )
