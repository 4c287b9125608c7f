"""What does the waiting list show? Who waits, in which order, and who has a place by now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.services.filling import Filling
from api.services.replanning import Proposal
from api.services.waiting import Waiting
from api.views.gate import free, shows
from api.views.planning import Picture, Row, new_row, pictures
from scheduler.sight import Datum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FillPage:
    """Where waiting lots would go, in their order; `waits`: so many have no place yet."""

    rows: tuple[Row, ...] = shows(Datum.SCHEDULE)
    before: Picture | None = shows(Datum.SCHEDULE)
    after: Picture | None = shows(Datum.SCHEDULE)
    waits: int = free()
    digest: str = free()


def fill_page(found: Filling, names: Mapping[str, str]) -> FillPage:
    """The proposal told in names."""
    placed = [(line.draft, line.place) for line in found.lines if line.place is not None]
    made = Proposal(steps=(), others=found.others, lost=(), least=True, digest=found.digest)
    drawn = pictures(made, names, [(draft.lot, place) for draft, place in placed]) if placed else (None, None)
    return FillPage(
        rows=tuple(new_row(draft.lot, draft.project_name, place, names) for draft, place in placed),
        before=drawn[0],
        after=drawn[1],
        waits=len(found.lines) - len(placed),
        digest=found.digest,
    )


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
