"""A plan changed as little as possible: identical without a change, and never more changes than trying all finds."""

from dataclasses import replace
from datetime import date, time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.model import Expert, ExpertId, LotId, RegionCode, Seats, SiteId, SpecialityCode
from scheduler.solve.timetable import make_timetable
from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_replan import Replanned, replan
from scheduler.timetable import Days, Lot, Placed, Seated, Site, Window, WindowId
from tests.scheduler.solve.test_timetable_tiny import faults
from tests.scheduler.solve.tiny_days import Option, _options, _together, tiny_days

many = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def effort() -> Effort:
    """No time limit."""
    return Effort(clock=lambda: 0.0)


def first(days: Days) -> dict[LotId, Placed]:
    """The plan before anything happened."""
    return {one.lot: one for one in make_timetable(days, effort(), tickets=None).placed}


def stays(was: Placed | None, window: str, guests: tuple[str, ...]) -> bool:
    """Whether a lot is where it was."""
    return was is not None and (was.window, sorted(was.guests)) == (window, sorted(guests))


def best(days: Days, before: dict[LotId, Placed]) -> tuple[int, int, int]:
    """(green-channel lots, lots, lots that stay) of the best plan, found by trying every one."""
    options = [list(_options(days, lot)) for lot in days.lots]
    found = (0, 0, 0)

    def go(at: int, chosen: list[tuple[Lot, Option]]) -> None:
        nonlocal found
        greens = sum(lot.green for lot, _ in chosen)
        kept = sum(
            stays(before.get(lot.id), days.windows[slot].id, guests) for lot, (slot, guests, _) in chosen
        )
        found = max(found, (greens, len(chosen), kept))
        rest = days.lots[at:]
        top = (greens + sum(lot.green for lot in rest), len(chosen) + len(rest), kept + len(rest))
        if not rest or top <= found:
            return
        for option in options[at]:
            if _together(days, [*chosen, (days.lots[at], option)]):
                go(at + 1, [*chosen, (days.lots[at], option)])
        go(at + 1, chosen)

    go(0, [])
    return found


def worth(days: Days, before: dict[LotId, Placed], after: Replanned) -> tuple[int, int, int]:
    """The same of our plan."""
    green = {lot.id for lot in days.lots if lot.green}
    kept = sum(stays(before.get(one.lot), one.window, one.guests) for one in after.placed)
    return sum(one.lot in green for one in after.placed), len(after.placed), kept


@many
@given(tiny_days())
def test_a_plan_replanned_with_no_change_is_identical(days: Days) -> None:
    """Windows, sites and panels: not one thing is another; without the panels the places still are."""
    plan = make_timetable(days, effort(), tickets=None)
    before = {one.lot: one for one in plan.placed}
    again = replan(days, before, effort())
    assert (again.placed, again.changes) == (plan.placed, ())
    bare = {lot: replace(one, panel=()) for lot, one in before.items()}
    assert replan(days, bare, effort()).changes == ()


def harmed(days: Days, what: int, which: int) -> Days:
    """A site loses seats, a window closes, or a green-channel lot arrives in the place of a lot that is gone."""
    if what == 0:
        at = which % len(days.sites)
        sites = tuple(
            replace(site, seats=max(0, site.seats - 1)) if n == at else site
            for n, site in enumerate(days.sites)
        )
        return replace(days, sites=sites)
    if what == 1 and days.windows:
        gone = days.windows[which % len(days.windows)].id
        lots = tuple(
            replace(lot, windows=tuple(w for w in (lot.windows or _all(days)) if w != gone))
            for lot in days.lots
        )
        return replace(
            days,
            windows=tuple(w for w in days.windows if w.id != gone),
            lots=tuple(lot for lot in lots if lot.windows),
            busy={who: held - {gone} for who, held in days.busy.items()},
        )
    lots = tuple(replace(lot, green=n == which % len(days.lots)) for n, lot in enumerate(days.lots))
    return replace(days, lots=lots)


def idling(days: Days, before: dict[LotId, Placed]) -> dict[LotId, Placed]:
    """The same plan with one guest site more wherever a lot may have one: nobody sits there."""
    city, lots = {site.id: site.region[:4] for site in days.sites}, {lot.id: lot for lot in days.lots}
    found = {}
    for name, one in before.items():
        others = [at for at in city if city[at] != city[one.host] and at not in one.guests]
        most = lots[name].guests_max
        more = others[:1] if most is None or len(one.guests) < most else []
        found[name] = replace(one, guests=tuple(sorted((*one.guests, *more))))
    return found


