"""The site's pages 场地: the day's lots at the own site, and the gate of one of them."""

from datetime import date
from typing import Annotated, Protocol, cast
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import Response

from api.pages.again import done
from api.pages.desks import show
from api.pages.frame import page, voice
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, only
from api.services.admitting import LONGEST, Gate, Pass
from api.views.sitedesk import SiteDay, SiteDesk
from scheduler.errors import Refused
from scheduler.model import LotId, Role

router = desk_router("/site")
Staff = Annotated[Visitor, Depends(only(Role.SITE))]


class Site(Protocol):
    """What these pages ask of the house."""

    def today(self, user: str, day: date | None) -> SiteDay:
        """The lots at the user's site on a day; None: the nearest one with lots."""

    def lot(self, user: str, lot: LotId) -> SiteDesk:
        """One of them with the members who are due at this gate."""

    def handle(self, user: str, lot: LotId, what: Gate, given: Pass) -> None:
        """Do something about one member."""


def site(request: Request) -> Site:
    """The gate's verbs of this app."""
    return cast(Site, request.app.state.setup.desks.site)


async def given(request: Request) -> Pass:
    """The fields of a gate's form."""
    sent = await request.form()
    fields = {name: sent.get(name) for name in Pass.__slots__}
    return Pass(**{name: text for name, text in fields.items() if isinstance(text, str)})


@router.get("")
def today(request: Request, who: Staff, day: date | None = None) -> Response:
    """A day's lots at the own site; each line has passed the gate of sight in its lot's own phase."""
    trail = ((voice(request)("site.title"), ""),)
    return page(request, "site.html", view=site(request).today(who.user, day), trail=trail)


@router.get("/lots/{lot}")
def lot(request: Request, who: Staff, lot: str) -> Response:
    """One lot: who is due, who has announced a device, who is in."""
    return _gate(request, who, LotId(lot))


@router.post("/lots/{lot}/{gate}")
def act(
    request: Request, who: Staff, lot: str, gate: Gate, sent: Annotated[Pass, Depends(given)]
) -> Response:
    """Check in, mark absent, report illness."""
    verb = site(request).handle
    return done(
        request,
        lambda: verb(who.user, LotId(lot), gate, sent),
        _home(lot),
        lambda no: _gate(request, who, LotId(lot), no),
    )


def _gate(request: Request, who: Visitor, lot: LotId, no: Refused | None = None) -> Response:
    view, say = site(request).lot(who.user, lot), voice(request)
    trail = ((say("site.title"), "/site"), (say.lot(view.row.lot), ""))
    more = {"home": _home(view.row.lot), "no": no, "longest": LONGEST, "here": _home(view.row.lot)}
    return show(request, "gate.html", view, who, phase=view.row.phase, trail=trail, **more)


def _home(lot: str) -> str:
    return f"/site/lots/{quote(lot, safe='')}"
