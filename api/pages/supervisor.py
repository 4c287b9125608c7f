"""The supervisor's pages 监督: all lots, and the transcript of a draw that is recomputed on request."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Form, Request
from fastapi.responses import JSONResponse, Response

from api.pages.again import done, typed_in
from api.pages.depositing import seeds_wanted, sent_deposit
from api.pages.desks import desks, show
from api.pages.frame import voice
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, Whole, only, sent_slip
from api.services.pressing import Press, Slip
from api.views.fairness import Fairness
from api.views.plainly import plain
from api.views.supervisor import SupervisorTranscript, Verdict
from api.views.why import Question
from scheduler.errors import Refused
from scheduler.model import LotId, Role
from scheduler.state import Phase

router = desk_router("/supervisor")
Supervisor = Annotated[Visitor, Depends(only(Role.SUPERVISOR))]


@router.get("")
def lots(request: Request, who: Supervisor) -> Response:
    """All lots."""
    trail = ((voice(request)("supervisor.title"), ""),)
    return show(request, "supervisor.html", desks(request).lots(), who, phase=Phase.F0, trail=trail)


@router.get("/fairness")
def fairness(request: Request, who: Supervisor) -> Response:
    """What the count over all draws is, and the button that makes it."""
    return _counted(request, who, None)


@router.post("/fairness")
def over_time(request: Request, who: Supervisor) -> Response:
    """All draws so far against the chances published before them."""
    return _counted(request, who, desks(request).over_time(who.user))


def _counted(request: Request, who: Visitor, view: Fairness | None) -> Response:
    say = voice(request)
    trail = ((say("supervisor.title"), "/supervisor"), (say("fairness.title"), ""))
    shown = view or Fairness(lots=0, rounds=0, seats=0, tables=())
    return show(request, "fairness.html", shown, who, phase=Phase.F1, trail=trail, counted=view is not None)


@router.get("/lots/{lot}/funnel.json")
def funnel(request: Request, who: Supervisor, lot: str) -> Response:
    """From pool to eligible to drawn, as data; null before the draw."""
    found = desks(request).transcript(LotId(lot)).funnel
    return JSONResponse(None if found is None else plain(found))


@router.post("/lots/{lot}/compare")
def compare(request: Request, who: Supervisor, lot: str) -> Response:
    """The transcript with this draw beside a shuffled one."""
    compared = desks(request).spread(who.user, LotId(lot))
    return _told(request, who, replace(desks(request).transcript(LotId(lot)), compared=compared), None)


@router.get("/lots/{lot}")
def transcript(request: Request, who: Supervisor, lot: str) -> Response:
    """How the panel came about."""
    return _told(request, who, desks(request).transcript(LotId(lot)), None)


@router.get("/lots/{lot}/seeds.json")
def wanted(request: Request, who: Supervisor, lot: str) -> Response:
    """What `yuanping deposit` reads."""
    return seeds_wanted(request, who, lot)


@router.post("/lots/{lot}/deposit")
def deposit(
    request: Request, who: Supervisor, lot: str, deposit: Annotated[bytes, Depends(sent_deposit)]
) -> Response:
    """The supervisor's seeds for every round."""
    return _done(request, who, lot, lambda: desks(request).deposit(who.user, who.role, LotId(lot), deposit))


@router.post("/lots/{lot}/extend")
def extend(
    request: Request,
    who: Supervisor,
    lot: str,
    rounds: Annotated[Whole, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """More rounds than the pack gives, signed for with a reason."""
    verb, fields = desks(request).extend, {"rounds": str(rounds), "reason": reason}
    return _done(request, who, lot, lambda: verb(who.user, LotId(lot), rounds, reason), fields)


@router.post("/lots/{lot}/press/{deed}")
def press(
    request: Request, who: Supervisor, lot: str, deed: Press, slip: Annotated[Slip, Depends(sent_slip)]
) -> Response:
    """What waits for the supervisor, done."""
    verb = desks(request).press
    return _done(request, who, lot, lambda: verb(who.user, who.role, LotId(lot), deed, slip), asdict(slip))


@router.post("/lots/{lot}/verify")
def verify(request: Request, who: Supervisor, lot: str) -> Response:
    """The transcript with a fresh run of the verifier."""
    verdict = desks(request).verify(who.user, LotId(lot), tampered=False)
    return _told(request, who, desks(request).transcript(LotId(lot)), verdict)


@router.post("/lots/{lot}/tamper")
def tamper(request: Request, who: Supervisor, lot: str) -> Response:
    """The same over a copy with one byte changed; in the demo only."""
    if not request.app.state.setup.demo:
        raise Refused("not_found")
    verdict = desks(request).verify(who.user, LotId(lot), tampered=True)
    return _told(request, who, desks(request).transcript(LotId(lot)), verdict)


@router.post("/lots/{lot}/name")
def name_experts(request: Request, who: Supervisor, lot: str) -> Response:
    """Experts are named: told again why not where the custodians have not answered yet."""
    return _done(request, who, lot, lambda: desks(request).name_experts(who.user, LotId(lot)), at="#panel")


@router.get("/lots/{lot}/why")
def why(
    request: Request, who: Supervisor, lot: str, round: int = 1, rule: str = "", person: str = ""
) -> Response:
    """Why somebody is not on the panel: everybody out in a round, of one rule, or one pseudonym."""
    view = desks(request).why(who.user, LotId(lot), Question(round=round, rule=rule, person=person[:64]))
    home, say = f"/supervisor/lots/{quote(lot, safe='')}", voice(request)
    trail = ((say("supervisor.title"), "/supervisor"), (view.lot, home), (say("why.title"), ""))
    return show(request, "why.html", view, who, phase=view.phase, trail=trail, home=home)


def _done(
    request: Request,
    who: Visitor,
    lot: str,
    verb: Callable[[], None],
    fields: Mapping[str, str] = MappingProxyType({}),
    at: str = "",
) -> Response:
    """Back to the transcript, with the refusal and what was typed where there is one."""

    def again(no: Refused) -> Response:
        told = typed_in(request, fields)
        return _told(request, who, desks(request).transcript(LotId(lot)), None, no=no, typed=told)

    return done(request, verb, f"/supervisor/lots/{quote(lot, safe='')}{at}", again)


def _told(
    request: Request, who: Visitor, view: SupervisorTranscript, verdict: Verdict | None, **refused: Any
) -> Response:
    trail = ((voice(request)("supervisor.title"), "/supervisor"), (view.lot, ""))
    shown = replace(view, verdict=verdict)
    here = f"/supervisor/lots/{quote(view.lot, safe='')}"
    return show(request, "transcript.html", shown, who, phase=view.phase, trail=trail, here=here, **refused)
