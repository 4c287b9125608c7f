"""What do custodians' agents fetch from the centre, and what do they bring? Every call is signed by a custodian."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from api.custodian.calls import caller, mark_of
from api.services import asking, ceremonies
from api.services.office import Office
from api.store import journal
from crypto.canonical import canonical, parse
from crypto.errors import Broken
from crypto.messages import message_body, message_of
from crypto.seats import plan_body
from scheduler.answers import answer_of, signed_body
from scheduler.attested import Signed
from scheduler.errors import Refused
from scheduler.model import LotId

_MOST = 4 << 20  # bytes of a body: a complaint carries its evidence
_WAIT = 2.0  # seconds for which an answer waits for something new; another process's doing shows after it
_LOOKS = 3

router = APIRouter(prefix="/v1/custody", tags=["custody"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One signed call: which custodian, to which office, with which value."""

    office: Office
    custodian: str
    value: Any


async def visit(request: Request) -> Visit:
    """The call of an enrolled custodian; 403 for everybody else, 413 and 400 for what is no message."""
    office: Office = request.app.state.custody
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST:
            raise HTTPException(413)
    header = request.headers.get("authorization", "")
    try:
        public = caller(header, request.method, _path(request), body, office.now()).hex()
    except Broken:
        raise HTTPException(403) from None
    name = next((each.name for each in office.keys.known if each.sign == public), None)
    if name is None:
        raise HTTPException(403)
    return Visit(office=office, custodian=name, value=_value(body))


def _path(request: Request) -> str:
    """As the caller wrote it."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return raw.split(b"?")[0].decode("ascii", "replace")


def _value(body: bytes) -> Any:
    try:
        return parse(body) if body else None
    except Broken:
        raise HTTPException(400) from None


Caller = Annotated[Visit, Depends(visit)]


@router.get("/clock")
def clock(request: Request) -> Response:
    """The centre's time: only a demonstration's agents go by it."""
    office: Office = request.app.state.custody
    return _answer({"now": office.now().isoformat()})


@router.get("/work")
def work(call: Caller) -> Response:
    """Open ceremonies with what was said in them, every case's length, and the keys this custodian is asked for."""
    return _answer(_work(call))


@router.get("/work/{known}")
def changed_work(call: Caller, known: str) -> Response:
    """The same; while it is what the caller knows already, the answer waits a little for something new."""
    bell = call.office.bell
    for _ in range(_LOOKS):
        rung = bell.rung
        found = _work(call)
        if mark_of(found) != known or not bell.wait(rung, _WAIT):
            break
    return _answer(found)


def _work(call: Visit) -> dict[str, Any]:
    open_ = [
        {"plan": plan_body(each.plan), "messages": [message_body(said) for said in each.messages]}
        for each in ceremonies.bulletins(call.office)
    ]
    asked = [
        {"key": each.asked.key, "lot": each.asked.lot, "number": each.number}
        for each in asking.pending(call.office, call.custodian)
    ]
    with call.office.db.reading() as session:
        grown = [{"lot": row.lot, "seq": row.seq} for row in journal.cases(session)]
    return {"ceremonies": open_, "journals": grown, "requests": asked}


@router.get("/lots/{lot}/journal")
def journal_of(call: Caller, lot: str) -> Response:
    """The whole signed journal of a case, for a custodian to check and remember."""
    with call.office.db.reading() as session:
        entries = [Signed(entry=e, signature=s) for e, s in journal.history(session, LotId(lot))]
    return _answer({"entries": [signed_body(each) for each in entries]})


@router.post("/messages")
def say(call: Caller) -> Response:
    """Messages of ceremonies, each from its seat or passed on by another."""
    try:
        said = [(str(each["ceremony"]), message_of(each["message"])) for each in call.value]
    except (Broken, KeyError, TypeError):
        raise Refused("ceremony_message") from None
    ceremonies.hear(call.office, said)
    return _answer({"kept": True})


@router.post("/requests/{number}")
def answer(call: Caller, number: int) -> Response:
    """A release or a refusal."""
    try:
        given = answer_of(call.value)
    except Broken:
        raise Refused("answer_broken") from None
    asking.take(call.office, call.custodian, number, given)
    return _answer({"kept": True})


def _answer(value: Any) -> Response:
    return Response(canonical(value), media_type="application/json")
