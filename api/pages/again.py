"""What answers a form of a desk? The page it leads to, or the same page with the refusal and with what was typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.errors import STATUS
from api.pages.visitor import wants_page
from scheduler.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The form that was refused, by its address, and its fields as typed."""

    action: str
    fields: Mapping[str, str] = field(default_factory=dict)


def typed_in(request: Request, fields: Mapping[str, str]) -> Typed:
    """What came with this request; templates know the form again by `action`."""
    return Typed(action=quote(request.url.path), fields=fields)


def done(
    request: Request, verb: Callable[[], object], leads: str, again: Callable[[Refused], Response]
) -> Response:
    """Do it and go to `leads`. Refused: `again` tells why; a program, and who may not see the page, get the error."""
    try:
        verb()
    except Refused as no:
        if not wants_page(request) or no.code in STATUS:
            raise
        return again(no)
    return RedirectResponse(leads, 303)
