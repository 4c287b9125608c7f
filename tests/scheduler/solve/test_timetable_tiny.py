"""Timetables of tiny worlds: as good as trying everything, lawful, and the same in any order of rows."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from hashlib import sha256
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.commands.planned import document
from api.words import Lang
from fixtures.plan_worlds import write_days
from scheduler.model import Expert, ExpertId, LotId, SiteId
from scheduler.solve.timetable import make_timetable
from scheduler.solve.timetable_effort import Effort
from scheduler.timetable import Days, Site, Timetable, Window, WindowId
from tests.plan_checker import faults_of_plan
from tests.scheduler.solve.tiny_days import CODES, DAY, REGIONS, best_by_trying, tiny_days

many = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


def tickets(lot: LotId) -> bytes:
    """Chance by label, for tests."""
    return sha256(lot.encode()).digest()


def made(days: Days, draw: Callable[[LotId], bytes] | None = tickets) -> Timetable:
    """The timetable without a time limit."""
    return make_timetable(days, Effort(clock=lambda: 0.0), tickets=draw)


def faults(days: Days, plan: Timetable) -> list[str]:
    """What the independent checker finds."""
    with tempfile.TemporaryDirectory() as folder:
        write_days(days, Path(folder))
        return faults_of_plan(Path(folder), document(plan, {}, Lang.EN, panels=True))


def worth(days: Days, plan: Timetable) -> tuple[int, int]:
    """(green-channel lots, lots) placed."""
    green = {lot.id for lot in days.lots if lot.green}
    return sum(one.lot in green for one in plan.placed), len(plan.placed)


@many
@given(tiny_days())
def test_no_plan_is_better_than_ours_and_ours_is_lawful(days: Days) -> None:
    """As many green-channel lots, then as many lots, as the best plan found by trying every one."""
    plan = made(days)
    assert faults(days, plan) == []
    assert worth(days, plan) == best_by_trying(days)
    assert plan.proved
    assert plan.upper_bound == len(plan.placed)


@many
@given(tiny_days())
def test_the_order_of_rows_changes_nothing(days: Days) -> None:
    """Permuted files give the same windows, sites and panels; a second run too."""
    mixed = replace(
        days,
        experts=tuple(reversed(days.experts)),
        sites=tuple(reversed(days.sites)),
        windows=tuple(reversed(days.windows)),
        lots=tuple(
            replace(lot, windows=tuple(reversed(lot.windows)), seats=tuple(reversed(lot.seats)))
            for lot in reversed(days.lots)
        ),
    )
    assert made(mixed) == made(days)


@many
@given(tiny_days(), st.integers(0, 2))
def test_more_supply_never_places_less(days: Days, what: int) -> None:
    """One site, one expert or one window more, and no green-channel lot and no lot is lost."""
    if what == 0:
        more = replace(days, sites=(*days.sites, Site(id=SiteId("s9"), region=REGIONS[2], seats=2)))
    elif what == 1:
        codes = tuple(CODES[1:])
        new = Expert(id=ExpertId("e9"), region=REGIONS[0], specialities=codes)
        more = replace(days, experts=(*days.experts, new))
    else:
        late = Window(id=WindowId("w9"), day=DAY, start=time(18), end=time(19))
        more = replace(days, windows=(*days.windows, late))
    assert worth(more, made(more, None)) >= worth(days, made(days, None))
