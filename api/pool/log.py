"""What was the pool owner asked, and when? One line a question, for the pool owner's own eyes: never whom."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

ASKED = "asked.jsonl"


def note(folder: Path, at: datetime, what: str, facts: Mapping[str, Any]) -> None:
    """Add a line."""
    line = json.dumps({"at": at.isoformat(), "what": what, **facts}, ensure_ascii=False, sort_keys=True)
    with (folder / ASKED).open("a", encoding="utf-8") as log:
        log.write(line + "\n")


def lines(folder: Path) -> list[dict[str, Any]]:
    """Everything that was asked, oldest first."""
    file = folder / ASKED
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
