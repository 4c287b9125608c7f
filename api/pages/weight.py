"""How much may a request carry? Little, but for an operator's package at the opening and a batch of lots."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scheduler.model import Role

FORM = 64 * 2**10  # bytes
BATCH = 2 * 2**20  # bytes; a thousand lots take a fifth of it
PACKAGE = 32 * 2**20  # bytes


class Weight:
    """Stops reading a body that is too large (413); stands inside the session, whose role decides."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most, carried = _most(scope), 0

        async def weighed() -> Message:
            nonlocal carried
            message = await receive()
            carried += len(message.get("body", b""))
            if carried > most:
                raise HTTPException(413)
            return message

        await self.app(scope, weighed, send)


def _most(scope: Scope) -> int:
    if scope["session"].get("role") != Role.OPERATOR or not scope["path"].startswith("/operator/"):
        return FORM
    if scope["path"].startswith("/operator/batch/"):
        return BATCH
    return PACKAGE if scope["path"].endswith("/open") else FORM
