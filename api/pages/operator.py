"""The operator's pages 经办: the day on the map, one lot, and the deed it waits for."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from api.intake.faults import Fault, Faults
from api.pages.again import done, typed_in
from api.pages.depositing import seeds_wanted, sent_deposit
from api.pages.desks import desks, show
from api.pages.frame import voice
from api.pages.plandesk import plandesk
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, only, sent_slip, wants_page
from api.services.acting import REASONED, Deed
from api.services.pressing import Press, Slip
from api.services.reasons import LONGEST
from api.views.hexmap import hexmap
from scheduler.errors import Refused
from scheduler.model import LotId, RegionCode, Role
from scheduler.state import Phase

router = desk_router("/operator")
Operator = Annotated[Visitor, Depends(only(Role.OPERATOR))]


async def sent_file(request: Request) -> bytes:
    """The file of the form's field `package`; empty when none was chosen."""
    found = (await request.form()).get("package")
    return await found.read() if isinstance(found, UploadFile) else b""


@router.get("")
def today(request: Request, who: Operator, county: str = "", day: date | None = None) -> Response:
    """A day's lots, all or of one county."""
    view = desks(request).today(day, RegionCode(county) if county else None)
    trail = ((voice(request)("operator.title"), ""),)
    drawing = hexmap(view.counties)
    ready = plandesk(request).ready()
    return show(request, "operator.html", view, who, phase=Phase.F0, trail=trail, map=drawing, ready=ready)


@router.get("/lots/{lot}")
def lot(request: Request, who: Operator, lot: str) -> Response:
    """One lot: progress, places, what it waits for, and no person."""
    return _lot(request, who, LotId(lot))


@router.get("/lots/{lot}/seeds.json")
def wanted(request: Request, who: Operator, lot: str) -> Response:
    """What `yuanping deposit` reads."""
    return seeds_wanted(request, who, lot)


@router.get("/lots/{lot}/{deed}")
def ask(request: Request, who: Operator, lot: str, deed: Deed) -> Response:
    """What the deed means, and the button that does it; one that is not due leads back to the lot."""
    if deed not in desks(request).lot(LotId(lot)).offers:
        return RedirectResponse(_home(lot), 303)
    return _deed(request, who, LotId(lot), deed)


@router.post("/lots/{lot}/open")
def open_bids(
    request: Request, who: Operator, lot: str, package: Annotated[bytes, Depends(sent_file)]
) -> Response:
    """Open the bids of the package sent along."""
    return _do(request, who, lot, Deed.OPEN, lambda: desks(request).open_bids(who.user, LotId(lot), package))


@router.post("/lots/{lot}/deposit")
def deposit(
    request: Request, who: Operator, lot: str, deposit: Annotated[bytes, Depends(sent_deposit)]
) -> Response:
    """The centre's own seeds for every round, sealed on the device of who deposits them."""
    verb = desks(request).deposit
    return _do(request, who, lot, Deed.DEPOSIT, lambda: verb(who.user, who.role, LotId(lot), deposit))


@router.post("/lots/{lot}/press/{deed}")
def press(
    request: Request, who: Operator, lot: str, deed: Press, slip: Annotated[Slip, Depends(sent_slip)]
) -> Response:
    """A small form about one lot."""
    verb = desks(request).press

    def again(no: Refused) -> Response:
        return _lot(request, who, LotId(lot), no=no, typed=typed_in(request, asdict(slip)))

    return done(request, lambda: verb(who.user, who.role, LotId(lot), deed, slip), _home(lot), again)


@router.post("/lots/{lot}/{deed}")
def act(
    request: Request, who: Operator, lot: str, deed: Deed, reason: Annotated[str, Form()] = ""
) -> Response:
    """Do the deed."""
    verb = desks(request).act
    return _do(request, who, lot, deed, lambda: verb(who.user, LotId(lot), deed, reason), reason)


def _do(
    request: Request, who: Visitor, lot: str, deed: Deed, verb: Callable[[], None], reason: str = ""
) -> Response:
    """Back to the lot, or the same page again with what stands in the way and what was typed."""
    try:
        verb()
    except (Refused, Faults) as no:
        if not wants_page(request):
            raise
        return _deed(request, who, LotId(lot), deed, no=no, reason=reason)
    return RedirectResponse(_home(lot), 303)


def _lot(request: Request, who: Visitor, lot: LotId, **refused: Any) -> Response:
    view = desks(request).lot(lot)
    trail = ((voice(request)("operator.title"), "/operator"), (view.row.lot, ""))
    return show(request, "lot.html", view, who, phase=view.row.phase, trail=trail, **refused)


def _deed(
    request: Request,
    who: Visitor,
    lot: LotId,
    deed: Deed,
    *,
    no: Refused | Faults | None = None,
    reason: str = "",
) -> Response:
    view, say = desks(request).lot(lot), voice(request)
    trail = (
        (say("operator.title"), "/operator"),
        (view.row.lot, _home(view.row.lot)),
        (say(f"deed.{deed}"), ""),
    )
    shown = {
        "deed": deed,
        "home": _home(view.row.lot),
        "no": no,
        "faults": tuple(_without_text(f) for f in no.faults) if isinstance(no, Faults) else (),
        "reason": reason,
        "reasoned": deed in REASONED,
        "longest": LONGEST,
    }
    return show(request, "deed.html", view, who, phase=view.row.phase, trail=trail, **shown)


def _without_text(fault: Fault) -> Fault:
    """The fault with its place but not what stood there: a package of bidders is told back to nobody."""
    quoted = ("found", "key")
    facts = {n: "…" if n in quoted and isinstance(f, str) else f for n, f in fault.facts.items()}
    return replace(fault, facts=facts)


def _home(lot: str) -> str:
    return f"/operator/lots/{quote(lot, safe='')}"
