"""Tiny days of lots from dice, and the best plan for them by trying everything."""

import itertools
from collections.abc import Iterator
from datetime import date, time

from hypothesis import strategies as st

from scheduler.model import Expert, ExpertId, LotId, OrgTag, RegionCode, Seats, SiteId, SpecialityCode
from scheduler.timetable import Bounds, Days, Lot, Site, Window, WindowId, overlap

REGIONS = tuple(map(RegionCode, ("340101", "340102", "340201", "340301")))
CODES = tuple(map(SpecialityCode, ("A01", "A0101", "A02", "B01")))
DAY = date(2026, 3, 2)
Option = tuple[int, tuple[str, ...], tuple[tuple[str, str, str], ...]]  # window, guests, (expert, seat, site)


@st.composite
def tiny_days(draw: st.DrawFn) -> Days:
    """Up to six experts, three sites, three windows (overlapping or not) and three lots."""
    windows = tuple(
        Window(
            id=WindowId(f"w{i}"),
            day=DAY if draw(st.integers(0, 3)) else date(2026, 3, 3),
            start=time(8 + start),
            end=time(8 + start + draw(st.integers(1, 2))),
        )
        for i, start in enumerate(draw(st.lists(st.integers(0, 3), max_size=3)))
    )
    sites = tuple(
        Site(id=SiteId(f"s{i}"), region=region, seats=draw(st.integers(0, 3)))
        for i, region in enumerate(draw(st.lists(st.sampled_from(REGIONS), min_size=1, max_size=3)))
    )
    experts = tuple(
        Expert(
            id=ExpertId(f"e{i}"),
            region=draw(st.sampled_from(REGIONS)),
            specialities=tuple(draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=2, unique=True))),
            employer=OrgTag(draw(st.sampled_from(("", "", "o1", "o2")))),
            household=draw(st.sampled_from(("", "", "", "h1"))),
        )
        for i in range(draw(st.integers(0, 6)))
    )
    ids = [window.id for window in windows]
    lots = tuple(draw(_lots(i, sites, ids, experts)) for i in range(draw(st.integers(0, 3))))
    busy = {
        expert.id: frozenset({draw(st.sampled_from(ids))})
        for expert in experts
        if ids and draw(st.integers(0, 5)) == 0
    }
    return Days(experts=experts, sites=sites, windows=windows, lots=lots, busy=busy)


@st.composite
def _lots(
    draw: st.DrawFn, i: int, sites: tuple[Site, ...], ids: list[WindowId], experts: tuple[Expert, ...]
) -> Lot:
    few = st.sampled_from((None, None, None, 0, 1))
    codes = draw(st.lists(st.sampled_from(("A", "A01", "A0101", "A02", "B01")), min_size=1, max_size=2))
    counts: dict[str, int] = {}
    for code in codes:
        counts[code] = counts.get(code, 0) + 1
    least = draw(st.integers(0, 1))
    return Lot(
        id=LotId(f"L{i}"),
        region=draw(st.sampled_from(REGIONS)),
        host=draw(st.sampled_from(sites)).id,
        seats=tuple(Seats(speciality=SpecialityCode(code), count=n) for code, n in counts.items()),
        owner_reps=draw(st.sampled_from((0, 0, 0, 1, 2))),
        windows=tuple(draw(st.lists(st.sampled_from(ids), max_size=2, unique=True))) if ids else (),
        guests_min=least,
        guests_max=draw(st.sampled_from((None, least, least + 1))),
        bounds=Bounds(
            offsite_min=draw(few),
            same_employer_max=draw(few),
            same_region_max=draw(st.sampled_from((None, None, 1))),
            host_region_max=draw(few),
        ),
        green=draw(st.integers(0, 3)) == 0,
        recused=frozenset(e.id for e in experts if draw(st.integers(0, 8)) == 0),
    )


