"""What stands around every page: header, breadcrumb, language, type size, footer, form token?"""

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.pages.visitor import form_token, language, large, visitor
from api.pages.voice import Voice

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
    request: Request, template: str, *, trail: tuple[Crumb, ...] = (), status: int = 200, **shown: Any
) -> HTMLResponse:
    """`template` filled with `shown`, inside the frame, in the visitor's language."""
    setup = request.app.state.setup
    frame = {
        "say": voice(request),
        "who": visitor(request),
        "large": large(request),
        "token": form_token(request),
        "here": request.url.path if request.method == "GET" else "/",
        "trail": trail,
        "footer": setup.footer,
        "demo": setup.demo,
        "now": setup.now(),
    }
    return HTMLResponse(pens.get_template(template).render(frame | shown), status_code=status)


def voice(request: Request) -> Voice:
    """The words of this request."""
    return Voice(language=language(request))
