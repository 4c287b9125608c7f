"""How does a green-channel lot get a place that others hold? Fewest moves of undrawn lots, shown first, then whole."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from api.actor import Actor
from api.services import booking
from api.services.candidates import rule_of
from api.services.drafting import read_draft
from api.services.memory import Memory
from api.services.moving import filing, yields
from api.services.office import Office, only, record_all
from api.services.ordering import Draft, order_of
from api.services.packs import ruled
from api.services.placing import AHEAD, Case, Span, Spot, case_of_lot, day_of, open_cases
from api.services.reasons import given
from api.services.replanning import Anew, Newcomer, Proposal, Work, digest_of_steps, placed_anew
from api.services.shown import demand_shown, digest_shown
from scheduler.codec import to_plain
from scheduler.errors import Refused
from scheduler.explain import Reason
from scheduler.model import LotId, Role
from scheduler.rules.day import SHANGHAI

_DAYS = timedelta(days=7)  # after the window, into which others may be moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Where the newcomer would be (None: nowhere in this window) and what that asks of others.

    `digest` names exactly this answer to exactly this draft.
    """

    draft: Draft
    starts: datetime
    ends: datetime
    place: Spot | None
    against: tuple[Reason, ...]
    proposal: Proposal
    digest: str


def propose(office: Office, memory: Memory, draft: Draft, starts: datetime) -> Arrival:
    """The fewest moves of normal lots, not frozen and not drawn, that make room for an urgent lot in a window.

    Writes nothing. Raises Refused("not_green") for a normal lot, "window_gone" for a window that is too near or
    crosses midnight, "room_by_lot" where the pack draws guest sites (L2): nobody may choose them.
    """
    office, begin = ruled(office), starts.astimezone(SHANGHAI)
    window = begin, begin + timedelta(hours=draft.hours)
    if not draft.green:
        raise Refused("not_green")
    if begin < office.now() + AHEAD or window[1].date() != begin.date():
        raise Refused("window_gone")
    if rule_of(office.pack.numbers(begin.date(), draft.category, draft.budget)) is not None:
        raise Refused("room_by_lot")
    with office.db.reading() as session:
        made, near = _made(office, memory, session, draft, window)
    steps = tuple(step for step in made.steps if not step.reseated) if made.arrival else ()
    moved = {step.lot for step in steps}
    stay = tuple((lot, case.spot) for lot, case in sorted(near.items()) if lot not in moved)
    proposal = Proposal(
        steps=steps, others=stay, lost=(), least=made.least, digest=digest_of_steps(steps, ())
    )
    return Arrival(
        draft=draft,
        starts=window[0],
        ends=window[1],
        place=made.arrival,
        against=made.against,
        proposal=proposal,
        digest=_digest(draft, made.arrival, proposal),
    )


def _made(
    office: Office, memory: Memory, session: Session, draft: Draft, window: Span
) -> tuple[Anew, dict[LotId, Case]]:
    """With those in the way only, then with all of these days, who might make room for them."""
    near = open_cases(office, session, day_of(window[0]), day_of(window[0]) + _DAYS)
    new = Newcomer(
        window=window,
        lot=lambda known, free: read_draft(
            office, replace(draft, day=None, start=None), [window], (known, free)
        ),
    )
    gap = 2 * timedelta(minutes=office.pack.times.buffer_minutes)
    free = frozenset(lot for lot, case in near.items() if case.yields)
    there = frozenset(lot for lot in free if _meets(near[lot].spot, window, gap))
    made = placed_anew(office, memory, session, Work(near=near, chosen=there, newcomer=new))
    if made.arrival is None and free > there:
        made = placed_anew(office, memory, session, Work(near=near, chosen=free, newcomer=new))
    return _untrimmed(office, memory, session, Work(near=near, chosen=there, newcomer=new), made), near


def _untrimmed(office: Office, memory: Memory, session: Session, work: Work, made: Anew) -> Anew:
    """The same moves where those who stay need not give up workstations they have to spare, if that works too."""
    moved = {s.lot: s for s in made.steps if not s.reseated and not s.trimmed}
    if made.arrival is None or not any(step.trimmed for step in made.steps):
        return made
    there = {lot: replace(work.near[lot], spot=s.after) for lot, s in moved.items() if s.after}
    again = placed_anew(
        office, memory, session, replace(work, near={**work.near, **there}, chosen=frozenset(moved))
    )
    if again.arrival is None or any(step.after is None for step in again.steps):
        return made
    steps = tuple(replace(step, before=work.near[step.lot].spot) for step in again.steps)
    return replace(again, steps=steps, least=made.least)


def _meets(spot: Spot, window: Span, gap: timedelta) -> bool:
    return spot.starts < window[1] + gap and window[0] < spot.ends + gap


def _digest(draft: Draft, place: Spot | None, proposal: Proposal) -> str:
    told = [
        to_plain(replace(draft, day=None, start=None)),
        to_plain(place) if place else None,
        proposal.digest,
    ]
    return digest_shown(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the operator confirms: this answer for this lot in the window that begins then, and why."""

    draft: Draft
    starts: datetime
    digest: str
    reason: str


def apply(office: Office, actor: Actor, memory: Memory, asked: Asked) -> Arrival:
    """Move the others and book the lot, in one transaction. Raises Refused("plan_stale") when another answer would
    be given by now, "plan_empty" when there is no place, and whatever a booking of any of the lots would raise."""
    only(actor, Role.OPERATOR)
    why, office = given(asked.reason), ruled(office)
    found = propose(office, memory, asked.draft, asked.starts)
    demand_shown(found.digest, asked.digest)
    if found.place is None:
        raise Refused("plan_empty")
    steps, place = found.proposal.steps, found.place
    with office.db.reading() as session:
        cases = [(case_of_lot(office, session, step.lot), step) for step in steps]
    moves = [filing(office, actor, case, step, why, room_for=asked.draft.lot) for case, step in cases]
    order = order_of(asked.draft, place.starts, place.ends, place.option)
    record_all(office, (*moves, booking.filing(office, actor, order)), first=yields(steps))
    return found
