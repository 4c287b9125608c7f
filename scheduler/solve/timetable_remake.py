"""How is a plan on file made again? What can stay stays exactly, panels included; what moves is drawn around it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from scheduler.check import breaches, misfits
from scheduler.model import Case, Choice, Expert, ExpertId, LotId, SiteId
from scheduler.rules import limits, numbers_of
from scheduler.rules.place import city
from scheduler.solve.timetable import DRAWING, make_timetable
from scheduler.solve.timetable_draw import Tickets, drawn
from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_index import index
from scheduler.solve.timetable_replan import answered, settle
from scheduler.solve.timetable_state import Seating, State
from scheduler.timetable import Days, Lot, Placed, Timetable

_PROVING = 0.6  # share of a time limit after which no bound is looked for any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """A plan as it was: where every lot stood, which had no place, which are drawn and notified."""

    placed: Mapping[LotId, Placed]
    unplaced: frozenset[LotId] = frozenset()
    frozen: frozenset[LotId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A lot that is not what it was: elsewhere, new (`before` None), without a place or gone (`after` None), or in its
    place with another panel."""

    lot: LotId
    before: Placed | None
    after: Placed | None
    frozen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Remade:
    """The new plan, what is other than before in the order of lots, and whether fewest changes were proved."""

    timetable: Timetable
    moved: tuple[Moved, ...]
    least: bool


def remake(days: Days, old: Old, effort: Effort, *, tickets: Tickets | None, workers: int = 1) -> Remade:
    """The plan with the fewest changes found. A frozen lot moves only where it cannot stay whatever else moves, and
    nobody is moved for the sake of a lot that had no place before."""
    lots = {lot.id: lot for lot in days.lots}
    known = {expert.id: expert for expert in days.experts}
    before = {name: _lawful(days, known, lots[name], was) for name, was in old.placed.items() if name in lots}
    since = effort.clock()
    state, least = _settled(days, before, old, effort)
    since = effort.mark("search", since)
    if tickets is not None:
        seated = state.seated.items()
        kept = frozenset(lot for lot, seating in seated if _same_panel(state, lot, seating, before))
        state.reseat(drawn(state, tickets, effort, DRAWING, workers, kept))
    since = effort.mark("draw", since)
    made = answered(state, before, effort, least)
    bound, whole = _bound(days, made.placed, effort), len(made.placed) == len(days.lots)
    timetable = Timetable(
        placed=made.placed,
        unplaced=made.unplaced,
        proved=whole or (bound is not None and bound.proved),
        upper_bound=len(days.lots) if bound is None else bound.upper_bound,
    )
    return Remade(timetable=timetable, moved=_moved(old, made.placed, lots, tickets is not None), least=least)


def _settled(days: Days, before: Mapping[LotId, Placed], old: Old, effort: Effort) -> tuple[State, bool]:
    """Frozen lots held fast; those that have no place then may move, the others still may not."""
    locked = old.frozen & before.keys()
    while True:
        state = State(index(days))
        least = settle(state, before, effort, locked=locked, patient=old.unplaced)
        seated = {state.index.lots[at].id for at in state.seated}
        if locked <= seated:
            return state, least
        locked &= seated


def _lawful(days: Days, known: Mapping[ExpertId, Expert], lot: Lot, was: Placed) -> Placed:
    """Where the lot was; with its panel only while that is lawful for the lot as it is asked for now."""
    if not was.panel:
        return was
    region = {site.id: site.region for site in days.sites}
    seated = all(
        seat.site in region
        and seat.expert in known
        and city(region[seat.site]) == city(known[seat.expert].region)
        for seat in was.panel
    )
    most = lot.guests_max is None or len(was.guests) <= lot.guests_max
    here, away = {was.host, *was.guests}, [region[site] for site in was.guests if site in region]
    fits = lot.guests_min <= len(was.guests) and most and all(seat.site in here for seat in was.panel)
    fits = fits and was.host in region and all(city(one) != city(region[was.host]) for one in away)
    panel = [Choice(expert=seat.expert, speciality=seat.speciality) for seat in was.panel]
    case = Case(lot=lot.id, region=lot.region, pool=days.experts, seats=lot.seats, recused=lot.recused)
    numbers = numbers_of(
        same_employer_max=lot.bounds.same_employer_max,
        same_region_max=lot.bounds.same_region_max,
        host_region_max=lot.bounds.host_region_max,
        offsite_min=lot.bounds.offsite_min,
    )
    if not (seated and fits) or misfits(case, panel) or breaches(limits(case, numbers), panel):
        return replace(was, panel=())
    return was


def _same_panel(state: State, lot: int, seating: Seating, before: Mapping[LotId, Placed]) -> bool:
    was = before.get(state.index.lots[lot].id)
    if was is None or not was.panel:
        return False
    people = {(state.index.people.ids[who], state.index.sites[site].id) for who, _, site in seating.panel}
    return _place(was) == _here(state, seating) and people == {(s.expert, s.site) for s in was.panel}


def _place(one: Placed) -> tuple[str, tuple[SiteId, ...]]:
    return one.window, tuple(sorted(one.guests))


def _here(state: State, seating: Seating) -> tuple[str, tuple[SiteId, ...]]:
    guests = sorted(state.index.sites[site].id for site in seating.guests)
    return state.index.windows[seating.window].id, tuple(guests)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bound:
    """What is known of any plan with as many green-channel lots as this one."""

    proved: bool
    upper_bound: int


def _bound(days: Days, placed: Collection[Placed], effort: Effort) -> _Bound | None:
    """What a plan made afresh proves; not asked where every lot has a place."""
    if len(placed) == len(days.lots) or effort.over(_PROVING):
        return None
    fresh, green = make_timetable(days, effort, tickets=None), {lot.id for lot in days.lots if lot.green}
    greens = [sum(one.lot in green for one in plan) for plan in (placed, fresh.placed)]
    if greens[0] < greens[1]:  # the bound is about plans with as many as that
        return None
    return _Bound(
        proved=fresh.proved and len(placed) >= len(fresh.placed),
        upper_bound=max(fresh.upper_bound, len(placed)),
    )


def _moved(old: Old, placed: Collection[Placed], lots: Collection[LotId], panels: bool) -> tuple[Moved, ...]:
    now = {one.lot: one for one in placed}
    found = []
    for name in sorted({*old.placed, *now}):
        was, new = old.placed.get(name), now.get(name)
        place = was is not None and new is not None and (was.host, _place(was)) == (new.host, _place(new))
        panel = (
            was is not None
            and new is not None
            and (not panels or not was.panel or _people(was) == _people(new))
        )
        if not (place and panel):
            found.append(Moved(lot=name, before=was, after=new, frozen=name in old.frozen and name in lots))
    return tuple(found)


def _people(one: Placed) -> frozenset[tuple[str, str, str]]:
    return frozenset((seat.expert, seat.speciality, seat.site) for seat in one.panel)
