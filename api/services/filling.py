"""Seats are free again: which waiting lots would get which places, in the order in which they wait?

Shown first; a person books them, all that have a place or none. Nobody is moved for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from api.actor import Actor
from api.intake.faults import Faults
from api.services import booking, waiting
from api.services.drafting import meanwhile, read_draft, room_for, spans_for
from api.services.memory import Memory
from api.services.office import Office, only, record_all
from api.services.ordering import Draft, order_of
from api.services.packs import ruled
from api.services.placing import Spot, name_of, window_of, witness
from api.services.rooms import venues
from api.services.shown import demand_shown, digest_shown
from api.services.waiting import DraftOf
from scheduler.codec import to_plain
from scheduler.errors import Refused
from scheduler.model import LotId, Role
from scheduler.timetable import Days, Lot, Placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A waiting lot and its place; None: none yet."""

    draft: Draft
    place: Spot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """All sound forms of the list in its order, and the booked lots of these days for the pictures."""

    lines: tuple[Filled, ...]
    others: tuple[tuple[LotId, Spot], ...]
    digest: str


def propose(office: Office, memory: Memory, draft_of: DraftOf) -> Filling:
    """Places one after the other: who waits longer chooses first, the green channel before all. Writes nothing."""
    drafts = []
    for each in waiting.listed(office):
        try:
            drafts.append(draft_of(dict(each.typed)))
        except Faults:  # such a form is not sound any more; its page says why
            continue
    with office.db.reading() as session:
        places, near = _places(ruled(office), memory, session, drafts)
    lines = tuple(Filled(draft=draft, place=places.get(draft.lot)) for draft in drafts)
    told = [[to_plain(line.draft), to_plain(line.place) if line.place else None] for line in lines]
    return Filling(lines=lines, others=near, digest=digest_shown(told))


def _places(
    office: Office, memory: Memory, session: Session, drafts: Sequence[Draft]
) -> tuple[Mapping[LotId, Spot], tuple[tuple[LotId, Spot], ...]]:
    from scheduler.solve.timetable_effort import Effort
    from scheduler.solve.timetable_replan import replan

    known, (spans, _) = venues(session), spans_for(office, session, drafts)
    free, near = room_for(office, session, known, spans), meanwhile(office, session, spans)
    bare = Days(
        experts=(),
        sites=tuple(venue.site for venue in known),
        windows=tuple(window_of(span) for span in spans),
        lots=tuple(read_draft(office, draft, spans, (known, free)) for draft in drafts),
    )
    days = memory.peopled(office, session, bare, near)
    placed: dict[LotId, Placed] = {}
    chosen: list[Lot] = []
    for lot in bare.lots:
        made = replan(
            Days(
                experts=days.experts,
                sites=days.sites,
                windows=days.windows,
                lots=(*chosen, lot),
                busy=days.busy,
            ),
            placed,
            Effort(clock=lambda: 0.0),
            locked=placed.keys(),
            must=placed.keys(),
            room=free,
        )
        found = {one.lot: one for one in made.placed}
        if lot.id in found and found.keys() >= placed.keys():
            chosen.append(lot)
            placed = found
    at = {name_of(span): span for span in spans}
    spots = {
        lot: Spot(starts=at[one.window][0], ends=at[one.window][1], option=witness(one))
        for lot, one in placed.items()
    }
    return spots, tuple((case.state.lot, case.spot) for case in near)


def apply(office: Office, actor: Actor, memory: Memory, draft_of: DraftOf, digest: str) -> Filling:
    """Book every lot with a place in one transaction. Raises Refused("plan_stale") when the places are others by
    now, "plan_empty" where there is none, and whatever a booking raises."""
    only(actor, Role.OPERATOR)
    found = propose(office, memory, draft_of)
    demand_shown(found.digest, digest)
    filings = [
        booking.filing(office, actor, order_of(line.draft, spot.starts, spot.ends, spot.option), nth=nth)
        for nth, (line, spot) in enumerate((line, line.place) for line in found.lines if line.place)
    ]
    if not filings:
        raise Refused("plan_empty")
    record_all(office, filings)
    return found
