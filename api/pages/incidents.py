"""The pages for what goes wrong 异常处置: staff at their lots, members at their panels."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from api import errors
from api.pages.desks import desks, show
from api.pages.frame import page, voice
from api.pages.visitor import Visitor, language, only, own_form, wants_page
from api.services.incidents import Form, Incident
from api.services.telling import Said, Tell
from api.views.gate import passed
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import LotId, Role

router = APIRouter(include_in_schema=False, dependencies=[Depends(own_form)])
STAFF = (Role.OPERATOR, Role.SUPERVISOR, Role.TENDEREE, Role.SITE)


async def typed(request: Request) -> Form:
    """The fields of a staff form; files and long texts are none."""
    sent = await request.form()
    fields = {name: sent.get(name) for name in Form.__slots__}
    return Form(**{name: text for name, text in fields.items() if isinstance(text, str)})


async def said(request: Request) -> Said:
    """The fields of a member's form."""
    sent = await request.form()
    says, about = sent.get("says"), sent.get("about")
    return Said(
        says=says if isinstance(says, str) else "",
        about=about if isinstance(about, str) else "",
        yes=sent.get("yes") != "no",
    )


Typed = Annotated[Form, Depends(typed)]
Told = Annotated[Said, Depends(said)]


def _routes(role: Role) -> None:
    """The two routes of one kind of staff."""
    Staff = Annotated[Visitor, Depends(only(role))]  # noqa: N806  (a type)

    @router.get(f"/{role}/incidents/{{lot}}")
    def look(request: Request, who: Staff, lot: str) -> Response:
        return _desk(request, who, LotId(lot))

    @router.post(f"/{role}/incidents/{{lot}}/{{incident}}")
    def act(request: Request, who: Staff, lot: str, incident: Incident, form: Typed) -> Response:
        return _act(request, who, LotId(lot), incident, form)


for each in STAFF:
    _routes(each)


def _act(request: Request, who: Visitor, lot: LotId, incident: Incident, form: Form) -> Response:
    try:
        after = desks(request).handle(who.user, who.role, lot, incident, form)
    except Refused as no:
        if not wants_page(request) or no.code in ("unknown_lot", "role"):
            raise
        return _desk(request, who, lot, no=no, form=form)
    return RedirectResponse(_home(who.role, after), 303)


def _desk(
    request: Request, who: Visitor, lot: LotId, *, no: Refused | None = None, form: Form | None = None
) -> Response:
    view, say = desks(request).incidents(who.user, who.role, lot), voice(request)
    problem = errors.problem(no, language(request), "") if no else None
    trail = ((say(f"{who.role}.title"), f"/{who.role}"), (say("incidents.title"), ""))
    here = _home(who.role, view.lot)
    shown = {"problem": problem, "home": here, "form": form or Form(), "here": here}
    answer = show(request, "incidents.html", view, who, phase=view.phase, trail=trail, **shown)
    answer.status_code = problem.status if problem else 200
    return answer


def _home(role: Role, lot: LotId) -> str:
    return f"/{role}/incidents/{quote(lot, safe='')}"


def _panels(role: Role) -> None:
    """The two routes of one kind of member."""
    One = Annotated[Visitor, Depends(only(role))]  # noqa: N806  (a type)

    @router.get(f"/{role}/tasks/{{task}}/panel")
    def panel(request: Request, who: One, task: str) -> Response:
        return _panel(request, who, Member(task))

    @router.post(f"/{role}/tasks/{{task}}/panel/{{press}}")
    def tell(request: Request, who: One, task: str, press: Tell, told: Told) -> Response:
        return _tell(request, who, Member(task), press, told)


for each in (Role.EXPERT, Role.OWNER):
    _panels(each)


def _tell(request: Request, who: Visitor, task: Member, press: Tell, told: Said) -> Response:
    try:
        desks(request).tell(who.user, who.role, task, press, told)
    except Refused as no:
        if not wants_page(request) or no.code in ("not_found", "not_a_member"):
            raise
        return _panel(request, who, task, no=no)
    left = press in (Tell.ILL, Tell.CONFLICT)
    return RedirectResponse(f"/{who.role}" if left else _panel_home(who, task), 303)


def _panel_home(who: Visitor, task: Member) -> str:
    return f"/{who.role}/tasks/{quote(task, safe='')}/panel"


def _panel(request: Request, who: Visitor, task: Member, *, no: Refused | None = None) -> Response:
    view, phase = desks(request).panel(who.user, who.role, task)
    say, problem = voice(request), errors.problem(no, language(request), "") if no else None
    trail = ((say(f"{who.role}.title"), f"/{who.role}"), (say("panel.title"), ""))
    here = _panel_home(who, task)
    answer = page(
        request,
        "panel.html",
        view=passed(view, who.role, phase),
        trail=trail,
        home=here,
        problem=problem,
        here=here,
    )
    answer.status_code = problem.status if problem else 200
    return answer
