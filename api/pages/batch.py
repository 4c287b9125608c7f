"""The batch page 批量预约: a file of lots is tried first, then booked whole or not at all."""

from base64 import b64decode, b64encode
from binascii import Error
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from api.intake.faults import Faults
from api.pages.desks import show
from api.pages.frame import voice
from api.pages.plandesk import plandesk
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, only, wants_page
from api.views.batch import NOTHING, BatchPage
from scheduler.errors import Refused
from scheduler.model import Role
from scheduler.state import Phase

HERE = "/operator/batch"
router = desk_router(HERE)
Operator = Annotated[Visitor, Depends(only(Role.OPERATOR))]


async def sent(request: Request) -> tuple[str, bytes]:
    """Name and bytes of the file sent along; both empty when none was chosen."""
    found = (await request.form()).get("file")
    return (found.filename or "lots", await found.read()) if isinstance(found, UploadFile) else ("", b"")


Sent = Annotated[tuple[str, bytes], Depends(sent)]


@router.get("")
def batch(request: Request, who: Operator) -> Response:
    """The form for a file."""
    return _page(request, who, NOTHING)


@router.post("/check")
def check(request: Request, who: Operator, file: Sent) -> Response:
    """The dry run of the file; nothing is written."""
    return _tried(request, who, *file)


@router.post("/apply")
def apply(
    request: Request,
    who: Operator,
    name: Annotated[str, Form()] = "",
    content: Annotated[str, Form()] = "",
    digest: Annotated[str, Form()] = "",
) -> Response:
    """Book all lots of the dry run that was shown."""
    data = _bytes(content)
    try:
        plandesk(request).take_in(who.user, data, name, digest)
    except Refused as no:
        if not wants_page(request):
            raise
        return _tried(request, who, name, data, no)
    except Faults:
        return _tried(request, who, name, data)
    return RedirectResponse("/operator", 303)


def _bytes(content: str) -> bytes:
    try:
        return b64decode(content, validate=True)
    except (Error, ValueError):
        return b""


def _tried(request: Request, who: Visitor, name: str, data: bytes, no: Refused | None = None) -> Response:
    try:
        view = plandesk(request).dry_run(who.user, data, name or "lots", b64encode(data).decode("ascii"))
    except Faults as found:
        if not wants_page(request):
            raise
        view = replace(NOTHING, name=name, faults=found.faults)
    return _page(request, who, view, no)


def _page(request: Request, who: Visitor, view: BatchPage, no: Refused | None = None) -> Response:
    say = voice(request)
    trail = ((say("operator.title"), "/operator"), (say("batch.title"), ""))
    status = 422 if view.faults and not no else None
    return show(
        request, "batch.html", view, who, phase=Phase.F0, trail=trail, here=HERE, no=no, status=status
    )
