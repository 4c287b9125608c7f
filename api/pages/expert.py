"""The members' pages 评标委员会成员: an expert's or owner representative's own cards, device and sheet."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.pages.desks import desks, show
from api.pages.frame import page, voice
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, at_own_desk, only, sent_slip
from api.services.pressing import Press, Slip
from api.views.expert import ExpertTasks
from api.views.gate import passed
from scheduler.events import Member
from scheduler.model import Role
from scheduler.state import Phase

router = desk_router()
Expert = Annotated[Visitor, Depends(only(Role.EXPERT))]
Own = Annotated[Visitor, Depends(at_own_desk)]
Sent = Annotated[Slip, Depends(sent_slip)]
Typed = Annotated[str, Form()]


@router.post("/expert/tasks/{task}/accept")
def accept(request: Request, who: Expert, task: str, proof: Typed = "") -> Response:
    """Say yes; `proof` is the sealed signature that the browser made."""
    desks(request).answer(who.user, Member(task), proof, accept=True)
    return RedirectResponse("/expert", 303)


@router.post("/expert/tasks/{task}/decline")
def decline(request: Request, who: Expert, task: str, proof: Typed = "") -> Response:
    """Say no; the next round of the draw follows."""
    desks(request).answer(who.user, Member(task), proof, accept=False)
    return RedirectResponse("/expert", 303)


def tasks(request: Request, who: Own) -> Response:
    """The cards of the member who asks; each passes the gate in the phase of its own case."""
    told = desks(request).tasks(who.user, who.role)
    held = desks(request).suspensions(who.user) if who.role is Role.EXPERT else ()
    view = ExpertTasks(
        cards=tuple(passed(card, who.role, phase) for card, phase in told),
        suspensions=tuple(passed(each, who.role, Phase.F0) for each in held),
    )
    own = desks(request).demo_key(who.user) if who.role is Role.EXPERT else None
    return page(
        request, "expert.html", view=view, own=own, trail=((voice(request)(f"{who.role}.title"), ""),)
    )


def press(request: Request, who: Own, task: str, deed: Press, slip: Sent) -> Response:
    """A small form about one of the own invitations."""
    desks(request).press_task(who.user, who.role, Member(task), deed, slip)
    return RedirectResponse(f"/{who.role}", 303)


def sheet(request: Request, who: Own, task: str) -> Response:
    """The own device and sheet: written, signed and sealed in the browser."""
    view, phase = desks(request).scoring(who.user, who.role, Member(task))
    say = voice(request)
    trail = (
        (say(f"{who.role}.title"), f"/{who.role}"),
        (say("score.arrive" if view.arrives else "score.title"), ""),
    )
    own, there = desks(request).demo_key(who.user), request.app.state.setup.experts_at
    return show(request, "score.html", view, who, phase=phase, trail=trail, own=own, experts_at=there)


def arrive(request: Request, who: Own, task: str, key: Typed, certificate: Typed = "") -> Response:
    """The own device announces its key to the gate."""
    desks(request).arrive(who.user, who.role, Member(task), key, certificate)
    return RedirectResponse(_home(who, task), 303)


def hand_in(request: Request, who: Own, task: str, sheet: Typed, commitment: Typed) -> Response:
    """A sheet as the own device has sealed it."""
    desks(request).hand_in(who.user, who.role, Member(task), sheet, commitment)
    return RedirectResponse(_home(who, task), 303)


for each in (Role.EXPERT, Role.OWNER):
    router.get(f"/{each}")(tasks)
    router.post(f"/{each}/tasks/{{task}}/press/{{deed}}")(press)
    router.get(f"/{each}/tasks/{{task}}/sheet")(sheet)
    router.post(f"/{each}/tasks/{{task}}/sheet")(hand_in)
    router.post(f"/{each}/tasks/{{task}}/arrival")(arrive)


def _home(who: Visitor, task: str) -> str:
    return f"/{who.role}/tasks/{quote(task, safe='')}/sheet"
