"""What does an operator see before room is made for an urgent lot? Who would move where, before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.services.urgent import Arrival
from api.views.gate import free, shows
from api.views.planning import Picture, Row, new_row, pictures, row_of
from scheduler.limits import Words
from scheduler.sight import Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPage:
    """The answer for one window; the last row is the urgent lot itself, which the operator has typed."""

    typed: tuple[tuple[str, str], ...] = free()
    project: str = free()
    starts: datetime = free()
    ends: datetime = free()
    works: bool = free()
    moved: int = free()
    rows: tuple[Row, ...] = shows(Datum.SCHEDULE)
    before: Picture | None = shows(Datum.SCHEDULE)
    after: Picture | None = shows(Datum.SCHEDULE)
    against: tuple[Words, ...] = shows(Datum.SCHEDULE)
    least: bool = free()
    digest: str = free()


def room_page(
    found: Arrival,
    typed: tuple[tuple[str, str], ...],
    names: Mapping[str, str],
    projects: Mapping[str, str],
) -> RoomPage:
    """The arrival told in names."""
    draft, place, made = found.draft, found.place, found.proposal
    rows = [row_of(step, names, projects) for step in made.steps]
    before, after = (None, None)
    if place is not None:
        before, after = pictures(made, names, [(draft.lot, place)])
        rows.append(new_row(draft.lot, draft.project_name, place, names))
    return RoomPage(
        typed=typed,
        project=draft.project_name,
        starts=found.starts,
        ends=found.ends,
        works=place is not None,
        moved=len(made.steps),
        rows=tuple(rows),
        before=before,
        after=after,
        against=tuple(reason.says for reason in found.against),
        least=made.least,
        digest=found.digest,
    )
