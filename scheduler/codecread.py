"""How are large plain values read quickly? One reader for each shape, worked out once; `codec` says what is wrong.

A reader takes exactly what `scheduler.codec` takes and tells nothing of a misfit but that there is one.
"""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

Reader = Callable[[Any], Any]


class Unfit(Exception):
    """The value is not of the shape."""


@cache
def reader(shape: Any) -> Reader:
    """The reader of a shape; it raises Unfit, or TypeError for what cannot even be looked up."""
    while isinstance(shape, NewType):
        shape = shape.__supertype__
    origin, inner = get_origin(shape), get_args(shape)
    if shape is Any:
        return lambda value: value
    if origin in (Union, UnionType):
        return _union(inner)
    if origin in (tuple, frozenset):
        return _several(origin, inner)
    if origin is not None:  # a mapping that passes through
        return _exactly(dict)
    if isinstance(shape, type) and issubclass(shape, tuple):
        return _named(shape)
    if is_dataclass(shape) and isinstance(shape, type):
        return _record(shape)
    if isinstance(shape, type) and issubclass(shape, Enum):
        return _member(shape)
    if shape in (date, datetime):
        return _spelled(shape.fromisoformat, shape.isoformat)
    return _spelled(Decimal, str) if shape is Decimal else _exactly(shape)


def _union(shapes: tuple[Any, ...]) -> Reader:
    (some,) = (each for each in shapes if each is not NoneType)
    read, empty = reader(some), NoneType in shapes
    return lambda value: None if value is None and empty else read(value)


def _several(kind: Callable[[Any], Any], shapes: tuple[Any, ...]) -> Reader:
    if kind is tuple and shapes[-1] is not Ellipsis:
        return _places(tuple, tuple(map(reader, shapes)))
    read = reader(shapes[0])

    def all_of(value: Any) -> Any:
        if type(value) is not list:
            raise Unfit
        return kind(map(read, value))

    return all_of


def _named(shape: Any) -> Reader:
    return _places(lambda found: shape(*found), tuple(map(reader, get_type_hints(shape).values())))


def _places(make: Callable[[Any], Any], readers: tuple[Reader, ...]) -> Reader:
    def each(value: Any) -> Any:
        if type(value) is not list or len(value) != len(readers):
            raise Unfit
        return make(tuple(read(one) for read, one in zip(readers, value, strict=True)))

    return each


def _record(shape: Any) -> Reader:
    hints = get_type_hints(shape)
    parts = {each.name: reader(hints[each.name]) for each in fields(shape)}
    needed = [f.name for f in fields(shape) if f.default is MISSING and f.default_factory is MISSING]

    def record(value: Any) -> Any:
        if type(value) is not dict or not parts.keys() >= value.keys() or not all(n in value for n in needed):
            raise Unfit
        return shape(**{name: parts[name](inner) for name, inner in value.items()})

    return record


def _member(shape: type[Enum]) -> Reader:
    known = {each.value: each for each in shape}

    def member(value: Any) -> Any:
        if value not in known or type(value) is not type(known[value].value):
            raise Unfit
        return known[value]

    return member


def _spelled(read: Callable[[str], Any], write: Callable[[Any], str]) -> Reader:
    """Only the spelling that is written, so that one value has one form."""

    def spelled(value: Any) -> Any:
        if type(value) is not str:
            raise Unfit
        try:
            found = read(value)
        except (ValueError, InvalidOperation):
            raise Unfit from None
        if write(found) != value:
            raise Unfit
        return found

    return spelled


def _exactly(shape: Any) -> Reader:
    def exact(value: Any) -> Any:
        if type(value) is not shape:
            raise Unfit
        return value

    return exact
