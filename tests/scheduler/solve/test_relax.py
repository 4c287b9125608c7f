"""What would let a lot in: every step told does, and none is told that does not."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from scheduler.solve.timetable import make_timetable
from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_relax import MOST, cures
from scheduler.timetable import Days
from tests.scheduler.solve.tiny_days import best_by_trying, tiny_days

many = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@many
@given(tiny_days())
def test_a_window_that_is_told_to_help_does(days: Days) -> None:
    """With that window allowed, trying every plan places one lot more beside all others."""
    made = make_timetable(days, Effort(clock=lambda: 0.0), tickets=None)
    told = cures(days, made)
    assert set(told) == {one.lot for one in made.unplaced}
    assert all(len(steps) <= MOST for steps in told.values())
    for lot, steps in told.items():
        if any(step.en.startswith("move to") for step in steps):
            windows = tuple(window.id for window in days.windows)
            freed = tuple(each if each.id != lot else _in(each, windows) for each in days.lots)
            assert best_by_trying(_with(days, freed))[1] > len(made.placed)


@many
@given(tiny_days())
def test_whoever_has_a_place_is_told_nothing(days: Days) -> None:
    """No advice without need, and at most for as many lots as were asked for."""
    made = make_timetable(days, Effort(clock=lambda: 0.0), tickets=None)
    assert not {one.lot for one in made.placed} & set(cures(days, made))
    assert len(cures(days, made, lots=1)) <= 1


def _in(lot: object, windows: tuple[str, ...]) -> object:
    return replace(lot, windows=windows)  # type: ignore[type-var]  # a lot


def _with(days: Days, lots: tuple[object, ...]) -> Days:
    return replace(days, lots=lots)
