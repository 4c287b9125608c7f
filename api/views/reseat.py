"""What does an operator see before drawn members are seated elsewhere? Counts by site, never who."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.services.reseating import Proposal
from api.views.gate import free, shows
from scheduler.faults import Clock
from scheduler.limits import Words
from scheduler.model import LotId
from scheduler.sight import Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRow:
    """One lost site: so many members, where they would sit, or what stands against it."""

    lost: str = shows(Datum.SCHEDULE)
    to: str | None = shows(Datum.SCHEDULE)
    same: bool = shows(Datum.SCHEDULE)
    members: int | None = shows(Datum.SITE_COUNTS)
    against: tuple[Words, ...] = shows(Datum.SCHEDULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReseatPage:
    """The whole page; `works`: everybody has a seat. `clock` runs whatever is done here."""

    lot: LotId = free()
    project: str = shows(Datum.PROJECT)
    rows: tuple[ShiftRow, ...] = shows(Datum.SCHEDULE)
    works: bool = shows(Datum.SCHEDULE)
    clock: Clock | None = shows(Datum.SCHEDULE, default=None)
    rounds_left: int | None = shows(Datum.SCHEDULE, default=None)
    digest: str = free(default="")


def nothing_to_reseat(lot: LotId, project: str) -> ReseatPage:
    """The page of a lot whose members sit well, or cannot be seated elsewhere now."""
    return ReseatPage(lot=lot, project=project, rows=(), works=False)


def reseat_page(made: Proposal, names: Mapping[str, str], *, counts: bool) -> ReseatPage:
    """The proposal told in names; `counts`: members are drawn, so how many sit where is no secret any more."""
    return ReseatPage(
        lot=made.lot,
        project=made.request.project_name,
        rows=tuple(
            ShiftRow(
                lost=names.get(shift.lost, shift.lost),
                to=names.get(shift.to, shift.to) if shift.to else None,
                same=shift.to == shift.lost,
                members=shift.members if counts else None,
                against=tuple(dict.fromkeys(reason.says for reason in shift.against)),
            )
            for shift in made.shifts
        ),
        works=made.works,
        clock=made.clock,
        rounds_left=made.rounds_left,
        digest=made.digest,
    )
