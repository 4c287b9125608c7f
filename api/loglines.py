"""How does a process tell people what it did? One line of JSON a deed, added as it happens, never changed."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

TORN = "torn"  # a line that was not written to its end: the machine stopped


def note(file: Path, at: datetime, what: str, facts: Mapping[str, Any]) -> None:
    """Add a line, on a line of its own whatever stands before it."""
    line = json.dumps({"at": at.isoformat(), "what": what, **facts}, ensure_ascii=False, sort_keys=True)
    with file.open("a+b") as log:
        log.seek(max(log.tell() - 1, 0))
        begun = b"\n" if log.read(1) not in (b"", b"\n") else b""
        log.write(begun + line.encode("utf-8") + b"\n")


def lines(file: Path) -> list[dict[str, Any]]:
    """All of them, oldest first; `torn` in the place of one that cannot be read."""
    return [_read(line) for line in file.read_bytes().splitlines()] if file.exists() else []


def printable(text: str) -> str:
    """The text on one line of a terminal: what others wrote into it cannot move the cursor or begin a line."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def _read(line: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(line)
    except ValueError:
        return {"at": "?", "what": TORN}
    return found
