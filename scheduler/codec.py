"""Frozen dataclasses to plain JSON values and strictly back: no key too many, none missing, no other type."""

from collections.abc import Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from scheduler.codecread import Unfit, reader

T = TypeVar("T")


class Misshapen(ValueError):
    """The value is not of the declared shape; the text says where and what was expected."""


def to_plain(value: Any) -> Any:
    """Nested dataclasses, tuples and enums as dicts, lists and texts."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list):
        return [to_plain(inner) for inner in value]
    if isinstance(value, Mapping):
        return {key: to_plain(inner) for key, inner in value.items()}
    if isinstance(value, frozenset):
        return sorted(to_plain(inner) for inner in value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def from_plain(shape: type[T], value: Any, at: str = "") -> T:
    """The dataclass `shape` read from a plain value; raises Misshapen."""
    result: T
    try:
        result = reader(cast(Hashable, shape))(value)
    except (Unfit, TypeError):  # read again, to say where and what
        result = _read(shape, value, at)
    return result


@cache
def _hints(shape: type) -> dict[str, Any]:
    return get_type_hints(shape)


def _read(shape: Any, value: Any, at: str) -> Any:
    while isinstance(shape, NewType):
        shape = shape.__supertype__
    origin = get_origin(shape)
    if shape is Any:
        return value
    if origin in (Union, UnionType):
        return _read_union(get_args(shape), value, at)
    if origin is tuple:
        return _read_tuple(get_args(shape), value, at)
    if origin is frozenset:
        return frozenset(_read_tuple((*get_args(shape), ...), value, at))
    if origin is not None:  # a mapping that passes through, such as a key's public body
        return _exact(dict, value, at)
    if isinstance(shape, type) and issubclass(shape, tuple):  # a named tuple: its fields in order
        return shape(*_read_tuple(tuple(_hints(shape).values()), value, at))
    if is_dataclass(shape):
        return _read_dataclass(shape, value, at)
    if isinstance(shape, type) and issubclass(shape, Enum):
        try:
            return shape(value)
        except ValueError:
            raise Misshapen(f"{at or '/'}: {value!r} is not one of {[m.value for m in shape]}") from None
    if shape in _FROM_TEXT:
        return _from_text(shape, value, at)
    return _exact(shape, value, at)


_FROM_TEXT: dict[type, Any] = {date: date.fromisoformat, datetime: datetime.fromisoformat, Decimal: Decimal}


def _from_text(shape: type, value: Any, at: str) -> Any:
    """Only the spelling that to_plain writes, so that one value has one form."""
    try:
        read = _FROM_TEXT[shape](_exact(str, value, at))
    except (ValueError, InvalidOperation):
        raise Misshapen(f"{at or '/'}: expected {shape.__name__}, found {value!r}") from None
    if to_plain(read) != value:
        raise Misshapen(f"{at or '/'}: expected {to_plain(read)!r}, found {value!r}")
    return read


def _exact(shape: type, value: Any, at: str) -> Any:
    if type(value) is not shape:
        raise Misshapen(f"{at or '/'}: expected {shape.__name__}, found {type(value).__name__}")
    return value


def _read_union(shapes: tuple[Any, ...], value: Any, at: str) -> Any:
    if value is None and NoneType in shapes:
        return None
    (shape,) = (s for s in shapes if s is not NoneType)
    return _read(shape, value, at)


def _read_tuple(shapes: tuple[Any, ...], value: Any, at: str) -> Any:
    if type(value) is not list:
        raise Misshapen(f"{at or '/'}: expected a list, found {type(value).__name__}")
    if shapes[-1] is Ellipsis:
        return tuple(_read(shapes[0], inner, f"{at}/{i}") for i, inner in enumerate(value))
    if len(value) != len(shapes):
        raise Misshapen(f"{at or '/'}: expected {len(shapes)} entries, found {len(value)}")
    return tuple(_read(s, inner, f"{at}/{i}") for i, (s, inner) in enumerate(zip(shapes, value, strict=True)))


def _read_dataclass(shape: Any, value: Any, at: str) -> Any:
    _exact(dict, value, at)
    known = {f.name: f for f in fields(shape)}
    if unknown := sorted(set(value) - set(known)):
        raise Misshapen(f"{at}/{unknown[0]}: unknown key")
    hints, read = _hints(shape), {}
    for name, f in known.items():
        if name in value:
            read[name] = _read(hints[name], value[name], f"{at}/{name}")
        elif f.default is MISSING and f.default_factory is MISSING:
            raise Misshapen(f"{at}/{name}: missing")
    return shape(**read)
