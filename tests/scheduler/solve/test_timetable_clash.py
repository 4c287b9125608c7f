"""What stands against a lot that is impossible even alone: as few rules as may be, and each of them true."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, count

import pytest

from scheduler.model import ExpertId
from scheduler.solve.timetable import make_timetable
from scheduler.solve.timetable_effort import Effort
from scheduler.timetable import Days, Lot
from tests.scheduler.solve.nasty_days import Exact, nasty_days


def own(**bounds: None) -> Callable[[Days], Days]:
    """The days without some of the lots' own limits."""

    def drop(days: Days) -> Days:
        return replace(
            days, lots=tuple(replace(lot, bounds=replace(lot.bounds, **bounds)) for lot in days.lots)
        )

    return drop


def lots(change: Callable[[Lot], Lot]) -> Callable[[Days], Days]:
    """The days with every lot changed."""
    return lambda days: replace(days, lots=tuple(map(change, days.lots)))


DROPPED: dict[str, Callable[[Days], Days]] = {
    "R0": lots(lambda lot: replace(lot, recused=frozenset[ExpertId]())),
    "R12": own(same_employer_max=None),
    "R13": lambda days: replace(days, experts=tuple(replace(one, household="") for one in days.experts)),
    "L3": own(offsite_min=None),
    "L4": own(host_region_max=None),
    "L5": own(same_region_max=None),
    "G1": lots(lambda lot: replace(lot, guests_min=0, guests_max=None)),
    "E5": lambda days: replace(days, busy={}),
    "L7": lambda days: replace(days, sites=tuple(replace(site, seats=99) for site in days.sites)),
}


def without(days: Days, rules: set[str]) -> Days:
    """The days as if these rules were not."""
    for rule in rules:
        days = DROPPED[rule](days)
    return days


def possible(days: Days) -> bool:
    """Whether the only lot can be placed, by the exact model."""
    exact = Exact(days)
    return exact.most(sum(exact.at.values())) == 1


@pytest.mark.parametrize("first", range(0, 24, 12))
def test_a_clash_of_a_lot_alone_is_true_and_cannot_be_smaller(first: int) -> None:
    """The rules named forbid the lot; all but any one of them do not; and no smaller set does."""
    seen: set[str] = set()

    def forbid(days: Days, rules: set[str]) -> bool:
        return not possible(without(days, set(DROPPED) - rules))

    for number in range(first, first + 12):
        days = nasty_days(number)
        for lot in days.lots:
            alone = replace(days, lots=(lot,))
            plan = make_timetable(alone, Effort(clock=lambda: 0.0), tickets=None)
            for one in plan.unplaced:
                named = {str(reason.rule) for reason in one.clash}
                seen |= named
                assert "S0" in named
                rules = named - {"S0"}
                assert forbid(alone, rules), (number, lot.id, named)
                assert not any(forbid(alone, rules - {rule}) for rule in rules), (number, lot.id, named)
                for fewer in combinations(DROPPED, max(0, len(rules) - 1)):
                    assert not rules or not forbid(alone, set(fewer)), (number, lot.id, named, fewer)
    assert len(seen) > 3


def test_no_clash_is_looked_for_when_time_has_run_out() -> None:
    """The clock moves on with every reading: wherever it passes the limit, hardly any reading follows."""
    days = nasty_days(3)
    late = 0
    for until in range(20, 400, 7):
        readings = count()
        effort = Effort(clock=lambda readings=readings: float(next(readings)), until=float(until))
        plan = make_timetable(days, effort, tickets=None)
        assert next(readings) <= until + len(days.lots) + len(effort.seconds) + 5
        late += any(reason.rule == "T0" for one in plan.unplaced for reason in one.clash)
    assert late
