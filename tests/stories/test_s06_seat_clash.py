"""S6 Seat clash: never five on four usable seats; a buffer lies between two lots; a night must be asked for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.demo.people import OPERATOR
from api.services import booking
from scheduler.errors import Refused
from scheduler.model import LotId
from tests.town import EAST, NINE, order

SECOND = LotId("TOWN-02")
HOUR = timedelta(hours=1)


def wanting(lot, seats, starts, hours=3):
    """A lot with so many seats at EAST, where four of five workstations work."""
    plain = order(lot)
    guests = tuple(replace(g, seats=seats) if g.site == EAST else g for g in plain.guests)
    return replace(plain, guests=guests, host_seats=1, starts=starts, ends=starts + hours * HOUR)


def book(town, asked):
    """The code of the refusal, or None."""
    try:
        booking.book(town.office, OPERATOR, asked)
    except Refused as refusal:
        return refusal.code
    return None


def test_overlapping_lots_never_get_more_than_the_usable_seats(town):
    """Four work, one has a broken microphone: three and two do not fit, three and one do."""
    assert book(town, wanting(town.lot, 3, NINE)) is None
    assert book(town, wanting(SECOND, 2, NINE + 2.5 * HOUR)) == "seats_taken"
    assert book(town, wanting(SECOND, 1, NINE + 2.5 * HOUR)) in (None, "no_panel", "seats_taken")


@pytest.mark.parametrize(("gap", "code"), [(59, "seats_taken"), (60, None)])
def test_between_two_lots_lies_the_buffer_of_both(town, gap, code):
    """Thirty minutes after the one and thirty before the other: an hour between is enough, a minute less is not."""
    assert book(town, wanting(town.lot, 4, NINE, hours=2)) is None
    assert book(town, wanting(SECOND, 4, NINE + 2 * HOUR + timedelta(minutes=gap), hours=2)) == code


def test_morning_and_afternoon_beside_each_other_are_allowed(town):
    """09:00–11:00 and 14:00–16:00: the pre-check of a system in use gets this wrong the other way round."""
    assert book(town, wanting(town.lot, 4, NINE, hours=2)) is None
    assert book(town, wanting(SECOND, 4, NINE + 5 * HOUR, hours=2)) is None


def test_a_window_across_midnight_must_be_asked_for(town):
    """Refused as it is, taken with `overnight`."""
    late = wanting(town.lot, 2, NINE + 12 * HOUR, hours=5)
    assert book(town, late) == "midnight"
    assert book(town, replace(late, overnight=True)) is None
