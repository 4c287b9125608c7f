"""By which hash is a rule pack known? Over everything it says, in canonical form."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import Any

from crypto.canonical import digest_of
from scheduler.packshape import Answers, Beacon, Custody, Draw, Entry, Step, Times


def digest(held: Mapping[str, Any]) -> str:
    """64 hexadecimal digits over a pack's fields by name."""
    return digest_of("yuanping/pack/v1", _plain(dict(held)))


def _plain(value: Any) -> Any:
    """A value with a canonical form: dates as ISO text, enumerations by value."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Draw | Custody | Times | Answers | Entry | Step | Beacon):
        return _plain(asdict(value))
    return value.value if isinstance(value, StrEnum) else value
