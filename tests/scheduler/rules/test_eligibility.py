"""E2, E3, E4: binds, lets go, and the boundary day both ways."""

from datetime import UTC, date, datetime

from scheduler.model import Standing
from scheduler.rules.eligibility import certificate_valid, in_good_standing, under_age
from tests.scheduler.worlds import case, expert

NIGHT = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # half past midnight on the 23rd in China


def test_e2_lets_sixty_nine_sit_and_seventy_not(breaks):
    """The day of the seventieth birthday is already out; who gives no age is not bound."""
    world = case([expert("young", age=69), expert("old", age=70), expert("unknown")])
    assert not breaks(under_age, world, "young", years=70)
    assert breaks(under_age, world, "old", years=70)
    assert not breaks(under_age, world, "unknown", years=70)


def test_e3_counts_the_last_day_of_validity_by_the_chinese_calendar(breaks):
    """Valid to the day itself sits, valid to the day before does not, whatever the day is in UTC."""
    pool = [
        expert("last", certificate_until=date(2026, 11, 23)),
        expert("ended", certificate_until=date(2026, 11, 22)),
        expert("unknown"),
    ]
    world = case(pool, starts=NIGHT)
    assert not breaks(certificate_valid, world, "last")
    assert breaks(certificate_valid, world, "ended")
    assert not breaks(certificate_valid, world, "unknown")
    assert not breaks(certificate_valid, case(pool), "ended")


def test_e4_lets_only_good_standing_sit(breaks):
    """Suspended and banned are out, good standing is in."""
    world = case([expert(standing.value, standing=standing) for standing in Standing])
    assert not breaks(in_good_standing, world, "good")
    assert breaks(in_good_standing, world, "suspended")
    assert breaks(in_good_standing, world, "banned")
