"""What does the waiting list show? Who waits, in which order, and who has a place by now."""

from dataclasses import dataclass
from datetime import datetime

from api.services.waiting import Waiting
from api.views.gate import free


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """One lot that waits; `typed` is the form as it was, to go on with. No case stands behind it yet."""

    number: str = free()
    lot: str = free()
    project: str = free()
    green: bool = free()
    since: datetime = free()
    ready: bool = free()
    typed: tuple[tuple[str, str], ...] = free()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPage:
    """The whole list in its order."""

    rows: tuple[WaitingRow, ...] = free()


def waiting_page(found: tuple[Waiting, ...]) -> WaitingPage:
    """The page of these lots."""
    return WaitingPage(rows=tuple(_row(each, dict(each.typed)) for each in found))


def _row(each: Waiting, typed: dict[str, str]) -> WaitingRow:
    return WaitingRow(
        number=each.number,
        lot=each.lot,
        project=typed.get("project_name", ""),
        green=typed.get("priority") == "1",
        since=each.since,
        ready=each.ready is not None,
        typed=each.typed,
    )
