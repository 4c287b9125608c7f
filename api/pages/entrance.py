"""How does an expert come in who was sent by the pool owner? With a one-time pass, and without a name."""

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from api.pages.desks import desks
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, sign_in
from scheduler.model import Role

router = desk_router(own_forms=False)  # the form is the pool owner's: the pass stands for its token

LONGEST = 2000  # characters of a pass


@router.post("/enter")
def enter(
    request: Request,
    text: Annotated[str, Form(alias="pass", max_length=LONGEST)],
    key: Annotated[str, Form()] = "",
    certificate: Annotated[str, Form()] = "",
) -> Response:
    """A session as the pseudonym that the pass names, in its lot only; `key` announces the device at once."""
    user, task = desks(request).admit(text)
    sign_in(request, Visitor(role=Role.EXPERT, user=user))
    if not key:
        return RedirectResponse("/expert", 303)
    desks(request).arrive(user, Role.EXPERT, task, key, certificate)
    return RedirectResponse(f"/expert/tasks/{task}/sheet", 303)
