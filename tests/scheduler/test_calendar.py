"""Working days: holidays, make-up days, years nobody has announced; vectors from the notices themselves."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.services.calendar import library
from scheduler.calendar import Calendar, Year, working_days_before
from scheduler.codec import from_plain, to_plain
from scheduler.errors import Refused
from scheduler.rules.day import SHANGHAI

KNOWN = Calendar(years=library())
NINE = datetime(2026, 10, 9, 9, 0, tzinfo=SHANGHAI)  # Friday after the National Day week


def test_the_week_of_national_day_and_its_make_up_days_in_2026() -> None:
    """国办发明电〔2025〕7号: off 1 to 7 October, worked on Sunday 20 September and Saturday 10 October."""
    off = [date(2026, 10, n) for n in range(1, 8)]
    assert not any(map(KNOWN.works, off))
    assert KNOWN.works(date(2026, 9, 20))
    assert KNOWN.works(date(2026, 10, 10))
    assert not KNOWN.works(date(2026, 10, 11))


def test_two_working_days_before_a_friday_reach_over_the_holidays() -> None:
    """Thursday the 8th is one, the next one back is Wednesday the 30th of September; it begins at 00:00."""
    assert working_days_before(NINE, 1, KNOWN) == datetime(2026, 10, 8, tzinfo=SHANGHAI)
    assert working_days_before(NINE, 2, KNOWN) == datetime(2026, 9, 30, tzinfo=SHANGHAI)
    assert working_days_before(NINE, 0, KNOWN) == datetime(2026, 10, 9, tzinfo=SHANGHAI)


def test_the_day_of_a_moment_is_the_day_in_china() -> None:
    """17:00 UTC is past midnight there."""
    moment = datetime(2026, 10, 8, 17, 0, tzinfo=UTC)
    assert working_days_before(moment, 1, KNOWN) == datetime(2026, 10, 8, tzinfo=SHANGHAI)


def test_a_year_nobody_has_announced_is_refused_by_name() -> None:
    """Nothing is guessed: neither a Monday nor a Sunday of such a year has an answer."""
    known = Calendar(years=(Year(year=2026, off=()),))
    for day in (date(2027, 1, 4), date(2027, 1, 3)):
        with pytest.raises(Refused) as no:
            known.works(day)
        assert (no.value.code, no.value.facts["year"]) == ("calendar_year", 2027)
    with pytest.raises(Refused):
        working_days_before(datetime(2027, 1, 4, 9, tzinfo=SHANGHAI), 1, known)
    assert working_days_before(datetime(2027, 1, 1, 9, tzinfo=SHANGHAI), 1, known).day == 31


def test_a_notice_reaches_into_the_december_before() -> None:
    """The notice of a year may make a December Saturday a working day, and has the last word."""
    old = Year(year=2026, off=(date(2026, 12, 31),))
    new = Year(year=2027, off=(date(2027, 1, 1),), worked=(date(2026, 12, 26), date(2026, 12, 31)))
    both = Calendar(years=(new, old))
    assert both.works(date(2026, 12, 26))
    assert both.works(date(2026, 12, 31))
    assert both.only([2026]) == both
    assert both.only([2027]) == Calendar(years=(new,))


def test_a_table_without_working_days_ends() -> None:
    """A wrong table is told, not looped over."""
    every = tuple(date(2026, 1, 1) + timedelta(days=n) for n in range(365))
    empty = Calendar(years=(Year(year=2025, off=()), Year(year=2026, off=every)))
    with pytest.raises(Refused, match="calendar_table"):
        working_days_before(datetime(2026, 12, 31, tzinfo=SHANGHAI), 300, empty)


def test_a_naive_moment_or_a_negative_number_is_a_mistake_of_the_caller() -> None:
    """Neither is ever meant."""
    for moment, n in ((datetime(2026, 10, 9), 1), (NINE, -1)):  # noqa: DTZ001  # the point
        with pytest.raises(ValueError, match="number of days"):
            working_days_before(moment, n, KNOWN)


@given(st.dates(date(2005, 1, 1), date(2026, 12, 31)), st.integers(1, 30))
def test_exactly_n_working_days_lie_from_the_answer_to_the_eve(day: date, n: int) -> None:
    """The answer is a working day itself, and counting forward finds n."""
    first = working_days_before(datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI), n, KNOWN).date()
    between = [first + timedelta(days=i) for i in range((day - first).days)]
    assert KNOWN.works(first)
    assert sum(map(KNOWN.works, between)) == n


def test_a_calendar_can_be_written_beside_what_it_decided() -> None:
    """Its plain form reads back as itself, so that a bundle can carry it."""
    part = KNOWN.only([2026])
    assert from_plain(Calendar, to_plain(part)) == part
