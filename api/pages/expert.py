"""The expert's page 专家: own invitations, to accept or decline."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.pages.desks import desks
from api.pages.frame import page, voice
from api.pages.visitor import Visitor, only, own_form, sent_slip
from api.services.pressing import Press, Slip
from api.views.expert import ExpertTasks
from api.views.gate import passed
from scheduler.events import Member
from scheduler.model import Role
from scheduler.state import Phase

router = APIRouter(prefix="/expert", include_in_schema=False, dependencies=[Depends(own_form)])
Expert = Annotated[Visitor, Depends(only(Role.EXPERT))]


@router.get("")
def tasks(request: Request, who: Expert) -> Response:
    """The cards of the expert who asks; each passes the gate in the phase of its own case."""
    told = desks(request).tasks(who.user)
    held = tuple(passed(each, who.role, Phase.F0) for each in desks(request).suspensions(who.user))
    cards = tuple(passed(card, who.role, phase) for card, phase in told)
    view = ExpertTasks(cards=cards, suspensions=held)
    return page(request, "expert.html", view=view, trail=((voice(request)("expert.title"), ""),))


@router.post("/tasks/{task}/accept")
def accept(request: Request, who: Expert, task: str) -> Response:
    """Say yes."""
    desks(request).answer(who.user, Member(task), accept=True)
    return RedirectResponse("/expert", 303)


@router.post("/tasks/{task}/decline")
def decline(request: Request, who: Expert, task: str) -> Response:
    """Say no; the next round of the draw follows."""
    desks(request).answer(who.user, Member(task), accept=False)
    return RedirectResponse("/expert", 303)


@router.post("/tasks/{task}/press/{deed}")
def press(
    request: Request, who: Expert, task: str, deed: Press, slip: Annotated[Slip, Depends(sent_slip)]
) -> Response:
    """A small form about one task."""
    desks(request).press_task(who.user, Member(task), deed, slip)
    return RedirectResponse("/expert", 303)
