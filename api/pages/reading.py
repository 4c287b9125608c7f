"""How do pages read what was typed? In one form of every letter, and without what nobody sees (api.intake.typed)."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from api.intake.typed import typed
from api.pages.visitor import own_form


class Typed(Request):
    """A request whose form (`form()` reads it by `_get_form`) holds clean text; files stay as they are."""

    async def _get_form(self, **limits: Any) -> FormData:
        if self._form is None:
            sent = await super()._get_form(**limits)
            self._form = FormData(
                [(name, _clean(text) if isinstance(text, str) else text) for name, text in sent.multi_items()]
            )
        return self._form


def _clean(text: str) -> str:
    clean = typed(text)
    if clean is None:
        raise HTTPException(422, "bad_text")
    return clean


class Desk(APIRoute):
    """A route of a page: its form is clean text, its address too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind a request of ours."""
        handle = super().get_route_handler()

        async def read(request: Request) -> Response:
            for text in (request.url.path, request.scope["path"], *request.query_params.values()):
                _clean(text)
            return await handle(Typed(request.scope, request.receive))

        return read


def desk_router(prefix: str = "", *, own_forms: bool = True) -> APIRouter:
    """The router of a desk's pages. `own_forms`: they take forms of ours only (see `own_form`)."""
    guards = [Depends(own_form)] if own_forms else []
    return APIRouter(prefix=prefix, include_in_schema=False, dependencies=guards, route_class=Desk)
