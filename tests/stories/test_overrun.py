"""An evaluation is late or takes longer: the next lot on its seats goes elsewhere first, then the time is given."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.demo.people import OPERATOR
from api.services import booking, extending, moving, pausing, reseating, voting
from api.services.closing_sites import may_run_over, run_over
from api.services.memory import Memory
from api.services.office import open_case
from api.services.replanning import propose
from scheduler.errors import Refused
from scheduler.events import Cause, Matter
from scheduler.model import LotId, SiteId
from tests.sites import twin
from tests.tale import fresh
from tests.town import HOST, LOT, NINE, Town, order

NEXT = LotId("TOWN-02")
AFTERNOON = NINE + timedelta(hours=5)
LONGER = NINE + timedelta(hours=6)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A drawn lot in the morning, and one on the same workstations in the afternoon."""
    with fresh(tmp_path, people=twin(HOST, SiteId("S-HOST-2"), "主城二场")) as town:
        town.book()
        booking.book(
            town.office, OPERATOR, order(NEXT, starts=AFTERNOON, ends=AFTERNOON + timedelta(hours=3))
        )
        town.prepare()
        town.round()
        yield town


def asked_for_time(town: Town) -> None:
    """Scoring has begun, and more than a third ask for more time."""
    town.blinded()
    for sitting in town.state.current()[:2]:
        voting.vote(town.office, town.person(sitting.member), town.lot, Matter.TIME, yes=True)


def test_the_next_lot_goes_elsewhere_and_then_the_time_is_given(town: Town) -> None:
    """The extension is refused for the next lot's sake; the desk moves that lot elsewhere, and then it is granted."""
    asked_for_time(town)
    with pytest.raises(Refused, match="seats_next"):
        extending.extend(town.office, OPERATOR, LOT, LONGER)
    run_over(town.office, OPERATOR, LOT, 180)
    made = propose(town.office, Memory())
    (step,) = made.steps
    assert (step.lot, step.after is not None) == (NEXT, True)
    moving.apply(town.office, OPERATOR, Memory(), made.digest, "上午标段超时")
    extending.extend(town.office, OPERATOR, LOT, LONGER)
    assert open_case(town.office, LOT).state.ends == LONGER
    assert propose(town.office, Memory()).steps == ()


def test_a_drawn_next_lot_keeps_its_members_at_other_workstations(town: Town) -> None:
    """Persons stay; they sit at workstations that nobody is late at, and the extension is granted."""
    asked_for_time(town)
    after = replace(town, lot=NEXT, devices={}, _people={})
    after.prepare()
    town.clock.move(AFTERNOON - timedelta(hours=4))
    after.round()
    members = after.state.members
    run_over(town.office, OPERATOR, LOT, 180)
    (step,) = propose(town.office, Memory()).steps
    assert (step.lot, step.frozen, step.after) == (NEXT, True, None)
    made = reseating.propose(town.office, NEXT)
    assert made.works, made.shifts
    assert all(shift.to is not None for shift in made.shifts)
    reseating.apply(town.office, OPERATOR, NEXT, made.digest, "上午标段超时")
    assert after.state.members == members
    extending.extend(town.office, OPERATOR, LOT, LONGER)
    assert propose(town.office, Memory()).steps == ()


def test_a_lot_that_a_fault_delays_before_its_start_takes_its_seats_longer_too(town: Town) -> None:
    """Drawn and on time it cannot; held up by a fault it can, and the next lot is shown elsewhere."""
    assert not may_run_over(town.state)
    with pytest.raises(Refused, match="phase"):
        run_over(town.office, OPERATOR, LOT, 180)
    pausing.interrupt(town.office, OPERATOR, LOT, Cause.POWER, "停电")
    town.clock.move(NINE + timedelta(hours=1))
    pausing.resume(town.office, OPERATOR, LOT)
    run_over(town.office, OPERATOR, LOT, 180)
    assert [step.lot for step in propose(town.office, Memory()).steps] == [NEXT]
