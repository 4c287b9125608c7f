"""The supervisor's page of alarms 风险线索: what comes too often, why that matters, and what was done about it."""

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from api.pages.desks import desks, show
from api.pages.frame import voice
from api.pages.reading import desk_router
from api.pages.supervisor import Supervisor
from api.services.alarming import Step
from api.services.reasons import LONGEST
from scheduler.state import Phase

router = desk_router("/supervisor/alarms")


@router.get("")
def alarms(request: Request, who: Supervisor) -> Response:
    """All alarms with their methodology; they speak of lots whose bidders are known (F5) only."""
    trail = ((voice(request)("supervisor.title"), "/supervisor"), (voice(request)("alarms.title"), ""))
    view = desks(request).alarms()
    return show(
        request, "alarms.html", view, who, phase=Phase.F5, trail=trail, steps=tuple(Step), longest=LONGEST
    )


@router.post("/{mark}/{step}")
def note(
    request: Request,
    who: Supervisor,
    mark: str,
    step: Step,
    reason: Annotated[str, Form()] = "",
    whom: Annotated[str, Form()] = "",
) -> Response:
    """A step with its reason."""
    desks(request).note_alarm(who.user, mark, step, reason, whom)
    return RedirectResponse("/supervisor/alarms", 303)
