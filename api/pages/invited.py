"""The expert's pages at the pool owner's own door: own invitations, answers, the own history, the way in."""

from typing import Annotated, Any, Protocol, cast

from fastapi import Depends, Form, Query, Request
from fastapi.responses import Response

from api.pages.again import done, typed_in
from api.pages.frame import page, voice
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, only
from api.pool.doorway import Said
from api.pool.letters import Does
from api.views.gate import passed
from api.views.invited import Certifying, InvitedTasks
from scheduler.events import Member
from scheduler.model import Role
from scheduler.state import Phase

router = desk_router("/expert")
Expert = Annotated[Visitor, Depends(only(Role.EXPERT))]


class Doorway(Protocol):
    """The verbs behind these pages; another's invitation and none are Refused("not_found") alike."""

    def tasks(self, user: str) -> InvitedTasks:
        """The expert's own invitations and history."""

    def answer(self, user: str, task: Member, said: Said) -> None:
        """The expert's answer."""

    def enter(self, user: str, task: Member) -> str:
        """A pass to the centre."""

    def certify(self, user: str, task: Member) -> Certifying:
        """What it takes to certify a device."""

    def demo_key(self, user: str) -> str:
        """The seed of a demonstration expert's long-term key; empty for anybody else."""


def doorway(request: Request) -> Doorway:
    """The verbs of this app."""
    return cast(Doorway, request.app.state.setup.desks)


@router.get("")
def tasks(request: Request, who: Expert) -> Response:
    """What may be seen before any check-in, whatever the lots are doing."""
    return _tasks(request, who)


def _tasks(request: Request, who: Visitor, **refused: Any) -> Response:
    view = passed(doorway(request).tasks(who.user), who.role, Phase.F1)
    trail = ((voice(request)("expert.title"), ""),)
    own = doorway(request).demo_key(who.user)
    return page(request, "invited.html", view=view, trail=trail, own=own, **refused)


@router.post("/tasks/{task}/answer/{does}")
def answer(
    request: Request,
    who: Expert,
    task: str,
    does: Does,
    text: Annotated[str, Form()] = "",
    vouch: Annotated[str, Form()] = "",
) -> Response:
    """Yes, no, or a ground for recusal; the centre records it when it calls next."""
    said, told = Said(does=does, words=text, vouch=vouch), typed_in(request, {"text": text})
    verb = doorway(request).answer
    return done(
        request,
        lambda: verb(who.user, Member(task), said),
        "/expert",
        lambda no: _tasks(request, who, no=no, typed=told),
    )


@router.post("/tasks/{task}/enter")
def enter(request: Request, who: Expert, task: str) -> Response:
    """A fresh pass, in a form that leads to the centre: never in an address, which proxies write down."""
    text = doorway(request).enter(who.user, Member(task))
    trail = ((voice(request)("expert.title"), "/expert"), (voice(request)("invited.enter"), ""))
    return page(request, "enter.html", text=text, there=_there(request), trail=trail)


@router.get("/tasks/{task}/certify")
def certify(
    request: Request, who: Expert, task: str, device: Annotated[str, Query(pattern="^[0-9a-f]{64}$")]
) -> Response:
    """The centre's page sends an expert here whose device wants a certificate: the long-term key is this page's."""
    view = passed(doorway(request).certify(who.user, Member(task)), who.role, Phase.F1)
    own, trail = doorway(request).demo_key(who.user), ((voice(request)("expert.title"), "/expert"),)
    return page(
        request, "certify.html", view=view, device=device, there=_there(request), own=own, trail=trail
    )


def _there(request: Request) -> str:
    return f"{request.app.state.setup.centre_at}/enter"
