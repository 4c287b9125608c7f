"""Timetables of worlds built to be nasty, beside an exact model of single persons: as good, lawful, honest."""

from dataclasses import replace
from datetime import time

import pytest

from fixtures.plan_worlds import CHAINED, MIXED, Hours, Size, Supply, make_days
from scheduler.model import Expert, ExpertId, SiteId
from scheduler.solve import timetable_search
from scheduler.solve.timetable import make_timetable
from scheduler.solve.timetable_bound import greens_of, relaxed, trivial
from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_index import index
from scheduler.solve.timetable_seating import Seater
from scheduler.solve.timetable_state import State
from scheduler.solve.timetable_turns import by_turns
from scheduler.timetable import Days, Site, Timetable, Window, WindowId
from tests.scheduler.solve.nasty_days import CODES, REGIONS, Exact, nasty_days, ranks
from tests.scheduler.solve.test_timetable_tiny import faults, made, worth


def early(days: Days, plan: Timetable) -> int:
    """How early the green-channel lots are: the larger, the earlier."""
    green, rank = {lot.id for lot in days.lots if lot.green}, ranks(days)
    return sum(rank[one.window] for one in plan.placed if one.lot in green)


@pytest.mark.parametrize("first", range(0, 36, 12))
def test_nasty_worlds_are_planned_as_well_as_can_be(first: int) -> None:
    """Lawful; as many green-channel lots, lots and early windows as the exact model proves; the bound met."""
    for number in range(first, first + 12):
        days = nasty_days(number)
        plan = made(days)
        assert faults(days, plan) == [], number
        assert (*worth(days, plan), early(days, plan)) == Exact(days).best(), number
        assert plan.proved, number
        assert plan.upper_bound == len(plan.placed), number


def test_guest_sites_that_take_a_seat_even_idle_are_planned_as_well_as_can_be() -> None:
    """Where every guest site holds a seat (as a booking does), the plan is still the exact model's best."""
    for number in range(500, 512):
        days = nasty_days(number)
        days = replace(
            days,
            lots=tuple(
                replace(lot, guests_min=min(2, lot.guests_min + 1), guests_max=None, guest_seats=1)
                for lot in days.lots
            ),
        )
        plan = made(days, None)
        assert faults(days, plan) == [], number
        assert (*worth(days, plan), early(days, plan)) == Exact(days).best(), number
        assert Exact(days).allows([(one.lot, one.window, one.guests) for one in plan.placed]), number


@pytest.mark.parametrize("first", range(100, 116, 8))
def test_placed_lots_have_lawful_panels_all_at_once(first: int) -> None:
    """Without a draw, at the windows and guest sites of the plan the exact model finds panels for all lots."""
    for number in range(first, first + 8):
        days = nasty_days(number)
        plan = made(days, None)
        assert Exact(days).allows([(one.lot, one.window, one.guests) for one in plan.placed]), number


def test_placed_lots_have_lawful_panels_all_at_once_in_larger_worlds() -> None:
    """The same where a scarce world of 600 experts and 40 lots is placed in chained windows."""
    days = make_days(b"j" * 32, Supply.SCARCE, Size(experts=600, lots=40, days=1, hours=CHAINED))
    plan = made(days, None)
    placed = {one.lot for one in plan.placed}
    held = replace(days, lots=tuple(lot for lot in days.lots if lot.id in placed))
    assert Exact(held).allows([(one.lot, one.window, one.guests) for one in plan.placed])


def test_the_relaxation_is_never_below_the_best_plan() -> None:
    """Green-channel lots and lots of the bound are at least those the exact model reaches."""
    for number in range(200, 240):
        days = nasty_days(number)
        greens, lots, _ = Exact(days).best()
        bound, _ = relaxed(index(days), frozenset(), greens, float("inf"))
        assert bound.greens >= greens, number
        assert bound.lots >= lots, number


