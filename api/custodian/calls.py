"""How does a custodian's agent speak to the centre? Canonical JSON over HTTP, every call signed by the custodian."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from crypto.canonical import canonical, digest_of, frame, parse, unhex
from crypto.errors import Broken
from crypto.keys import PUBLIC, SIGNATURE, SigningKey, sign, verify

LABEL = "yuanping/custody/call/v1"
SCHEME = "YP1"
SKEW = timedelta(minutes=5)  # between a custodian's clock and the centre's
MOST = 16 << 20  # bytes of an answer: the journal of a large case with its envelopes
SECONDS = 20

Carry = Callable[[str, str, bytes | None, Mapping[str, str]], tuple[int, bytes]]


class Unreachable(Exception):
    """The centre did not answer, or not in our language; the text says what is known."""


class Unheeded(Unreachable):
    """The centre is there and did not do this one thing; the next one it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A custodian's line to one centre. `carry` takes method, path, body and headers, and gives status and body."""

    key: SigningKey
    carry: Carry
    now: Callable[[], datetime]

    def get(self, path: str) -> Any:
        """The value at a path. Raises Unreachable."""
        return self._call("GET", path, None)

    def post(self, path: str, value: Any) -> Any:
        """The answer to a value. Raises Unreachable."""
        return self._call("POST", path, canonical(value))

    def _call(self, method: str, path: str, body: bytes | None) -> Any:
        headers = {
            "Accept": "application/json",
            "Authorization": credential(self.key, method, path, self.now(), body or b""),
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        status, answer = self.carry(method, path, body, headers)
        if status != 200:
            raise Unheeded(f"{method} {path}: HTTP {status}")
        try:
            return parse(answer)
        except Broken as fault:
            raise Unheeded(f"{method} {path}: {fault}") from None


def credential(key: SigningKey, method: str, path: str, at: datetime, body: bytes) -> str:
    """The Authorization header of one call."""
    signature = sign(key, LABEL, _statement(method, path, at.isoformat(), body))
    return f"{SCHEME} {key.public.hex()} {at.isoformat()} {signature.hex()}"


def caller(header: str, method: str, path: str, body: bytes, now: datetime) -> bytes:
    """The public signing key whose holder made this call, not long ago. Raises Broken."""
    parts = header.split(" ")
    if len(parts) != 4 or parts[0] != SCHEME:
        raise Broken("no credential")
    public, signature = unhex(parts[1], PUBLIC), unhex(parts[3], SIGNATURE)
    try:
        at = datetime.fromisoformat(parts[2])
    except ValueError:
        raise Broken("no moment in the credential") from None
    if at.tzinfo is None or abs(at - now) > SKEW:
        raise Broken("the call is too old, or a clock is wrong")
    verify(public, LABEL, _statement(method, path, parts[2], body), signature)
    return public


def mark_of(work: Any) -> str:
    """A short name for what there is to do, by which an agent says what it knows already; journals always grow."""
    wanted = {name: work[name] for name in ("ceremonies", "requests")}
    return digest_of("yuanping/custody/work/v1", wanted)[:32]


def lot_path(lot: str) -> str:
    """Where a lot's journal is."""
    return f"/v1/custody/lots/{quote(lot, safe='')}/journal"


def origin(url: str) -> str:
    """Scheme and host of an address. Raises ValueError for anything but http(s) with a host and a port that exists."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError(url)
    return f"{parts.scheme}://{parts.netloc}"


class _NoDetour(HTTPRedirectHandler):
    """A far house sends nobody to other addresses: what it answers is its answer."""

    def redirect_request(self, *_: Any) -> None:
        return None


def over_http(server: str) -> Carry:
    """Calls to a server's address, such as https://centre.example. Raises ValueError for anything but http(s)."""
    origin(server)
    base, straight = server.rstrip("/"), build_opener(_NoDetour)

    def carry(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        request = Request(base + path, data=body, headers=dict(headers), method=method)
        try:
            with _answered(straight, request) as answer:
                data: bytes = answer.read(MOST + 1)
                status: int = answer.status
        except (OSError, HTTPException, ValueError) as fault:
            raise Unreachable(f"{base}: {type(fault).__name__}") from None
        if len(data) > MOST:
            raise Unheeded(f"{base}: an answer of more than {MOST} bytes")
        return status, data

    return carry


def _answered(opener: OpenerDirector, request: Request) -> Any:
    """The answer to be read, whatever its status."""
    try:
        return opener.open(request, timeout=SECONDS)
    except HTTPError as refused:
        return refused


def _statement(method: str, path: str, at: str, body: bytes) -> bytes:
    return frame(LABEL, method.encode(), path.encode(), at.encode(), hashlib.sha256(body).digest())
