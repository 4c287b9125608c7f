"""L3, L4, L5, L5c, L6, L7: binds, lets go, and the boundary both ways."""

from scheduler.model import SiteSeats
from scheduler.rules import place
from tests.scheduler.worlds import case, expert

POOL = [
    expert("h1", region="340101"),
    expert("h2", region="340101"),
    expert("n1", region="340102"),
    expert("n2", region="340102"),
    expert("o1", region="340201"),
    expert("o2", region="340202"),
]
WORLD = case(POOL, [("A", 5)], region="340101")


def test_l3_wants_enough_from_other_cities(breaks):
    """Two off-site satisfy two; one does not; another county of the same city is not off-site."""
    assert not breaks(place.off_site, WORLD, "o1", "o2", "h1", least=2)
    assert breaks(place.off_site, WORLD, "o1", "n1", "h1", least=2)


def test_l4_caps_the_lots_own_county(breaks):
    """One of the host county satisfies one, two do not; neighbours do not count."""
    assert not breaks(place.host_county, WORLD, "h1", "n1", "n2", most=1)
    assert breaks(place.host_county, WORLD, "h1", "h2", most=1)


def test_l5_caps_any_one_county(breaks):
    """Two of one county break a cap of one, also outside the host county."""
    assert not breaks(place.same_county, WORLD, "h1", "n1", most=1)
    assert breaks(place.same_county, WORLD, "n1", "n2", most=1)


def test_l5c_caps_any_one_city(breaks):
    """Two counties of one city count together."""
    assert breaks(place.same_city, WORLD, "o1", "o2", most=1)
    assert not breaks(place.same_city, WORLD, "o1", "h1", most=1)


def test_l6_wants_a_workstation_in_the_own_city(breaks):
    """A city with a site that holds a seat is served; without it is not; no sites at all: not asked."""
    sites = (SiteSeats(site="a", region="340102", seats=1), SiteSeats(site="b", region="340201", seats=0))
    world = case(POOL, [("A", 5)], sites=sites)
    assert not breaks(place.venue_in_own_city, world, "h1", "n1")
    assert breaks(place.venue_in_own_city, world, "o1")
    assert not breaks(place.venue_in_own_city, WORLD, "o1")


def test_l7_seats_no_more_in_a_city_than_workstations_are_held(breaks):
    """Workstations of one city add up over its sites; one expert more than they are breaks the rule."""
    sites = (SiteSeats(site="a", region="340101", seats=1), SiteSeats(site="b", region="340102", seats=1))
    world = case(POOL, [("A", 5)], sites=sites)
    assert not breaks(place.workstations, world, "h1", "n1")
    assert breaks(place.workstations, world, "h1", "h2", "n1")
    assert not breaks(place.workstations, world, "o1", "o2")
