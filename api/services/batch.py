"""How are many lots booked at once? A dry run that places all of them and names every fault; then all or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from api.actor import Actor
from api.intake.drafts import Batch, read_batch
from api.intake.faults import Findings, refuse
from api.services import booking
from api.services.composing import judge
from api.services.drafting import meanwhile, read_draft, room_for, spans_for
from api.services.memory import Memory
from api.services.office import Office, only, record_all
from api.services.ordering import Draft, order_of
from api.services.packs import ruled
from api.services.placing import name_of, window_of, witness
from api.services.rooms import venues
from api.services.shown import demand_shown, digest_shown
from api.services.wizard import known
from scheduler.codec import to_plain
from scheduler.errors import Refused
from scheduler.explain import Reason
from scheduler.feasibility import Option
from scheduler.limits import Words
from scheduler.model import Role
from scheduler.timetable import Days


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One lot of the batch: where it would go, or what stands against it and what would let it in."""

    draft: Draft
    row: int
    starts: datetime | None = None
    ends: datetime | None = None
    option: Option | None = None
    against: tuple[Reason, ...] = ()
    cures: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """The whole batch placed among what is booked; `digest` names exactly these places for exactly this file."""

    lines: tuple[Line, ...]
    unknown: tuple[int, ...]  # years whose working days nobody knows
    digest: str

    @property
    def whole(self) -> bool:
        """Whether every lot has a place."""
        return all(line.option is not None for line in self.lines)


def dry_run(office: Office, memory: Memory, data: bytes, name: str) -> DryRun:
    """What taking the file in would do; writes nothing. Raises Faults with file, row and column of every fault."""
    findings = Findings(name)
    with office.db.reading() as session:
        read = read_batch(data, findings, known(office, session))
        if not findings:
            for draft in read.drafts:
                judge(office, session, draft, findings, (read.rows[draft.lot], read.headings))
        refuse(findings)
        return _placed(ruled(office), memory, session, read)


def take_in(office: Office, actor: Actor, memory: Memory, data: bytes, name: str, digest: str) -> DryRun:
    """Book all lots of the dry run with this digest, in one transaction. Raises Faults; Refused("plan_stale")
    when the dry run is another one by now, "batch_partly" when a lot has no place, and what a booking raises."""
    only(actor, Role.OPERATOR)
    found = dry_run(office, memory, data, name)
    if not found.whole:
        raise Refused("batch_partly", lots=sum(line.option is None for line in found.lines))
    demand_shown(found.digest, digest)
    filings = []
    for nth, line in enumerate(found.lines):
        if line.option is None or line.starts is None or line.ends is None:
            raise ValueError("a whole dry run has a place for every lot")
        order = order_of(line.draft, line.starts, line.ends, line.option)
        filings.append(booking.filing(office, actor, order, nth=nth))
    record_all(office, filings)
    return found


def _placed(office: Office, memory: Memory, session: Session, read: Batch) -> DryRun:
    from scheduler.solve.timetable_effort import Effort
    from scheduler.solve.timetable_relax import cures
    from scheduler.solve.timetable_replan import replan

    places = venues(session)
    spans, unknown = spans_for(office, session, read.drafts)
    free = room_for(office, session, places, spans)
    lots = tuple(read_draft(office, draft, spans, (places, free)) for draft in read.drafts)
    days = Days(
        experts=(),
        sites=tuple(venue.site for venue in places),
        windows=tuple(window_of(span) for span in spans),
        lots=lots,
    )
    days = memory.peopled(office, session, days, meanwhile(office, session, spans))
    made = replan(days, {}, Effort(clock=lambda: 0.0), room=free)
    at = {name_of(span): span for span in spans}
    placed = {one.lot: one for one in made.placed}
    against = {one.lot: one.clash for one in made.unplaced}
    help_ = cures(days, made, free) if made.unplaced else {}
    lines = []
    for draft in read.drafts:
        line = Line(draft=draft, row=read.rows[draft.lot], against=against.get(draft.lot, ()))
        if draft.lot in placed:
            one = placed[draft.lot]
            starts, ends = at[one.window]
            option = witness(one)
            line = Line(draft=draft, row=line.row, starts=starts, ends=ends, option=option)
        elif draft.lot in help_:
            line = Line(draft=draft, row=line.row, against=line.against, cures=help_[draft.lot])
        lines.append(line)
    return DryRun(lines=tuple(lines), unknown=unknown, digest=_digest(lines))


def _digest(lines: Sequence[Line]) -> str:
    told = [
        [
            _plain(each.draft),
            each.starts.isoformat() if each.starts else "",
            to_plain(each.option) if each.option else None,
        ]
        for each in lines
    ]
    return digest_shown(told)


def _plain(draft: Draft) -> object:
    found = dict(to_plain(draft))
    found["start"] = draft.start.isoformat() if draft.start else None
    return found