def _all(days: Days) -> tuple[str, ...]:
    return tuple(w.id for w in days.windows)


@many
@given(tiny_days(), st.integers(0, 2), st.integers(0, 5), st.booleans(), st.booleans())
def test_as_many_lots_as_possible_and_then_as_few_changes(
    days: Days, what: int, which: int, idle: bool, drawn: bool
) -> None:
    """After any mishap: no plan places more, and none of as many lots leaves more of them where they were."""
    before, after = first(days), harmed(days, what, which)
    before = idling(days, before) if idle else before
    known = before if drawn else {lot: replace(one, panel=()) for lot, one in before.items()}
    made = replan(after, known, effort())
    assert worth(after, before, made) == best(after, before)
    placed = {one.lot for one in made.placed}
    assert placed | {one.lot for one in made.unplaced} == {lot.id for lot in after.lots}
    timetable = replace(
        make_timetable(after, effort(), tickets=None), placed=made.placed, unplaced=made.unplaced
    )
    assert faults(after, timetable) == []


def test_a_guest_site_nobody_sits_at_stays() -> None:
    """One of two guest sites loses its seat: the lot keeps both, and only who sits is another."""
    home, near, far = (RegionCode(code) for code in ("340101", "340201", "340301"))
    seats = (Seats(speciality=SpecialityCode("A01"), count=1),)
    plan = Placed(
        lot=LotId("L"),
        window=WindowId("w"),
        host=SiteId("s0"),
        guests=(SiteId("s1"), SiteId("s2")),
        panel=(Seated(expert=ExpertId("e2"), speciality=seats[0].speciality, site=SiteId("s2")),),
    )
    days = Days(
        experts=tuple(
            Expert(id=ExpertId(f"e{n}"), region=region, specialities=(seats[0].speciality,))
            for n, region in enumerate((home, near, far))
        ),
        sites=tuple(
            Site(id=SiteId(f"s{n}"), region=region, seats=n % 2) for n, region in enumerate((home, near, far))
        ),
        windows=(Window(id=WindowId("w"), day=date(2026, 3, 2), start=time(9), end=time(11)),),
        lots=(Lot(id=LotId("L"), region=home, host=SiteId("s0"), seats=seats),),
    )
    made = replan(days, {plan.lot: plan}, effort())
    assert made.changes == ()
    assert [(seat.expert, seat.site) for seat in made.placed[0].panel] == [("e1", "s1")]


@many
@given(tiny_days(), st.integers(0, 1), st.integers(0, 5))
def test_a_locked_lot_is_never_moved(days: Days, what: int, which: int) -> None:
    """Drawn and notified: it stays where it was, or has no place and people decide."""
    before, after = first(days), harmed(days, what, which)
    locked = {lot.id for lot in after.lots if lot.id in before}
    made = replan(
        after, {lot: replace(one, panel=()) for lot, one in before.items()}, effort(), locked=locked
    )
    for change in made.changes:
        assert change.lot not in locked or change.after is None


def _two_guests(seats: int, spare: int) -> Replanned:
    """A lot of two people with two guest sites, one of them full in its only window, another with `spare` seats."""
    window = Window(id=WindowId("w"), day=date(2026, 3, 2), start=time(9), end=time(12))
    where = {"h": ("340101", 2), "a": ("340201", 2), "b": ("340301", 5), "c": ("340401", 5)}
    days = Days(
        experts=tuple(
            Expert(id=ExpertId(f"e{i}"), region=RegionCode("340201"), specialities=(SpecialityCode("A01"),))
            for i in range(2)
        ),
        sites=tuple(Site(id=SiteId(s), region=RegionCode(r), seats=n) for s, (r, n) in where.items()),
        windows=(window,),
        lots=(
            Lot(
                id=LotId("L"),
                region=RegionCode("340101"),
                host=SiteId("h"),
                seats=(Seats(speciality=SpecialityCode("A01"), count=2),),
                guests_min=2,
                guest_seats=seats,
            ),
        ),
    )
    room = {(window.id, SiteId("b")): 0, (window.id, SiteId("c")): spare}
    return replan(days, {}, effort(), room=room)


def test_a_booking_has_a_seat_at_every_guest_site_or_no_place() -> None:
    """An idle guest site must have the seat a booking promises there; one that promises none may be full."""
    assert [one.guests for one in _two_guests(1, 1).placed] == [("a", "c")]
    assert _two_guests(1, 0).placed == ()
    assert len(_two_guests(0, 0).placed) == 1
