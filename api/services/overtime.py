"""Over all draws that may be seen: did counties, specialities and people come as often as was published?

People stand here under marks that last across lots, which only the supervisor may see; no name is read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlmodel import Session

from api.actor import Actor
from api.pool.house import Marked
from api.services.office import Dossier, Office, only
from api.store import journal
from crypto.canonical import digest
from crypto.stream import Stream
from scheduler.events import Drawn, Member, StandbyDrawn
from scheduler.exhibits import LotteryBody
from scheduler.lottery import from_body
from scheduler.model import ExpertId, LotId, Role
from scheduler.observed import (
    Deviation,
    Record,
    Whole,
    benjamini_hochberg,
    chi_square,
    concentration,
    deviations,
    pairs,
)
from scheduler.sight import Datum, may_see
from scheduler.state import State

LASTING = LotId("yuanping/over-time")  # no lot: marks that last, for the supervisor alone
MOST = 400  # lots looked at, the latest
SHOWN = 10  # rows of one table
WORLDS = 199  # drawn anew from the same lotteries, for each p


class By(StrEnum):
    """What seats are counted by."""

    COUNTY = "county"
    SPECIALITY = "speciality"
    EXPERT = "expert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One way of counting: the sum over all groups (`whole`), and the oddest groups among so many."""

    by: By
    whole: Whole
    stands_out: bool  # even among the tests of this page
    groups: int
    rows: tuple[Deviation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverTime:
    """What all rounds together show; `pairs` are those drawn together more than once."""

    lots: int
    rounds: int
    seats: int
    parts: tuple[Part, ...]
    pairs: tuple[Deviation, ...]
    concentration: Whole
    concentrated: bool


def over_time(office: Office, actor: Actor, *, worlds: int = WORLDS) -> OverTime:
    """Every drawn round of the latest lots, against the chances published before it. For the supervisor only."""
    only(actor, Role.SUPERVISOR)
    groups: dict[By, dict[ExpertId, str]] = {by: {} for by in By}
    records: list[Record] = []
    lots = 0
    with office.db.reading() as session:
        rows = [LotId(row.lot) for row in journal.cases(session)][-MOST:]
        for lot in rows:
            state = journal.state_of(session, lot)
            if state.rounds and may_see(actor.role, Datum.LOTTERY, state.phase):
                found = list(_records(office, session, state, groups))
                records += found
                lots += bool(found)
    stream = Stream(digest("yuanping/over-time/seed/v1", *(lot.encode() for lot in rows)))
    return _counted(records, groups, lots, stream, worlds)


def _counted(
    records: list[Record], groups: Mapping[By, Mapping[ExpertId, str]], lots: int, stream: Stream, worlds: int
) -> OverTime:
    wholes = [chi_square(records, groups[by], stream.derive(by), worlds=worlds) for by in By]
    spread = concentration(records, stream.derive("concentration"), worlds=worlds)
    flags = benjamini_hochberg([whole.p for whole in (*wholes, spread)])
    parts = []
    for by, whole, flag in zip(By, wholes, flags, strict=False):
        rows = deviations(records, groups[by])
        parts.append(Part(by=by, whole=whole, stands_out=flag, groups=len(rows), rows=_told(rows)))
    return OverTime(
        lots=lots,
        rounds=len(records),
        seats=sum(len(record.drawn) for record in records),
        parts=tuple(parts),
        pairs=_told(pairs(records)),
        concentration=spread,
        concentrated=flags[-1],
    )


def _told(rows: tuple[Deviation, ...]) -> tuple[Deviation, ...]:
    """All that stand out, and the oddest others up to the number shown."""
    return tuple(row for at, row in enumerate(rows) if row.named or at < SHOWN)


def _records(
    office: Office, session: Session, state: State, groups: dict[By, dict[ExpertId, str]]
) -> Iterator[Record]:
    """The drawn rounds of a lot under lasting marks; notes where everybody of its pool belongs."""
    case = Dossier(office=office, state=state)
    leaves = case.snapshot.leaves
    people = tuple(Member(leaf.expert.id) for leaf in leaves)
    (marks,) = office.pool.same_people(LASTING, [Marked(lot=state.lot, members=people)])
    lasting = {who: ExpertId(mark) for who, mark in zip(people, marks, strict=True)}
    for leaf in leaves:
        who = lasting[Member(leaf.expert.id)]
        groups[By.COUNTY][who] = leaf.expert.region
        groups[By.SPECIALITY][who] = min(leaf.expert.specialities)[:5]
        groups[By.EXPERT][who] = who
    drawn = {
        e.event.round: [m.member for m in e.event.members]
        for e, _ in journal.history(session, state.lot)
        if isinstance(e.event, Drawn | StandbyDrawn)
    }
    for each in state.rounds:
        if each.number in drawn:
            lottery = from_body(case.body(each.lottery, LotteryBody).body)
            classes = tuple(
                tuple(lasting.get(Member(who), ExpertId(who)) for who in members)
                for members in lottery.classes
            )
            yield Record(
                lottery=replace(lottery, classes=classes, kept=(), excluded={}),
                drawn=frozenset(lasting.get(who, ExpertId(who)) for who in drawn[each.number]),
            )
