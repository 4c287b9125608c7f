"""What stands around every page: header, breadcrumb, language, type size, footer, form token?"""

from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api import errors
from api.pages.visitor import HOME, form_token, language, large, visitor
from api.pages.voice import Voice

BAD = 400  # the first status that is an error: its address leads nowhere
# A crumb of the breadcrumb 当前位置: a text, and where it leads (empty: here).
Crumb = tuple[str, str]

pens = Environment(
    loader=PackageLoader("api", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,  # as the words: an upgrade on the disk does not reach pages of a program that still runs
)


def page(
    request: Request,
    template: str,
    *,
    trail: tuple[Crumb, ...] = (),
    status: int | None = None,
    no: Exception | None = None,
    **shown: Any,
) -> HTMLResponse:
    """`template` filled with `shown`, inside the frame, in the visitor's language. `no`: what stands in the way, told
    as `problem`; it sets the status too, unless there is another."""
    problem = errors.problem(no, language(request), "") if no else None
    status = status or (problem.status if problem else 200)
    setup, who = request.app.state.setup, visitor(request)
    frame = {
        "say": voice(request),
        "who": who,
        "desk": HOME.get(who.role, "/") if who else "/",
        "large": large(request),
        "token": form_token(request),
        "here": request.url.path if request.method == "GET" else "/",
        "back": _asked(request) if request.method == "GET" and status < BAD else "",
        "trail": trail,
        "footer": setup.footer,
        "demo": setup.demo,
        "now": setup.now(),
        "problem": problem,
        "typed": None,
    }
    return HTMLResponse(pens.get_template(template).render(frame | shown), status_code=status)


def _asked(request: Request) -> str:
    """The address as it was asked for, so that a change of language changes nothing else."""
    path, query = quote(request.url.path), request.url.query
    return f"{path}?{query}" if query else path


def voice(request: Request) -> Voice:
    """The words of this request."""
    return Voice(language=language(request))
