"""Build the web app: routers, layers, error pages, lifespan."""

import logging
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from api import errors
from api.intake.faults import Faults
from api.pages import (
    alarms,
    batch,
    booking,
    calendar,
    door,
    entrance,
    expert,
    incidents,
    invited,
    operator,
    packs,
    planning,
    pool,
    sitedesk,
    supervisor,
    tenderee,
    waiting,
)
from api.pages.frame import page
from api.pages.guard import Guard, Meter
from api.pages.setup import Setup
from api.pages.visitor import language, wants_page
from api.pages.weight import Weight
from api.store.db import StorageFailed
from api.v1 import health
from crypto.errors import NotForYou
from scheduler.errors import Refused

log = logging.getLogger("yuanping.web")

SHIFT = 8 * 3600  # seconds a session lasts: one working day
STATIC = Path(__file__).parent / "static"
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
CENTRE: tuple[APIRouter, ...] = tuple(
    room.router
    for room in (
        health,
        door,
        entrance,
        batch,
        booking,
        planning,
        waiting,
        operator,
        expert,
        calendar,
        packs,
        supervisor,
        tenderee,
        sitedesk,
        incidents,
        alarms,
        pool,
    )
)
POOL_OWNER: tuple[APIRouter, ...] = (health.router, door.router, invited.router, pool.router)


@asynccontextmanager
async def nothing_to_start(app: FastAPI) -> AsyncIterator[None]:
    """The lifespan of an app that others keep running."""
    yield


def create_app(
    setup: Setup,
    *,
    lifespan: Lifespan = nothing_to_start,
    rooms: Sequence[APIRouter] = CENTRE,
    cookie: str = "yuanping",
) -> FastAPI:
    """The app over `setup` with these pages; `lifespan` starts and ends what it needs.

    `cookie`: of the session. Two houses on one machine must not take each other's.
    """
    meter = Meter()
    app = FastAPI(
        title="远评 yuanping",
        summary="Remote, double-blind bid evaluation",
        version="1",
        docs_url=None,  # FastAPI's own pages load scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        middleware=[
            Middleware(
                SessionMiddleware,
                secret_key=setup.secret,
                session_cookie=f"__Host-{cookie}" if setup.https else cookie,
                max_age=SHIFT,
                same_site="lax",
                https_only=setup.https,
            ),
            Middleware(Guard, meter=meter, failed=_failed, https=setup.https, leads_to=setup.centre_at),
            Middleware(Weight),
        ],
    )
    app.state.setup = setup
    app.state.meter = meter
    for error in (Refused, Faults, NotForYou, StorageFailed, HTTPException, RequestValidationError):
        app.add_exception_handler(error, _failed)
    for room in rooms:
        app.include_router(room)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


async def _failed(request: Request, error: Exception) -> Response:
    """The answer to any error: problem+json for programs, a page for people."""
    trace = request.app.state.setup.entropy(6).hex()
    told = errors.problem(error, language(request), trace)
    if told.trace:
        _log_unknown(error, trace)
    headers = dict(errors.headers_of(error))
    if not wants_page(request):
        return JSONResponse(told.document(), told.status, headers, media_type="application/problem+json")
    answer = page(request, "error.html", status=told.status, here="/", problem=told)
    answer.headers.update(headers)
    return answer


def _log_unknown(error: Exception, trace: str) -> None:
    """Kind and places of the error; its message stays out, since it may hold a name."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames[-8:]))
    log.error("unknown error %s: %s at %s", trace, type(error).__name__, places)
