"""What does every answer carry, and what may a log line say? Headers, counters, and the net under the app."""

import logging
from collections.abc import Awaitable, Callable

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.clock import stopwatch

log = logging.getLogger("yuanping.web")

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
STATIC = "/static/"
AGENTS = "/v1/custody/"  # they ask for ever, and keep a log of their own: told only when something is wrong
OK = 200
MACHINE = ("/healthz", "/readyz", "/metrics", "/openapi.json")

Failed = Callable[[Request, Exception], Awaitable[Response]]


class Meter:
    """Counts answers by kind and class of status, in a registry of its own.

    No label names a route: how often "decline" was pressed would tell what blindness hides.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "yuanping_http_answers", "Answers by kind and class", ["kind", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "yuanping_http_seconds", "Seconds until an answer began", ["kind"], registry=self.registry
        )

    def note(self, path: str, status: int, seconds: float) -> None:
        """Remember one answer."""
        kind = _kind(path)
        self._answers.labels(kind, f"{status // 100}xx").inc()
        self._seconds.labels(kind).observe(seconds)


def _kind(path: str) -> str:
    if path.startswith(STATIC):
        return "static"
    if path in MACHINE:
        return "machine"
    return "api" if path.startswith("/v1/") else "page"


class Guard:
    """Outermost layer: adds the headers, writes the access line, and turns any escaped error into an answer.

    `leads_to`: another house's address that forms of ours may go to.

    It catches everything itself because the server would log the error's message, which may hold a name.
    """

    def __init__(
        self, app: ASGIApp, *, meter: Meter, failed: Failed, https: bool, leads_to: str = ""
    ) -> None:
        self.app = app
        self.meter = meter
        self.failed = failed
        policy = POLICY.replace("form-action 'self'", f"form-action 'self' {leads_to}".rstrip())
        self.headers = HEADERS | {"Content-Security-Policy": policy}
        self.headers |= {"Strict-Transport-Security": "max-age=31536000"} if https else {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = stopwatch()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._dress(scope["path"], MutableHeaders(scope=message))
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception as error:
            response = await self.failed(Request(scope), error)
            if status:  # the answer had begun and cannot be taken back
                return
            await response(scope, receive, answer)
        finally:
            seconds = stopwatch() - begun
            self.meter.note(scope["path"], status, seconds)
            level = logging.DEBUG if status == OK and route_of(scope).startswith(AGENTS) else logging.INFO
            log.log(level, "%s %s %d %.0f ms", scope["method"], route_of(scope), status, seconds * 1000)

    def _dress(self, path: str, headers: MutableHeaders) -> None:
        for name, value in self.headers.items():
            headers.setdefault(name, value)
        if not path.startswith(STATIC):
            headers.setdefault("Cache-Control", "no-store")


def route_of(scope: Scope) -> str:
    """The route's pattern, never the path as typed: that may hold anything."""
    route = scope.get("route")
    return str(getattr(route, "path", "-"))
