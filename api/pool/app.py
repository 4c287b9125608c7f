"""Which doors does the pool owner's process open? A path a question for its centre, and pages for experts."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool

from api.custodian.calls import caller
from api.loglines import note
from api.pool.letters import FarHouse
from api.pool.wire import ASKED, PATH, QUESTIONS, Row, signed
from crypto.canonical import parse
from crypto.errors import Broken
from crypto.keys import SigningKey
from scheduler.codec import Misshapen, from_plain, to_plain
from scheduler.errors import Refused

MOST = 32 << 20  # bytes of a question: the candidates of a province-day


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The pool owner's process: its register, its key, the one centre it answers, and where its log lies."""

    house: FarHouse
    key: SigningKey = field(repr=False)
    centre: bytes  # public key
    folder: Path
    now: Callable[[], datetime]
    pages: FastAPI | None = None  # the door for experts


def pool_app(owner: Owner) -> FastAPI:
    """The app of the pool owner's process."""
    app = FastAPI(title="yuanping pool", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post(PATH + "{name}")
    async def ask(name: str, request: Request) -> Response:
        body = await _body(request)
        _demand_centre(owner, name, request, body)
        if name not in QUESTIONS:
            raise HTTPException(404)
        return await run_in_threadpool(_answer, owner, name, body)

    if owner.pages is not None:
        app.mount("/", owner.pages)
    return app


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST:
            raise HTTPException(413)
    return body


def _demand_centre(owner: Owner, name: str, request: Request, body: bytes) -> None:
    header = request.headers.get("authorization", "")
    try:
        public = caller(header, request.method, request.url.path, body, owner.now())
    except Broken:
        public = b""
    if public != owner.centre:
        note(owner.folder / ASKED, owner.now(), "stranger", {"question": name if name in QUESTIONS else "?"})
        raise HTTPException(403)


def _answer(owner: Owner, name: str, body: bytes) -> Response:
    row: Row = QUESTIONS[name]
    try:
        asked = from_plain(row.asked, parse(body))
    except (Broken, Misshapen):
        raise HTTPException(400) from None
    if (said := row.note(asked)) is not None:
        note(owner.folder / ASKED, owner.now(), name, said)
    status = 200
    try:
        value = to_plain(row.give(owner.house, asked))
    except Broken:
        raise HTTPException(400) from None
    except Refused as refusal:
        status, value = 409, {"refused": refusal.code}
    answer = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    data = signed(owner.key, PATH + name, body, answer)
    return Response(data, status, media_type="application/octet-stream")
