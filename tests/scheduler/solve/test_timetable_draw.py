"""Draws of lots that compete: whoever a later lot cannot do without is kept aside, by kind and beforehand."""

from collections import Counter
from datetime import date, time
from hashlib import sha256

import pytest

from scheduler.model import Expert, ExpertId, LotId, OrgTag, RegionCode, Seats, SiteId, SpecialityCode
from scheduler.solve.timetable import make_timetable
from scheduler.solve.timetable_day import Day
from scheduler.solve.timetable_effort import Effort
from scheduler.timetable import Days, Lot, Site, Window, WindowId
from tests.scheduler.solve.nasty_days import nasty_days
from tests.scheduler.solve.test_timetable_tiny import faults, tickets

HOME = RegionCode("340101")
COMMON, RARE = SpecialityCode("A01"), SpecialityCode("B01")


def people(both: int, common: int, employers: bool) -> tuple[Expert, ...]:
    """`both` experts with the rare speciality too, the others with the common one only."""
    return tuple(
        Expert(
            id=ExpertId(f"e{i}"),
            region=HOME,
            specialities=(COMMON, RARE) if i < both else (COMMON,),
            employer=OrgTag(f"o{i}" if employers else ""),
        )
        for i in range(both + common)
    )


def lot(name: str, code: SpecialityCode, count: int, *, green: bool) -> Lot:
    """A lot at the one site."""
    seats = (Seats(speciality=code, count=count),)
    return Lot(id=LotId(name), region=HOME, host=SiteId("s"), seats=seats, green=green)


def drawn(experts: tuple[Expert, ...], seed: int, *, hurry: bool = False) -> dict[str, set[str]]:
    """Who sits for the common lot, drawn first, and for the rare one, drawn later in the same window.

    `hurry`: when the time for lotteries is used up.
    """
    days = Days(
        experts=experts,
        sites=(Site(id=SiteId("s"), region=HOME, seats=9),),
        windows=(Window(id=WindowId("w"), day=date(2026, 3, 2), start=time(9), end=time(11)),),
        lots=(lot("common", COMMON, 2, green=True), lot("rare", RARE, 1, green=False)),
    )

    def chance(name: LotId) -> bytes:
        return sha256(f"{seed} {name}".encode()).digest()

    effort = Effort(clock=lambda: 1.0, until=0.0 if hurry else None)
    plan = make_timetable(days, effort, tickets=chance)
    return {one.lot: {seat.expert for seat in one.panel} for one in plan.placed}


def test_the_only_expert_of_a_later_lot_is_never_drawn_before() -> None:
    """Whatever the seed, both lots have a panel and the one who alone has the rare speciality waits for it."""
    for seed in range(30):
        panels = drawn(people(1, 4, employers=True), seed)
        assert panels["rare"] == {"e0"}
        assert len(panels["common"]) == 2
        assert "e0" not in panels["common"]


def test_of_like_people_any_may_be_drawn_but_not_all() -> None:
    """Two alike have the rare speciality: never both are drawn before, and over seeds each of them sometimes."""
    seen: set[str] = set()
    for seed in range(40):
        panels = drawn(people(2, 2, employers=False), seed)
        taken = panels["common"] & {"e0", "e1"}
        assert len(taken) <= 1
        assert panels["rare"] == ({"e0", "e1"} - taken if taken else panels["rare"])
        seen |= taken
    assert seen == {"e0", "e1"}


def test_where_enough_are_left_nobody_is_kept_aside() -> None:
    """Nine have the rare speciality and one is wanted: over seeds every one of them is drawn before, too."""
    seen = {who for seed in range(60) for who in drawn(people(9, 0, employers=False), seed)["common"]}
    assert seen == {f"e{i}" for i in range(9)}


def test_panels_shuffled_in_haste_are_lawful_and_told() -> None:
    """With the time used up every placed lot still has a drawn panel, no rule is broken, and it is said how."""
    placed = 0
    for number in range(12):
        told: list[str] = []
        days = nasty_days(number)
        late = Effort(clock=lambda: 9.0, until=1.0, tell=lambda words, told=told: told.append(words.en))
        plan = make_timetable(days, late, tickets=tickets)
        assert faults(days, plan) == [], number
        assert any(f"{len(plan.placed)} panels were shuffled" in one for one in told) == bool(plan.placed)
        placed += len(plan.placed)
    assert placed > 12


def test_a_panel_that_no_chance_made_is_not_called_shuffled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where shuffling finds nothing the witness sits: lawful, and told as what it is."""
    monkeypatch.setattr(Day, "_shuffled", lambda *args: None)
    told: list[str] = []
    days = nasty_days(0)
    late = Effort(clock=lambda: 9.0, until=1.0, tell=lambda words: told.append(words.en))
    plan = make_timetable(days, late, tickets=tickets)
    assert faults(days, plan) == []
    assert any(f"{len(plan.placed)} panels are those that showed" in one for one in told)
    assert not any("were shuffled" in one for one in told)


def test_a_shuffle_favours_nobody() -> None:
    """Nine alike and two seats: over seeds every one of them sits, none much oftener than another."""
    many = Counter(
        who for seed in range(180) for who in drawn(people(9, 0, employers=False), seed, hurry=True)["common"]
    )
    assert sorted(many) == [f"e{i}" for i in range(9)]
    assert max(many.values()) < 2 * min(many.values())
