"""What the rules read of a case: state and exhibits → scheduler.model.Case. The same for service and verifier."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from scheduler.exhibits import Conflicts, Request, Snapshot
from scheduler.limits import Numbers
from scheduler.model import Case, Choice, ExpertId, Seats, SiteSeats, SpecialityCode
from scheduler.packshape import Pack
from scheduler.relaxing import all_eased
from scheduler.rules.day import day_of
from scheduler.standby import Standby
from scheduler.state import Sitting, State


def numbers(pack: Pack, case: Case) -> Numbers:
    """The pack's numbers for such a project on the day of the evaluation in China; without a day the last known.

    Signed steps of the ladder are in them: this is the one place where a relaxed number comes from.
    """
    plain = pack.numbers(day_of(case) or date.max, case.category, case.budget, case.mark)
    return all_eased(plain, pack.ladder, case.relaxed)


def roles(request: Request) -> tuple[SpecialityCode, ...]:
    """Seat codes in the order that events count roles by."""
    return tuple(seats.speciality for seats in request.seats)


def choices(request: Request, sittings: Iterable[Sitting]) -> tuple[Choice, ...]:
    """The drawn members as choices; owner representatives are in no lottery."""
    codes = roles(request)
    return tuple(
        Choice(expert=ExpertId(m.member), speciality=codes[m.role]) for m in sittings if m.role is not None
    )


def case_of(
    request: Request,
    snapshot: Snapshot,
    *,
    kept: Iterable[Sitting] = (),
    out: Iterable[Sitting | Standby] = (),
    conflicts: Conflicts | None = None,
    counts: Sequence[int] = (),
) -> Case:
    """The case of one round. `conflicts` None: bids are still closed, nobody knows a bidder.

    `counts`: experts wanted per role where they are more than requested, because owner representatives gave
    way to them (C10); their workstations at the host are free then.
    """
    more = sum(counts) - sum(seats.count for seats in request.seats) if counts else 0
    return Case(
        lot=request.lot,
        region=request.region,
        pool=tuple(leaf.expert for leaf in snapshot.leaves),
        seats=_counted(request, counts),
        recused=frozenset(ExpertId(m) for m in (*(m.member for m in out), *request.excluded)),
        kept=choices(request, kept),
        owner_reps=0 if more else request.owner_reps,
        starts=request.starts,
        sites=tuple(_freed(site, more) for site in request.sites),
        tenderee=request.tenderee,
        bidders=frozenset(conflicts.bidders) if conflicts else frozenset(),
        controls=snapshot.controls + (conflicts.controls if conflicts else ()),
        category=request.category,
        budget=request.budget,
        parties=request.parties,
        recused_units=request.recused,
        regions=request.regions,
        mark=request.mark,
        stand_in=request.stand_in,
        relaxed=request.relaxed,
        travel=snapshot.travel,
    )


def promotion_case(request: Request, snapshot: Snapshot, state: State, conflicts: Conflicts | None) -> Case:
    """The case in which a stand-by is promoted: who waits is not out."""
    gone: list[Sitting | Standby] = [*state.left(), *(s for s in state.standbys if s.out is not None)]
    return case_of(request, snapshot, kept=state.experts(), out=gone, conflicts=conflicts, counts=state.seats)


def _freed(site: SiteSeats, more: int) -> SiteSeats:
    """The host with the workstations that owner representatives have left, each of them held in a room that
    has place for it (scheduler.rules.rooms)."""
    if not site.host or not more:
        return site
    return replace(site, seats=site.seats + more, rooms=None if site.rooms is None else site.rooms + more)


def _counted(request: Request, counts: Sequence[int]) -> tuple[Seats, ...]:
    if not counts:
        return request.seats
    return tuple(replace(seats, count=n) for seats, n in zip(request.seats, counts, strict=True))
