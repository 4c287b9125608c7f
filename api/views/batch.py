"""What does the batch page show? Every fault by place, or where every lot would go and what stands against others."""

from dataclasses import dataclass
from datetime import datetime

from api.intake.faults import Fault
from api.services.batch import DryRun
from api.views.gate import free
from scheduler.limits import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One lot of the file; nothing of it is booked."""

    row: int = free()
    lot: str = free()
    project: str = free()
    starts: datetime | None = free()
    ends: datetime | None = free()
    places: tuple[tuple[str, int], ...] = free()
    against: tuple[Words, ...] = free()
    cures: tuple[Words, ...] = free()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """The dry run of one file; empty before a file was sent."""

    name: str = free()
    content: str = free()  # base64, so that the very same bytes are taken in
    faults: tuple[Fault, ...] = free()
    rows: tuple[BatchRow, ...] = free()
    unknown: tuple[int, ...] = free()
    whole: bool = free()
    digest: str = free()


NOTHING = BatchPage(name="", content="", faults=(), rows=(), unknown=(), whole=False, digest="")


def batch_page(made: DryRun, name: str, content: str, names: dict[str, str]) -> BatchPage:
    """The dry run with sites by name."""
    rows = []
    for line in made.lines:
        option = line.option
        places = ((option.host, option.host_seats), *option.guests) if option else ()
        rows.append(
            BatchRow(
                row=line.row,
                lot=line.draft.lot,
                project=line.draft.project_name,
                starts=line.starts,
                ends=line.ends,
                places=tuple((names.get(site, site), seats) for site, seats in places),
                against=tuple(reason.says for reason in line.against),
                cures=line.cures,
            )
        )
    return BatchPage(
        name=name,
        content=content,
        faults=(),
        rows=tuple(rows),
        unknown=made.unknown,
        whole=made.whole,
        digest=made.digest,
    )
