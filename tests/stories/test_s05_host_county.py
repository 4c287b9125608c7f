"""S5 Host-county cap: whatever the ticket, at most one of the project's county; chances are what was published."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from api.demo.people import OPERATOR
from api.services import booking, drawing
from api.services.office import open_case
from crypto.stream import Stream
from scheduler.exhibits import LotteryBody
from scheduler.lottery import from_body
from scheduler.model import RegionCode
from tests.town import order

HOME = RegionCode("340104")
DRAWS = 4000


@pytest.fixture
def lottery(town, register):
    """The first round's lottery of a lot in 340104, where most of its city's experts live."""
    booking.book(town.office, OPERATOR, replace(order(), region=HOME))
    town.prepare()
    drawing.fix(town.office, OPERATOR, town.lot)
    case = open_case(town.office, town.lot)
    found = from_body(case.body(case.state.rounds[0].lottery, LotteryBody).body)
    home = {leaf.expert.id for leaf in case.snapshot.leaves if leaf.expert.region == HOME}
    return found, home


def panels(lottery, count):
    """Panels of tickets nobody has chosen."""
    stream = Stream(b"s5" * 16).derive("tickets")
    return [[choice.expert for choice in lottery.winner(stream.take(32))] for _ in range(count)]


def test_every_panel_has_at_most_one_from_the_host_county(lottery):
    """Counted class by class over all panels of the lottery, not only over those that win."""
    found, home = lottery
    inside = [len(home.intersection(members)) for members in found.classes]
    outside = [len(set(members) - home) for members in found.classes]
    for panel in found.panels:
        most = sum(min(n, inside[c]) for c, _, n in panel)
        assert most <= 1 or all(outside[c] == 0 or inside[c] == 0 for c, _, n in panel)
        assert sum(min(n, inside[c]) for c, _, n in panel if outside[c] == 0) <= 1
    assert home


def test_frequencies_match_the_chances_published_before_the_draw(lottery):
    """Over four thousand tickets nobody strays further than five standard deviations."""
    found, home = lottery
    chances = found.chances()
    seen = Counter(who for panel in panels(found, DRAWS) for who in panel)
    for who, chance in chances.items():
        spread = (DRAWS * float(chance) * (1 - float(chance))) ** 0.5
        assert abs(seen[who] - DRAWS * float(chance)) <= 5 * spread + 1, who
    assert all(len(home.intersection(panel)) <= 1 for panel in panels(found, 200))


def test_the_interchangeable_have_equal_chances(lottery):
    """Members of one class have the very same fraction; what differs between classes is told, not hidden."""
    found, _ = lottery
    chances = found.chances()
    for members in found.classes:
        assert len({chances[who] for who in members if who in chances}) <= 1
    assert sum(chances.values()) == Fraction(4)
