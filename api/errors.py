"""Which status and which sentence answer an error? The only place that knows; others raise codes and facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.intake.faults import Faults
from api.store.db import StorageFailed
from api.words import Lang, catalogue, say
from crypto.errors import NotForYou
from scheduler.errors import Refused

# A refusal is a conflict with the law or the state of the case unless it is one of these.
CONFLICT = 409
STATUS = {
    "not_found": 404,
    "unknown_lot": 404,
    "sight": 403,
    "role": 403,
}
# What the framework itself refuses, by status; the words are our own.
PLAIN = {
    400: "bad_request",
    401: "sign_in_first",
    403: "forbidden",
    404: "not_found",
    405: "method",
    413: "too_large",
    422: "bad_form",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error as an outsider may see it; `trace` stands in the log too, for unknown errors only."""

    status: int
    code: str
    title: str
    sentence: str
    trace: str = ""

    def document(self) -> dict[str, Any]:
        """The members of RFC 9457's application/problem+json."""
        told = {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.sentence,
        }
        return told | ({"trace_id": self.trace} if self.trace else {})


def problem(error: Exception, language: Lang, trace: str) -> Problem:
    """The answer to `error`; an unknown one shows nothing but `trace`."""
    if isinstance(error, Refused):
        return _refusal(error, language)
    if isinstance(error, StorageFailed):
        return _ours(503, f"storage_{error.fault.value}", language)
    if isinstance(error, NotForYou):
        return _ours(403, "not_for_you", language)
    if isinstance(error, Faults):
        return _ours(422, "bad_file", language)
    if isinstance(error, RequestValidationError):
        return _ours(422, PLAIN[422], language)
    if isinstance(error, HTTPException):
        plain = PLAIN.get(error.status_code, "bad_request")
        own = error.detail if error.detail.isidentifier() and error.detail.islower() else plain
        return _ours(error.status_code, own, language)
    sentence = say("page.error.unknown", language, trace=trace)
    return Problem(status=500, code="unknown", title=_title(500, language), sentence=sentence, trace=trace)


def _refusal(error: Refused, language: Lang) -> Problem:
    """A code without a sentence is told by its name alone: its facts may be somebody's secret."""
    status = STATUS.get(error.code, CONFLICT)
    key = f"page.refused.{error.code}"
    if key in catalogue(language):
        sentence = say(key, language, **error.facts)
    else:
        sentence = say("page.refused.other", language, rule=error.code)
    return Problem(status=status, code=error.code, title=_title(status, language), sentence=sentence)


def headers_of(error: Exception) -> Mapping[str, str]:
    """Headers an error brings along, such as Allow on 405."""
    return (error.headers or {}) if isinstance(error, HTTPException) else {}


def _ours(status: int, code: str, language: Lang) -> Problem:
    return _told(status, code, say(f"page.error.{code}", language), language)


def _told(status: int, code: str, sentence: str, language: Lang) -> Problem:
    return Problem(status=status, code=code, title=_title(status, language), sentence=sentence)


def _title(status: int, language: Lang) -> str:
    known = status if status in (401, 403, 404, 409, 500, 503) else 400
    return say(f"page.status.{known}", language)
