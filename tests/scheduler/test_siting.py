"""Which choices of guest sites are there, and does every one of them come as often?"""

from collections import Counter
from datetime import UTC, datetime

import pytest

from crypto.stream import Stream
from scheduler.exhibits import Request, Siting
from scheduler.model import SiteSeats
from scheduler.pending import Sites
from scheduler.siting import choices_of, drawn_of, fallen, narrowed, site_ticket

SITES = tuple(
    SiteSeats(site=name, region=f"340{n}01", seats=2, host=name == "h") for n, name in enumerate("hcba", 1)
)
REQUEST = Request(
    lot="L",
    project_code="",
    project_name="",
    category="works",
    region="340101",
    starts=datetime(2026, 12, 1, tzinfo=UTC),
    ends=datetime(2026, 12, 1, 3, tzinfo=UTC),
    seats=(),
    sites=SITES,
    owner_reps=0,
    tenderee="",
    recused=(),
    criteria=(),
)
DIGEST = "ab" * 32


def test_choices_are_all_there_are_in_order_of_names():
    """Three candidates by two; the host is in no choice and the request's order means nothing."""
    assert choices_of(REQUEST, 2) == (("a", "b"), ("a", "c"), ("b", "c"))
    assert choices_of(REQUEST, 4) == ()


def test_the_request_keeps_host_and_drawn_sites():
    """Before the draw all candidates stand in it, afterwards the drawn ones only."""
    siting = Siting(choices=choices_of(REQUEST, 2), barred=())
    before, after = Sites(guests=2, count=3), Sites(guests=2, count=3, drawn=2)
    assert drawn_of(REQUEST, None, None) is drawn_of(REQUEST, before, siting) is REQUEST
    assert [s.site for s in drawn_of(REQUEST, after, siting).sites] == ["h", "c", "b"]
    assert narrowed(REQUEST, ("a",)).sites == (SITES[0], SITES[3])


def test_every_choice_comes_as_often():
    """Over six thousand tickets nobody has chosen, none of six choices strays further than five deviations."""
    stream = Stream(b"sites" + bytes(27)).derive("tickets")
    seen = Counter(fallen(stream.take(32), 6) for _ in range(6000))
    assert set(seen) == set(range(6))
    assert all(abs(count - 1000) < 5 * 29 for count in seen.values())


@pytest.mark.parametrize(
    "other",
    [
        ("cd" * 32, "L", 1, {"a": b"1", "b": b"2"}),
        (DIGEST, "M", 1, {"a": b"1", "b": b"2"}),
        (DIGEST, "L", 2, {"a": b"1", "b": b"2"}),
        (DIGEST, "L", 1, {"a": b"2", "b": b"1"}),
        (DIGEST, "L", 1, {"a": b"1", "b": b"3"}),
    ],
)
def test_the_ticket_hangs_on_commitment_lot_attempt_and_every_seed(other):
    """Whatever of them differs, the ticket is another one; the order in which parties came does not count."""
    ticket = site_ticket(DIGEST, "L", 1, {"a": b"1", "b": b"2"})
    assert ticket == site_ticket(DIGEST, "L", 1, {"b": b"2", "a": b"1"})
    assert ticket != site_ticket(*other)
