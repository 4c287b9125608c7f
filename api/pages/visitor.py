"""Who is at the screen: role and user in a signed cookie, language and type size beside it, forms by token?"""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Annotated, cast

from fastapi import Request
from pydantic import Field
from starlette.exceptions import HTTPException

from api.pages.guard import MACHINE
from api.services.pressing import Slip
from api.words import Lang, lang_of
from scheduler.model import Role

CSRF = "csrf"
HOME = {
    Role.OPERATOR: "/operator",
    Role.EXPERT: "/expert",
    Role.OWNER: "/owner",
    Role.SITE: "/site",
    Role.SUPERVISOR: "/supervisor",
    Role.TENDEREE: "/tenderee",
    Role.POOL: "/pool",
    Role.ADMIN: "/packs",
}
# A whole number that every database holds; what is larger is no number that anybody was shown.
Whole = Annotated[int, Field(ge=-(2**31), lt=2**31)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A person who has signed in: which desk is theirs, and their user name there."""

    role: Role
    user: str


def visitor(request: Request) -> Visitor | None:
    """Who is signed in, if anybody."""
    role, user = request.session.get("role"), request.session.get("user")
    return Visitor(role=Role(role), user=user) if role and user else None


def sign_in(request: Request, who: Visitor) -> None:
    """Start a fresh session, with a fresh form token, so that an older cookie is worth nothing."""
    request.session.clear()
    request.session.update(role=who.role.value, user=who.user)
    form_token(request)


def sign_out(request: Request) -> None:
    """Forget everything about this browser but its language."""
    request.session.clear()


def form_token(request: Request) -> str:
    """The token that every form of this session carries."""
    if CSRF not in request.session:
        request.session[CSRF] = request.app.state.setup.entropy(16).hex()
    return cast(str, request.session[CSRF])


async def own_form(request: Request) -> None:
    """Refuse a POST that does not come from a form of ours (all page routers depend on this)."""
    if request.method in ("GET", "HEAD"):
        return
    sent = (await request.form()).get(CSRF)
    kept = request.session.get(CSRF)
    if not isinstance(sent, str) or not kept or not compare_digest(sent.encode(), kept.encode()):
        raise HTTPException(403, "form_token")


async def sent_slip(request: Request) -> Slip:
    """The fields of a small form, as typed."""
    sent = await request.form()
    typed = {name: sent.get(name) for name in ("text", "reference", "about", "count")}
    return Slip(**{name: value for name, value in typed.items() if isinstance(value, str)})


def only(*roles: Role) -> "Only":
    """A dependency that lets these roles in and tells others the way to the door."""
    return Only(roles)


def at_own_desk(request: Request) -> Visitor:
    """The same for a page that several roles have, each at its own desk: the address begins with the role."""
    return only(Role(request.url.path.split("/")[1]))(request)


class Only:
    """Answers with the visitor when the role is right: 401 for nobody, 403 for somebody else."""

    def __init__(self, roles: tuple[Role, ...]) -> None:
        self.roles = roles

    def __call__(self, request: Request) -> Visitor:
        who = visitor(request)
        if who is None:
            raise HTTPException(401, "sign_in_first")
        if who.role not in self.roles:
            raise HTTPException(403, "other_desk")
        return who


def language(request: Request) -> Lang:
    """The cookie's, else what the browser asks for first, else the setting's."""
    first = request.headers.get("accept-language", "").split(",")[0].strip().lower()
    for wish in (request.cookies.get("lang", ""), first):
        if wish.startswith(("zh", "en")):
            return lang_of(wish)
    return cast(Lang, request.app.state.setup.language)


def wants_page(request: Request) -> bool:
    """Whether a person with a browser asks; a program is answered in JSON where there is a choice."""
    path = request.url.path
    person = "text/html" in request.headers.get("accept", "")
    return person and not path.startswith("/v1/") and path not in MACHINE


def large(request: Request) -> bool:
    """Whether 长辈版, the large type, is on."""
    return request.cookies.get("size") == "large"


def local(path: str) -> str:
    """`path` if it stays on this site, else the front page."""
    own = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if own else "/"
