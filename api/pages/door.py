"""Who comes in, by which door, and in which language and type size?"""

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from api.pages.desks import doorkeeper
from api.pages.frame import page
from api.pages.reading import desk_router
from api.pages.visitor import HOME, Visitor, local, sign_in, sign_out
from api.words import Lang
from scheduler.errors import Refused
from scheduler.model import Role

YEAR = 365 * 24 * 3600  # seconds; how long a browser remembers language and type size

router = desk_router()


@router.get("/")
def front(request: Request) -> Response:
    """The three desks, or a form to sign in."""
    return _door(request)


@router.post("/login")
def login(request: Request, user: Annotated[str, Form()], password: Annotated[str, Form()]) -> Response:
    """Sign in by password; a wrong one is told no more than that."""
    role = doorkeeper(request).role_of(user, password)
    if role is None:
        return _door(request, refused=True)
    return _enter(request, Visitor(role=role, user=user))


@router.post("/login/demo/{role}")
def login_demo(request: Request, role: Role, user: Annotated[str, Form()] = "") -> Response:
    """Sign in as the demo's user of `role`, or as `user` where a second person is needed.

    Outside the demo this door does not exist.
    """
    first = request.app.state.setup.demo.get(role)
    if first is None or (user and doorkeeper(request).demo_role(user) is not role):
        raise Refused("not_found")
    return _enter(request, Visitor(role=role, user=user or first))


@router.post("/logout")
def logout(request: Request) -> Response:
    """Sign out."""
    sign_out(request)
    return RedirectResponse("/", 303)


@router.post("/preferences")
def preferences(
    request: Request,
    back: Annotated[str, Form()] = "/",
    lang: Annotated[str, Form()] = "",
    size: Annotated[str, Form()] = "",
) -> Response:
    """Remember language or type size in the browser and go back to the page."""
    answer = RedirectResponse(local(back), 303)
    for name, value, allowed in (("lang", lang, tuple(Lang)), ("size", size, ("normal", "large"))):
        if value in allowed:
            https = request.app.state.setup.https
            answer.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="lax", secure=https)
    return answer


def _door(request: Request, *, refused: bool = False) -> Response:
    there = request.app.state.setup.experts_at
    status = 401 if refused else 200
    return page(request, "door.html", status=status, refused=refused, experts_at=there)


def _enter(request: Request, who: Visitor) -> Response:
    sign_in(request, who)
    return RedirectResponse(HOME.get(who.role, "/"), 303)