def test_turns_of_proposals_and_answers_are_lawful_and_honest() -> None:
    """From nothing, by turns alone: no better than the best plan, and no bound below it; most are proved."""
    met = 0
    for number in range(320, 340):
        state = State(index(nasty_days(number)))
        effort = Effort(clock=lambda: 0.0)
        bound = by_turns(state, Seater(state), (trivial(state.index), ()), effort, 1.0)
        greens, lots, _ = Exact(nasty_days(number)).best()
        assert (greens_of(state), len(state.seated)) <= (greens, lots), number
        assert bound.greens >= greens, number
        assert bound.most(greens) >= lots, number
        met += bound.met_by(state)
    assert met >= 18


def test_plans_made_part_by_part_are_lawful_and_honest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no model of everything is asked, nothing is called proved that is not, and no bound is too low."""
    monkeypatch.setattr(timetable_search, "SMALL", 0)
    monkeypatch.setattr(timetable_search, "_TINY", 0)
    for number in range(300, 303):
        days = nasty_days(number)
        plan = made(days)
        best = Exact(days).best()
        assert faults(days, plan) == [], number
        assert worth(days, plan) <= best[:2], number
        assert not plan.proved or worth(days, plan) == best[:2], number
        assert worth(days, plan)[0] < best[0] or plan.upper_bound >= best[1], number


@pytest.mark.parametrize("what", ["site", "expert", "window", "nothing"])
def test_more_supply_never_places_less_in_nasty_worlds(what: str) -> None:
    """A site, an expert or a window more costs no lot; the rows turned round change nothing at all."""
    for number in range(400, 408):
        days = nasty_days(number)
        plan = made(days, None)
        more = replace(days, lots=days.lots[::-1], experts=days.experts[::-1], sites=days.sites[::-1])
        if what == "nothing":
            assert made(more, None) == plan, number
            continue
        if what == "site":
            more = replace(days, sites=(*days.sites, Site(id=SiteId("a9"), region=REGIONS[3], seats=3)))
        elif what == "expert":
            new = Expert(id=ExpertId("a9"), region=REGIONS[1], specialities=CODES)
            more = replace(days, experts=(*days.experts, new))
        else:
            day = days.windows[0].day
            more = replace(
                days,
                windows=(*days.windows, Window(id=WindowId("a9"), day=day, start=time(10), end=time(16))),
            )
        assert worth(more, made(more, None)) >= worth(days, plan), number


@pytest.mark.parametrize("hours", [CHAINED, MIXED], ids=["chained", "mixed"])
@pytest.mark.parametrize("supply", [Supply.TIGHT, Supply.SCARCE, Supply.STARVED])
def test_windows_that_overlap_in_chains_are_planned_to_the_bound(hours: Hours, supply: Supply) -> None:
    """Twice as many lots as apart: still lawful, and proved, because a world so small is to be solved."""
    days = make_days(b"\0" * 32, supply, Size(experts=600, lots=40, days=1, hours=hours))
    plan = make_timetable(days, Effort(clock=lambda: 0.0), tickets=None)
    assert faults(days, plan) == []
    assert plan.upper_bound == len(plan.placed)
    assert plan.proved


def test_a_lot_that_wants_more_from_elsewhere_than_it_has_seats_is_impossible() -> None:
    """Off-site members beyond the size of the panel cannot be, however many experts come from elsewhere."""
    days = make_days(b"p" * 32, Supply.EASY, Size(experts=600, lots=40, days=1))
    lots = tuple(replace(lot, bounds=replace(lot.bounds, offsite_min=30)) for lot in days.lots[:2])
    plan = made(replace(days, lots=(*lots, *days.lots[2:8])), None)
    assert len(plan.placed) == 6
    assert [one.lot for one in plan.unplaced] == [lot.id for lot in lots]
    assert [{reason.rule for reason in one.clash} for one in plan.unplaced] == [{"S0", "L3"}] * 2
