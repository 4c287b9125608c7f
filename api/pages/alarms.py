"""The supervisor's page of alarms 风险线索: what comes too often, why that matters, and what was done about it."""

from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import Response

from api.pages.again import done, typed_in
from api.pages.desks import desks, show
from api.pages.frame import voice
from api.pages.reading import desk_router
from api.pages.supervisor import Supervisor
from api.pages.visitor import Visitor
from api.services.alarming import Step
from api.services.reasons import LONGEST
from scheduler.state import Phase

router = desk_router("/supervisor/alarms")


@router.get("")
def alarms(request: Request, who: Supervisor) -> Response:
    """All alarms with their methodology; they speak of lots whose bidders are known (F5) only."""
    return _alarms(request, who)


def _alarms(request: Request, who: Visitor, **refused: Any) -> Response:
    trail = ((voice(request)("supervisor.title"), "/supervisor"), (voice(request)("alarms.title"), ""))
    view = desks(request).alarms()
    shown = {"steps": tuple(Step), "longest": LONGEST, **refused}
    return show(request, "alarms.html", view, who, phase=Phase.F5, trail=trail, **shown)


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
    verb, told = desks(request).note_alarm, typed_in(request, {"reason": reason, "whom": whom})
    return done(
        request,
        lambda: verb(who.user, mark, step, reason, whom),
        "/supervisor/alarms",
        lambda no: _alarms(request, who, no=no, typed=told),
    )