def best_by_trying(days: Days) -> tuple[int, int]:
    """(green-channel lots, lots) of the best plan, found by trying every one."""
    options = [list(_options(days, lot)) for lot in days.lots]
    best = (0, 0)

    def go(at: int, chosen: list[tuple[Lot, Option]]) -> None:
        nonlocal best
        greens = sum(lot.green for lot, _ in chosen)
        best = max(best, (greens, len(chosen)))
        rest = days.lots[at:]
        if not rest or (greens + sum(lot.green for lot in rest), len(chosen) + len(rest)) <= best:
            return
        for option in options[at]:
            if _together(days, [*chosen, (days.lots[at], option)]):
                go(at + 1, [*chosen, (days.lots[at], option)])
        go(at + 1, chosen)

    go(0, [])
    return best


def _options(days: Days, lot: Lot) -> Iterator[Option]:
    where = {site.id: site for site in days.sites}
    host = where[lot.host]
    others = [site for site in days.sites if site.region[:4] != host.region[:4]]
    seats = [seat.speciality for seat in lot.seats for _ in range(seat.count)]
    slots = [i for i, w in enumerate(days.windows) if not lot.windows or w.id in lot.windows]
    panels = []
    for some in itertools.permutations(days.experts, len(seats)):
        if any(not any(c.startswith(s) for c in e.specialities) for e, s in zip(some, seats, strict=True)):
            continue
        if any(e.id in lot.recused for e in some) or not _limits(lot, some):
            continue
        panels.append(some)
    for size in range(lot.guests_min, len(others) + 1):
        if lot.guests_max is not None and size > lot.guests_max:
            break
        for guests in itertools.combinations(others, size):
            for some in panels:
                places = [
                    [site.id for site in (host, *guests) if site.region[:4] == e.region[:4]] for e in some
                ]
                for sites in itertools.product(*places):
                    seated = tuple((e.id, s, at) for e, s, at in zip(some, seats, sites, strict=True))
                    for slot in slots:
                        yield slot, tuple(g.id for g in guests), seated


def _limits(lot: Lot, some: tuple[Expert, ...]) -> bool:
    def most(values: list[str]) -> int:
        held = [value for value in values if value]
        return max((held.count(value) for value in held), default=0)

    bounds = lot.bounds
    return (
        most([e.household for e in some]) <= 1
        and (bounds.same_employer_max is None or most([e.employer for e in some]) <= bounds.same_employer_max)
        and (bounds.same_region_max is None or most([e.region for e in some]) <= bounds.same_region_max)
        and (
            bounds.host_region_max is None
            or sum(e.region == lot.region for e in some) <= bounds.host_region_max
        )
        and sum(e.region[:4] != lot.region[:4] for e in some) >= (bounds.offsite_min or 0)
    )


def _together(days: Days, chosen: list[tuple[Lot, Option]]) -> bool:
    windows = days.windows
    for one, (_, (slot, _, seated)) in enumerate(chosen):
        for who, _, _ in seated:
            if any(overlap(windows[slot], w) for w in windows if w.id in days.busy.get(ExpertId(who), ())):
                return False
            same = [s for _, (s, _, p) in chosen if who in [x for x, _, _ in p]]
            if sum(windows[s].day == windows[slot].day for s in same) > 2:
                return False
        for _, (other, _, others) in chosen[one + 1 :]:
            both = {who for who, _, _ in seated} & {who for who, _, _ in others}
            if both and overlap(windows[slot], windows[other]):
                return False
    for moment in windows:
        used: dict[str, int] = {}
        for lot, (slot, _, seated) in chosen:
            w = windows[slot]
            if w.day == moment.day and w.start <= moment.start < w.end:
                used[lot.host] = used.get(lot.host, 0) + lot.owner_reps
                for _, _, site in seated:
                    used[site] = used.get(site, 0) + 1
        if any(used.get(site.id, 0) > site.seats for site in days.sites):
            return False
    return True
