"""The planning page 席位与调度: what is lost, what should change, before and after; shown first, then applied."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Annotated

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.pages.desks import show
from api.pages.frame import voice
from api.pages.plandesk import plandesk
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, Whole, only, wants_page
from api.services.closing_sites import Cut
from scheduler.errors import Refused
from scheduler.model import LotId, Role, SiteId
from scheduler.rules.day import SHANGHAI
from scheduler.state import Phase

HERE = "/operator/plan"
# The form of a loss before anything is typed.
EMPTY = {"site": "", "room": "", "day": "", "since": "08:00", "until": "18:00", "reason": ""}
router = desk_router(HERE)
Operator = Annotated[Visitor, Depends(only(Role.OPERATOR))]


def typed_cut(
    site: Annotated[str, Form()],
    day: Annotated[date, Form()],
    since: Annotated[time, Form()],
    until: Annotated[time, Form()],
    room: Annotated[str, Form()] = "",
) -> Cut:
    """The loss that the form describes, in China's time."""
    ends = datetime.combine(day, until, SHANGHAI)
    return Cut(site=SiteId(site), room=room.strip(), starts=datetime.combine(day, since, SHANGHAI), ends=ends)


Typed = Annotated[Cut, Depends(typed_cut)]


@router.get("")
def plan(request: Request, who: Operator) -> Response:
    """What is lost now and the repair proposed."""
    return _page(request, who)


@router.get("/seats")
def seats(request: Request, who: Operator, day: date | None = None) -> Response:
    """One day of all sites: lots, holds hatched with their countdown, what is closed."""
    say = voice(request)
    trail = ((say("operator.title"), "/operator"), (say("planning.title"), HERE), (say("seats.title"), ""))
    view = plandesk(request).seats(who.user, day)
    return show(request, "seats.html", view, who, phase=Phase.F0, trail=trail, here=f"{HERE}/seats")


@router.post("/what-if")
def what_if(request: Request, who: Operator, cut: Typed, reason: Annotated[str, Form()] = "") -> Response:
    """The repair of an imagined loss; nothing is written, and the form keeps what was typed."""
    return _page(request, who, imagined=cut, typed=_typed(cut, reason))


@router.post("/close")
def close(request: Request, who: Operator, cut: Typed, reason: Annotated[str, Form()] = "") -> Response:
    """Record the loss; the page then shows the repair."""
    typed = _typed(cut, reason)
    return _done(request, who, lambda: plandesk(request).close_site(who.user, cut, reason), typed)


@router.post("/lift")
def lift(request: Request, who: Operator, number: Annotated[Whole, Form()]) -> Response:
    """The seats can be used again."""
    return _done(request, who, lambda: plandesk(request).lift(who.user, number))


@router.post("/over")
def over(
    request: Request, who: Operator, lot: Annotated[str, Form()], minutes: Annotated[Whole, Form()]
) -> Response:
    """An evaluation runs over."""
    return _done(request, who, lambda: plandesk(request).run_over(who.user, LotId(lot), minutes))


@router.post("/apply")
def apply(
    request: Request, who: Operator, digest: Annotated[str, Form()], reason: Annotated[str, Form()] = ""
) -> Response:
    """Carry out the repair that was shown."""
    return _done(request, who, lambda: plandesk(request).apply(who.user, digest, reason))


@router.get("/reseat/{lot}")
def reseat(request: Request, who: Operator, lot: str) -> Response:
    """Where drawn members of lost workstations would sit; nothing is written."""
    return _reseat(request, who, LotId(lot))


@router.post("/reseat/{lot}")
def seat_elsewhere(
    request: Request,
    who: Operator,
    lot: str,
    digest: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Carry out what was shown."""
    try:
        plandesk(request).seat_elsewhere(who.user, LotId(lot), digest, reason)
    except Refused as no:
        if not wants_page(request):
            raise
        return _reseat(request, who, LotId(lot), no)
    return RedirectResponse(HERE, 303)


def _reseat(request: Request, who: Visitor, lot: LotId, no: Refused | None = None) -> Response:
    say = voice(request)
    view, phase, why_not = plandesk(request).reseat(who.user, lot)
    trail = ((say("operator.title"), "/operator"), (say("planning.title"), HERE), (say("reseat.title"), ""))
    told, status = no or why_not, None if no else 200
    return show(
        request, "reseat.html", view, who, phase=phase, trail=trail, here=HERE, no=told, status=status
    )


def _typed(cut: Cut, reason: str) -> Mapping[str, str]:
    """What stood in the form of a loss."""
    return {
        "site": cut.site,
        "room": cut.room,
        "day": cut.starts.date().isoformat(),
        "since": f"{cut.starts:%H:%M}",
        "until": f"{cut.ends:%H:%M}",
        "reason": reason,
    }


def _done(
    request: Request, who: Visitor, verb: Callable[[], None], typed: Mapping[str, str] = EMPTY
) -> Response:
    try:
        verb()
    except Refused as no:
        if not wants_page(request):
            raise
        return _page(request, who, no=no, typed=typed)
    return RedirectResponse(HERE, 303)


def _page(
    request: Request,
    who: Visitor,
    *,
    imagined: Cut | None = None,
    no: Refused | None = None,
    typed: Mapping[str, str] = EMPTY,
) -> Response:
    say = voice(request)
    try:
        view = plandesk(request).planning(who.user, imagined)
    except Refused as wrong:
        no, view = wrong, plandesk(request).planning(who.user, None)
    return show(
        request,
        "plan.html",
        view,
        who,
        phase=Phase.F0,
        trail=((say("operator.title"), "/operator"), (say("planning.title"), "")),
        here=HERE,
        no=no,
        typed=typed,
    )
