"""Does every rule bind on its side of the edge and let go on the other?"""

from datetime import date, timedelta

import pytest

from scheduler.check import breaches
from scheduler.limits import Guard
from scheduler.model import Choice
from scheduler.rules import DECLARED, limits
from tests.scheduler import plain
from tests.scheduler.rules.edges import EDGES


def broken(edge, world):
    """Whether everybody in the pool together, or the request, breaks the edge's rule; said twice alike."""
    declared = DECLARED[edge.rule]
    if isinstance(declared, Guard):
        facts = declared.facts(world, declared.read(edge.numbers))
        assert (facts is not None) == plain.REQUESTS[edge.rule](world, edge.numbers)
        return facts is not None
    choices = [Choice(expert=who.id, speciality=world.seats[0].speciality) for who in world.pool]
    found = bool(breaches(limits(world, {edge.rule: edge.numbers}), choices))
    assert found == bool(plain.broken(world, {edge.rule: edge.numbers}, choices))
    return found


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge.rule} {edge.bound} {edge.free}")
def test_a_rule_binds_on_one_side_of_its_edge_and_lets_go_on_the_other(edge):
    """The thing that binds and its nearest neighbour that does not; days are neighbours in the calendar."""
    assert broken(edge, edge.world(edge.bound))
    assert not broken(edge, edge.world(edge.free))
    if isinstance(edge.bound, date):
        assert abs(edge.bound - edge.free) == timedelta(days=1)
