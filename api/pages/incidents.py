"""The pages for what goes wrong 异常处置: staff at their lots, members at their panels."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.pages.again import done, typed_in
from api.pages.desks import desks, show
from api.pages.frame import voice
from api.pages.reading import desk_router
from api.pages.visitor import Visitor, at_own_desk, wants_page
from api.services.incidents import Form, Incident
from api.services.telling import Said, Tell
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import LotId, Role

router = desk_router()
STAFF = (Role.OPERATOR, Role.SUPERVISOR, Role.TENDEREE, Role.SITE)
MEMBERS = (Role.EXPERT, Role.OWNER)


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
Own = Annotated[Visitor, Depends(at_own_desk)]


def look(request: Request, who: Own, lot: str) -> Response:
    """What has gone wrong in a lot, and what this desk may do about it."""
    return _desk(request, who, LotId(lot))


def act(request: Request, who: Own, lot: str, incident: Incident, form: Typed) -> Response:
    """Do it."""
    try:
        after = desks(request).handle(who.user, who.role, LotId(lot), incident, form)
    except Refused as no:
        if not wants_page(request) or no.code in ("unknown_lot", "role"):
            raise
        return _desk(request, who, LotId(lot), no=no, form=form)
    return RedirectResponse(_home(who.role, after), 303)


def panel(request: Request, who: Own, task: str) -> Response:
    """The member's own panel."""
    return _panel(request, who, Member(task))


def tell(request: Request, who: Own, task: str, press: Tell, told: Told) -> Response:
    """Tell it something; who leaves it goes back to the own cards."""
    verb, left = desks(request).tell, press in (Tell.ILL, Tell.CONFLICT)
    typed = typed_in(request, {"says": told.says, "about": told.about, "yes": "yes" if told.yes else "no"})
    return done(
        request,
        lambda: verb(who.user, who.role, Member(task), press, told),
        f"/{who.role}" if left else _panel_home(who, task),
        lambda no: _panel(request, who, Member(task), no=no, typed=typed),
    )


for each in STAFF:
    router.get(f"/{each}/incidents/{{lot}}")(look)
    router.post(f"/{each}/incidents/{{lot}}/{{incident}}")(act)
for each in MEMBERS:
    router.get(f"/{each}/tasks/{{task}}/panel")(panel)
    router.post(f"/{each}/tasks/{{task}}/panel/{{press}}")(tell)


def _desk(
    request: Request, who: Visitor, lot: LotId, *, no: Refused | None = None, form: Form | None = None
) -> Response:
    view, say = desks(request).incidents(who.user, who.role, lot), voice(request)
    trail = ((say(f"{who.role}.title"), f"/{who.role}"), (say("incidents.title"), ""))
    here = _home(who.role, view.lot)
    shown = {"no": no, "home": here, "form": form or Form(), "here": here}
    return show(request, "incidents.html", view, who, phase=view.phase, trail=trail, **shown)


def _home(role: Role, lot: LotId) -> str:
    return f"/{role}/incidents/{quote(lot, safe='')}"


def _panel(request: Request, who: Visitor, task: Member, **refused: Any) -> Response:
    (view, phase), say = desks(request).panel(who.user, who.role, task), voice(request)
    trail = ((say(f"{who.role}.title"), f"/{who.role}"), (say("panel.title"), ""))
    here = _panel_home(who, task)
    return show(request, "panel.html", view, who, phase=phase, trail=trail, home=here, here=here, **refused)


def _panel_home(who: Visitor, task: str) -> str:
    return f"/{who.role}/tasks/{quote(task, safe='')}/panel"
