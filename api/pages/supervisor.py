"""The supervisor's pages 监督: all lots, and the transcript of a draw that is recomputed on request."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.pages.desks import desks, show
from api.pages.frame import voice
from api.pages.visitor import Visitor, only, own_form
from api.views.supervisor import SupervisorTranscript, Verdict
from scheduler.errors import Refused
from scheduler.model import LotId, Role
from scheduler.state import Phase

router = APIRouter(prefix="/supervisor", include_in_schema=False, dependencies=[Depends(own_form)])
Supervisor = Annotated[Visitor, Depends(only(Role.SUPERVISOR))]


@router.get("")
def lots(request: Request, who: Supervisor) -> Response:
    """All lots."""
    trail = ((voice(request)("supervisor.title"), ""),)
    return show(request, "supervisor.html", desks(request).lots(), who, phase=Phase.F0, trail=trail)


@router.get("/lots/{lot}")
def transcript(request: Request, who: Supervisor, lot: str) -> Response:
    """How the panel came about."""
    return _told(request, who, desks(request).transcript(LotId(lot)), None)


@router.post("/lots/{lot}/deposit")
def deposit(request: Request, who: Supervisor, lot: str) -> Response:
    """The supervisor's seeds for every round."""
    desks(request).deposit(who.user, who.role, LotId(lot))
    return RedirectResponse(f"/supervisor/lots/{quote(lot, safe='')}", 303)


@router.post("/lots/{lot}/extend")
def extend(
    request: Request,
    who: Supervisor,
    lot: str,
    rounds: Annotated[int, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """More rounds than the pack gives, signed for with a reason."""
    desks(request).extend(who.user, LotId(lot), rounds, reason)
    return RedirectResponse(f"/supervisor/lots/{quote(lot, safe='')}", 303)


@router.post("/lots/{lot}/verify")
def verify(request: Request, who: Supervisor, lot: str) -> Response:
    """The transcript with a fresh run of the verifier."""
    verdict = desks(request).verify(who.user, LotId(lot), tampered=False)
    return _told(request, who, desks(request).transcript(LotId(lot)), verdict)


@router.post("/lots/{lot}/tamper")
def tamper(request: Request, who: Supervisor, lot: str) -> Response:
    """The same over a copy with one byte changed; in the demo only."""
    if not request.app.state.setup.demo:
        raise Refused("not_found")
    verdict = desks(request).verify(who.user, LotId(lot), tampered=True)
    return _told(request, who, desks(request).transcript(LotId(lot)), verdict)


def _told(request: Request, who: Visitor, view: SupervisorTranscript, verdict: Verdict | None) -> Response:
    trail = ((voice(request)("supervisor.title"), "/supervisor"), (view.lot, ""))
    shown = replace(view, verdict=verdict)
    here = f"/supervisor/lots/{view.lot}"
    return show(request, "transcript.html", shown, who, phase=view.phase, trail=trail, here=here)
