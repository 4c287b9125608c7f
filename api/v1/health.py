"""Is this process alive, is it ready, and what does it count?"""

import logging
from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

log = logging.getLogger("yuanping.web")

# Looks at one thing and returns; whatever it raises means "not ready".
Check = Callable[[], object]

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process answers."""

    status: str


class Ready(BaseModel):
    """Each check by name; `ready` when all are true."""

    ready: bool
    checks: dict[str, bool]


@router.get("/healthz")
def healthz() -> Alive:
    """The process answers; asks nothing of the database."""
    return Alive(status="ok")


@router.get("/readyz", responses={503: {"model": Ready}})
def readyz(request: Request, response: Response) -> Ready:
    """Whether database, migrations and key store are there; says which are not, never why."""
    checks = look(request.app.state.setup.checks)
    if not all(checks.values()):
        response.status_code = 503
    return Ready(ready=all(checks.values()), checks=checks)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(request: Request) -> Response:
    """Counters in Prometheus text."""
    registry = request.app.state.meter.registry
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def look(checks: Mapping[str, Check]) -> dict[str, bool]:
    """Run every check; the kind of a failure goes to the log, its message (maybe a path or a name) nowhere."""
    found = {}
    for name, check in checks.items():
        try:
            check()
        except Exception as error:
            log.warning("not ready: %s (%s)", name, type(error).__name__)
            found[name] = False
        else:
            found[name] = True
    return found
