"""E5: away or busy, with the first and last day of leave."""

from datetime import UTC, date, datetime

from scheduler.model import Span
from scheduler.rules.load import free_that_day
from tests.scheduler.worlds import case, expert

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
DAY, BEFORE, AFTER = date(2026, 11, 23), date(2026, 11, 22), date(2026, 11, 24)


def test_e5_counts_first_and_last_day_of_leave(breaks):
    """Leave ending or beginning on the day binds; leave ended the day before or beginning after does not."""
    spans = {
        "ends": Span(since=None, until=DAY),
        "begins": Span(since=DAY, until=None),
        "ended": Span(since=None, until=BEFORE),
        "later": Span(since=AFTER, until=None),
    }
    world = case([expert(name, away=(span,)) for name, span in spans.items()], starts=NOON)
    assert breaks(free_that_day, world, "ends")
    assert breaks(free_that_day, world, "begins")
    assert not breaks(free_that_day, world, "ended")
    assert not breaks(free_that_day, world, "later")


def test_e5_lets_nobody_sit_on_two_panels_at_once(breaks):
    """Who sits elsewhere in an overlapping window is out, with or without a known day."""
    pool = [expert("busy", busy=True), expert("free")]
    assert breaks(free_that_day, case(pool), "busy")
    assert not breaks(free_that_day, case(pool, starts=NOON), "free")
