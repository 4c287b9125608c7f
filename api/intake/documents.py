"""Which values does a JSON document hold, where do they stand, and are they of the kind expected?"""

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

from api.intake.faults import Findings

LARGEST_WHOLE = 2**53 - 1  # what every JSON reader takes exactly (RFC 7493)
ROOT = "/"

_SPACE = re.compile(r"[ \t\r\n]*")
_DEPTH = 4  # a fault deeper than this is placed at the line of its ancestor


class Document:
    """A JSON text and the findings about it; `value` is None, with the fault noted, when it is no JSON."""

    def __init__(self, data: bytes, findings: Findings) -> None:
        self._findings = findings
        self._text = ""
        self.value: Any = None
        self.sound = self._read(data)

    def _read(self, data: bytes) -> bool:
        try:
            self._text = data.decode("utf-8-sig")
            self.value = json.loads(
                self._text,
                object_pairs_hook=_Object,
                parse_int=_whole,
                parse_float=_Odd,
                parse_constant=_Odd,
            )
        except UnicodeDecodeError as fault:
            row = data.count(b"\n", 0, fault.start) + 1
            self._findings.note(row, ROOT, "intake.file-not-utf8", byte=f"{data[fault.start]:02X}")
        except json.JSONDecodeError as fault:
            code = "intake.json-broken" if self._text.strip() else "intake.file-empty"
            self._findings.note(fault.lineno, ROOT, code, character=fault.colno)
        except RecursionError:
            self._findings.note(1, ROOT, "intake.json-deep")
        else:
            return True
        return False

    def note(self, pointer: str, code: str, /, **facts: Any) -> None:
        """A fault at a JSON pointer (RFC 6901); its row is the line on which that value begins."""
        nearest = pointer
        while nearest not in self._lines:
            nearest = nearest.rpartition("/")[0]
        self._findings.note(self._lines[nearest], pointer or ROOT, code, **facts)

    @cached_property
    def _lines(self) -> dict[str, int]:
        breaks = [i for i, c in enumerate(self._text) if c == "\n"]
        starts = {"": 0}
        with suppress(RecursionError):  # nested just below what the parser bears: the outer lines are known
            _locate(self._text, _over(self._text, 0), "", starts)
        return {pointer: bisect_right(breaks, at - 1) + 1 for pointer, at in starts.items()}

    def members(
        self, value: Any, pointer: str, required: Collection[str], optional: Collection[str] = ()
    ) -> Mapping[str, Any]:
        """The members of an object; unknown, missing and double keys are noted. Empty when it is none."""
        if not isinstance(value, _Object):
            self.note(pointer, "intake.json-object", found=kind(value))
            return {}
        for key in value.twice:
            self.note(below(pointer, key), "intake.json-twice", key=key)
        known = [*required, *optional]
        for key in value:
            if key not in known:
                self.note(below(pointer, key), "intake.json-unknown", key=key, known=tuple(known))
        for key in required:
            if key not in value:
                self.note(below(pointer, key), "intake.json-missing", key=key)
        return value

    def items(self, value: Any, pointer: str) -> list[Any]:
        """The items of a list; empty, with the fault noted, when it is none."""
        if isinstance(value, list):
            return value
        self.note(pointer, "intake.json-list", found=kind(value))
        return []

    def text(self, value: Any, pointer: str) -> str | None:
        """A text; None, with the fault noted, when it is none."""
        if type(value) is str:
            return value
        self.note(pointer, "intake.json-text", found=kind(value))
        return None

    def whole(self, value: Any, pointer: str, least: int, most: int) -> int | None:
        """A whole number between `least` and `most`; None, with the fault noted, when it is none."""
        if type(value) is int and least <= value <= most:
            return value
        self.note(pointer, "intake.json-whole", found=kind(value), least=least, most=most)
        return None


def below(pointer: str, key: str | int) -> str:
    """The pointer of a member or item below `pointer`."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def kind(value: Any) -> str:
    """A value as a reader of the file would recognise it: short ones as written, long ones by their kind."""
    if isinstance(value, _Object):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    if isinstance(value, _Odd):
        return value
    return json.dumps(value, ensure_ascii=False)


class _Object(dict[str, Any]):
    """An object that remembers which keys stood in it more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counted = Counter(key for key, _ in pairs) if len(self) < len(pairs) else {}
        self.twice = [key for key, times in counted.items() if times > 1]


class _Odd(str):
    """A number that is not whole, or too large to be exact everywhere, as it was written."""


def _whole(text: str) -> int | _Odd:
    if len(text) > 20:
        return _Odd(text)
    number = int(text)
    return number if abs(number) <= LARGEST_WHOLE else _Odd(text)


_skipping = json.JSONDecoder(parse_int=str, parse_float=str)


def _locate(text: str, at: int, pointer: str, starts: dict[str, int], depth: int = _DEPTH) -> int:
    """Fill `starts` with the offsets of the value at `at` and of what it holds; return its end."""
    starts[pointer] = at
    if depth == 0 or text[at] not in "{[":
        return int(_skipping.raw_decode(text, at)[1])
    closing = "}" if text[at] == "{" else "]"
    at, count = _over(text, at + 1), 0
    while text[at] != closing:
        key: str | int = count
        if closing == "}":
            key, at = _skipping.raw_decode(text, at)
            at = _over(text, _over(text, at) + 1)
        at = _over(text, _locate(text, at, below(pointer, key), starts, depth - 1))
        if text[at] == ",":
            at = _over(text, at + 1)
        count += 1
    return at + 1


def _over(text: str, at: int) -> int:
    """The first place from `at` on that is no white space."""
    match = _SPACE.match(text, at)
    return at if match is None else match.end()
