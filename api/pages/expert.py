"""The members' pages 评标委员会成员: an expert's or owner representative's own cards, device and sheet."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Form, Request
from fastapi.responses import Response

from api.pages.again import done, typed_in
from api.pages.desks import desks, show
from api.pages.frame import page, voice
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, at_own_desk, only, sent_slip
from api.services.pressing import Press, Slip
from api.views.expert import ExpertTasks
from api.views.gate import passed
from scheduler.errors import Refused
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
    return _done(request, who, lambda: desks(request).answer(who.user, Member(task), proof, accept=True))


@router.post("/expert/tasks/{task}/decline")
def decline(request: Request, who: Expert, task: str, proof: Typed = "") -> Response:
    """Say no; the next round of the draw follows."""
    return _done(request, who, lambda: desks(request).answer(who.user, Member(task), proof, accept=False))


def tasks(request: Request, who: Own) -> Response:
    """The cards of the member who asks; each passes the gate in the phase of its own case."""
    return _tasks(request, who)


def _tasks(request: Request, who: Visitor, **refused: Any) -> Response:
    told = desks(request).tasks(who.user, who.role)
    held = desks(request).suspensions(who.user) if who.role is Role.EXPERT else ()
    view = ExpertTasks(
        cards=tuple(passed(card, who.role, phase) for card, phase in told),
        suspensions=tuple(passed(each, who.role, Phase.F0) for each in held),
    )
    own = desks(request).demo_key(who.user) if who.role is Role.EXPERT else None
    trail = ((voice(request)(f"{who.role}.title"), ""),)
    return page(request, "expert.html", view=view, own=own, trail=trail, **refused)


def press(request: Request, who: Own, task: str, deed: Press, slip: Sent) -> Response:
    """A small form about one of the own invitations."""
    verb = desks(request).press_task
    return _done(request, who, lambda: verb(who.user, who.role, Member(task), deed, slip), asdict(slip))


def _done(
    request: Request,
    who: Visitor,
    verb: Callable[[], None],
    fields: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """Back to the own cards, with the refusal and what was typed where there is one."""
    told = typed_in(request, fields)
    return done(request, verb, f"/{who.role}", lambda no: _tasks(request, who, no=no, typed=told))


def sheet(request: Request, who: Own, task: str) -> Response:
    """The own device and sheet: written, signed and sealed in the browser."""
    return _sheet(request, who, task)


def _sheet(request: Request, who: Visitor, task: str, no: Refused | None = None) -> Response:
    view, phase = desks(request).scoring(who.user, who.role, Member(task))
    say = voice(request)
    trail = (
        (say(f"{who.role}.title"), f"/{who.role}"),
        (say("score.arrive" if view.arrives else "score.title"), ""),
    )
    own, there = desks(request).demo_key(who.user), request.app.state.setup.experts_at
    return show(request, "score.html", view, who, phase=phase, trail=trail, own=own, experts_at=there, no=no)


def arrive(request: Request, who: Own, task: str, key: Typed, certificate: Typed = "") -> Response:
    """The own device announces its key to the gate."""
    verb = desks(request).arrive
    return _at_sheet(request, who, task, lambda: verb(who.user, who.role, Member(task), key, certificate))


def hand_in(request: Request, who: Own, task: str, sheet: Typed, commitment: Typed) -> Response:
    """A sheet as the own device has sealed it."""
    verb = desks(request).hand_in
    return _at_sheet(request, who, task, lambda: verb(who.user, who.role, Member(task), sheet, commitment))


def _at_sheet(request: Request, who: Visitor, task: str, verb: Callable[[], None]) -> Response:
    return done(request, verb, _home(who, task), lambda no: _sheet(request, who, task, no))


for each in (Role.EXPERT, Role.OWNER):
    router.get(f"/{each}")(tasks)
    router.post(f"/{each}/tasks/{{task}}/press/{{deed}}")(press)
    router.get(f"/{each}/tasks/{{task}}/sheet")(sheet)
    router.post(f"/{each}/tasks/{{task}}/sheet")(hand_in)
    router.post(f"/{each}/tasks/{{task}}/arrival")(arrive)


def _home(who: Visitor, task: str) -> str:
    return f"/{who.role}/tasks/{quote(task, safe='')}/sheet"
