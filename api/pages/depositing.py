"""How does a deposit come in, and how do its keys go out? The same field for the page's script and for a file."""

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from api.pages.desks import desks
from api.pages.visitor import Visitor
from scheduler.model import LotId


async def sent_deposit(request: Request) -> bytes:
    """The field `deposit`: text that the page's script wrote, or an uploaded file; empty when there is neither."""
    found = (await request.form()).get("deposit")
    if isinstance(found, UploadFile):
        return await found.read()
    return found.encode("utf-8", "replace") if found else b""


def seeds_wanted(request: Request, who: Visitor, lot: str) -> Response:
    """The keys and their ceremonies as a file for the party's own machine."""
    body = desks(request).seeds_wanted(who.user, who.role, LotId(lot))
    headers = {"Content-Disposition": 'attachment; filename="seeds.json"'}
    return Response(body, media_type="application/json", headers=headers)
