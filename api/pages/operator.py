"""The operator's pages 经办: the day on the map, and one lot."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.pages.desks import desks, show
from api.pages.frame import voice
from api.pages.visitor import Visitor, only, own_form
from api.views.hexmap import hexmap
from scheduler.model import LotId, RegionCode, Role
from scheduler.state import Phase

router = APIRouter(prefix="/operator", include_in_schema=False, dependencies=[Depends(own_form)])
Operator = Annotated[Visitor, Depends(only(Role.OPERATOR))]


@router.get("")
def today(request: Request, who: Operator, county: str = "", day: date | None = None) -> Response:
    """A day's lots, all or of one county."""
    view = desks(request).today(day, RegionCode(county) if county else None)
    trail = ((voice(request)("operator.title"), ""),)
    drawing = hexmap(view.counties)
    return show(request, "operator.html", view, who, phase=Phase.F0, trail=trail, map=drawing)


@router.get("/lots/{lot}")
def lot(request: Request, who: Operator, lot: str) -> Response:
    """One lot: progress, places, and no person."""
    view = desks(request).lot(LotId(lot))
    trail = ((voice(request)("operator.title"), "/operator"), (view.row.lot, ""))
    return show(request, "lot.html", view, who, phase=view.row.phase, trail=trail)
