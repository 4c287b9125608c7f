"""What does the access log say? Every request once, but not the agents' endless question whether there is work."""

import logging

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from api.pages.guard import Guard, Meter


async def answered(request: Request) -> Response:
    """200, or what the last part of the path says."""
    known = request.path_params.get("known", "")
    return PlainTextResponse("", status_code=int(known) if known.isdigit() else 200)


async def failed(request: Request, error: Exception) -> Response:
    """No error is expected here."""
    raise error


def test_agents_who_find_no_work_leave_no_line_and_those_sent_away_do(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Three agents ask every two seconds: on a terminal nothing else would be left to read."""
    app = Starlette(routes=[Route("/v1/custody/work/{known}", answered), Route("/healthz", answered)])
    client = TestClient(Guard(app, meter=Meter(), failed=failed, https=False))
    caplog.set_level(logging.INFO, "yuanping.web")
    for path in ("/v1/custody/work/abc", "/v1/custody/work/403", "/healthz"):
        client.get(path)
    lines = [
        record.getMessage().rsplit(" ", 2)[0] for record in caplog.records if record.name == "yuanping.web"
    ]
    assert len(lines) == 2
    assert lines[0].endswith("403")
    assert lines[1].endswith("200")
