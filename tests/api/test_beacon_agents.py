"""Custodians' agents open no seed before the beacon's pulse is on record, and none over a pulse it did not sign."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.demo.people import OPERATOR
from api.services import asking, beaconing, drawing
from api.services.office import by, record
from scheduler.answers import Declined
from scheduler.errors import Refused
from scheduler.events import PulseTaken
from scheduler.release import seeds
from tests.api.test_custody_agents import Place
from tests.beacons import signed, value_of, wait_for_pulse, with_beacon
from tests.stories.test_theft import centre


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A committed lottery under a beacon; agents at hand, nobody fetches pulses."""
    with centre(tmp_path) as place:
        with_beacon(place.town, online=False)
        place.town.book()
        place.town.prepare()
        drawing.fix(place.town.office, OPERATOR, place.town.lot)
        yield place


def refusals(place: Place) -> set[tuple[str, str]]:
    """What the agents have refused, with the record that was missing."""
    said = [each for each in place.answers() if isinstance(each, Declined)]
    return {(each.code, each.facts.get("needs", "")) for each in said}


def test_every_agent_refuses_the_seeds_until_the_pulse_is_on_record(place: Place) -> None:
    """Asked directly, whatever the centre's own program would do; afterwards they open and the panel is drawn."""
    town = place.town
    asking.ask(town.office, town.lot, seeds(1))
    place.rounds(1)
    assert refusals(place) == {("key_too_early", "pulse")}
    assert len(place.answers()) == 3
    wait_for_pulse(town)
    beaconing.take(town.office, OPERATOR, town.lot, signed(town.state.beacon, town.state.rounds[0].pulse))
    place.until_granted(lambda: drawing.draw(town.office, OPERATOR, town.lot))
    assert town.state.rounds[0].ticket


def test_a_centre_that_makes_up_a_pulse_gets_no_seed(place: Place) -> None:
    """The history's form is lawful, the signature is nobody's: all agents say so, in their own words."""
    town = place.town
    wait_for_pulse(town)
    state = town.state
    event = PulseTaken(round=1, pulse=state.rounds[0].pulse, value=value_of(1), signature="00" * 64)
    record(town.office, town.lot, state, [by(OPERATOR, event)])
    with pytest.raises(Refused, match="custodians_asked"):
        drawing.draw(town.office, OPERATOR, town.lot)
    place.rounds(1)
    assert {code for code, _ in refusals(place)} == {"pulse_broken"}
    assert town.state.opened_keys == ()
