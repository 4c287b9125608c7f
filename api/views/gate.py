"""The one gate between data and eyes: a view passes whole or not at all, and undeclared fields never do."""

from dataclasses import Field, field, fields, is_dataclass
from typing import Any, TypeVar

from scheduler.errors import Refused
from scheduler.model import Role
from scheduler.sight import Datum, may_see
from scheduler.state import Phase

T = TypeVar("T")
_DATUM, _FREE = "datum", "free"


def shows(datum: Datum, **options: Any) -> Any:
    """A view's field that carries `datum`."""
    return field(metadata={_DATUM: datum}, **options)


def free(**options: Any) -> Any:
    """A view's field that is no information about a case: a label, a language, the viewer's own choice."""
    return field(metadata={_DATUM: _FREE}, **options)


def passed(view: T, role: Role, phase: Phase) -> T:
    """`view` itself when every filled field may be seen; Refused("sight") otherwise. Fails closed."""
    _check(view, role, phase)
    return view


def _check(view: Any, role: Role, phase: Phase) -> None:
    for declared in fields(view):
        value = getattr(view, declared.name)
        if value is None or value == ():
            continue
        _check_field(declared, value, role, phase)


def _check_field(declared: "Field[Any]", value: Any, role: Role, phase: Phase) -> None:
    datum = declared.metadata.get(_DATUM)
    if datum is None:
        raise Refused("sight", datum=f"undeclared field {declared.name}")
    if datum is not _FREE and not may_see(role, datum, phase):
        raise Refused("sight", datum=datum.value)
    for inner in value if isinstance(value, tuple) else (value,):
        if (
            is_dataclass(inner)
            and not isinstance(inner, type)
            and any(_DATUM in f.metadata for f in fields(inner))
        ):
            _check(inner, role, phase)
