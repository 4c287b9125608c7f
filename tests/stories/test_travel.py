"""Can they be there in time? Travel minutes of the register bar who lives too far or has just sat elsewhere."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.demo.people import OPERATOR
from api.services import booking, drawing
from api.services.importing import apply_import, plan_import
from api.services.office import open_case
from api.services.references import Wrong
from scheduler.exhibits import LotteryBody
from scheduler.lottery import from_body
from scheduler.model import LotId, RegionCode, Seats, SpecialityCode, Travel
from scheduler.records import Registers
from tests.ruled import pack_of, rule, under
from tests.town import NINE, order

SECOND = LotId("TOWN-02")


def ruled(town, name, *ways):
    """The town under a rule, with these ways in the register."""
    under(town, pack_of(rule(name, minutes=60), rounds=1))
    travel = tuple(Travel(one=RegionCode(a), other=RegionCode(b), minutes=n) for a, b, n in ways)
    with town.office.db.transaction() as session:
        apply_import(session, Registers(travel=travel), key=town.office.keys.personal)


def out(town, rule):
    """Register numbers whom the lottery leaves out by this rule."""
    drawing.fix(town.office, OPERATOR, town.lot)
    case = open_case(town.office, town.lot)
    lottery = from_body(case.body(case.state.rounds[0].lottery, LotteryBody).body)
    return {town.number(who) for who, named in lottery.excluded.items() if named == rule}


@pytest.mark.parametrize(("minutes", "barred"), [(60, set()), (61, {6, 8, 10})])
def test_e6t_bars_who_lives_too_far_from_the_site(town, minutes, barred):
    """340207 to EAST in 340202: sixty minutes are near enough, sixty-one are not; other ways nobody knows."""
    ruled(town, "E6t", ("340202", "340207", minutes))
    town.book()
    town.prepare()
    assert out(town, "E6t") == barred


def four(lot, starts):
    """A lot of two hours with four seats of one speciality."""
    seats = (Seats(speciality=SpecialityCode("A0402"), count=4),)
    return order(lot, seats=seats, starts=starts, ends=starts + timedelta(hours=2))


@pytest.mark.parametrize(("minutes", "bound"), [(59, True), (60, False)])
def test_e5t_wants_an_hour_between_two_panels(town, minutes, bound):
    """Who sat until eleven is free for a lot that begins an hour later, not for one a minute sooner."""
    ruled(town, "E5t")
    booking.book(town.office, OPERATOR, four(town.lot, NINE))
    town.prepare()
    town.round()
    sat = {town.number(m.member) for m in town.state.experts()}
    later = NINE + timedelta(hours=2, minutes=minutes)
    booking.book(town.office, OPERATOR, replace(four(SECOND, later), host_seats=1))
    town.lot, town._people = SECOND, {}
    town.prepare()
    town.clock.move(later - timedelta(hours=20))
    assert out(town, "E5t") == (sat if bound else set())


def test_e5t_takes_the_way_from_site_to_site_off(town, register):
    """EAST's second lot is in the same county: no way; with hosts in two counties of one city the way counts."""
    from tests.town import HOST
    from tests.town import register as of_the_town

    second = next(s for s in of_the_town().sites if s.site == HOST)
    other = replace(second, site="S-TWO", region=RegionCode("340104"))
    register(town, others=Registers(sites=(other,)))
    ruled(town, "E5t", ("340104", "340111", 45))
    booking.book(town.office, OPERATOR, four(town.lot, NINE))
    town.prepare()
    town.round()
    home = {
        leaf.expert.id: leaf.expert.region[:4] for leaf in open_case(town.office, town.lot).snapshot.leaves
    }
    at_host = {town.number(m.member) for m in town.state.experts() if home[m.member] == "3401"}
    later = NINE + timedelta(hours=3, minutes=30)
    booking.book(town.office, OPERATOR, replace(four(SECOND, later), host=other.site))
    town.lot, town._people = SECOND, {}
    town.prepare()
    town.clock.move(later - timedelta(hours=20))
    assert out(town, "E5t") == at_host


def test_the_pool_tells_minutes_and_no_other_place(town):
    """Without the rule nobody's time is asked; with it the leaf holds one number."""
    town.drawn()
    assert {leaf.expert.gap for leaf in open_case(town.office, town.lot).snapshot.leaves} == {None}
    assert open_case(town.office, town.lot).snapshot.travel == ()


def test_a_way_to_a_county_that_is_not_registered_is_refused(town):
    """Both ends must be counties of the register."""
    way = Travel(one=RegionCode("340104"), other=RegionCode("990101"), minutes=5)
    with town.office.db.reading() as session:
        plan = plan_import(session, Registers(travel=(way,)), key=town.office.keys.personal)
    assert [(f.field, f.wrong, f.value) for f in plan.faults] == [("counties", Wrong.UNKNOWN, "990101")]
