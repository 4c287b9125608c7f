"""The waiting list: a fixed order, told when seats free up, booked by a person only."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from api.demo.people import OPERATOR, SUPERVISOR
from api.services import booking, cancelling, filling, waiting
from api.services.closing_sites import Cut, close_site, cuts, lift
from api.services.order import Guest
from api.store import journal
from api.store.planbook import WaitingRow
from api.views.planner import Planner
from scheduler.errors import Refused
from scheduler.model import LotId, Role
from tests.api.test_book_page import PROJECT, SEATS, WHERE
from tests.browsing import TOKEN, browser, open_accounts
from tests.town import EAST, HOST, NINE, WEST, Town, order

FORM = {**PROJECT, **SEATS, **WHERE}


@pytest.fixture
def town(new_town: Town) -> Town:
    """A town whose two guest sites are closed for weeks, so that no lot has a place."""
    open_accounts(new_town)
    for site in (EAST, WEST):
        cut = Cut(site=site, room="", starts=NINE - timedelta(days=9), ends=NINE + timedelta(days=30))
        close_site(new_town.office, OPERATOR, cut, "装修")
    return new_town


def open_again(town: Town) -> None:
    """Every site can be used again."""
    with town.office.db.reading() as session:
        numbers = [number for number, _, _ in cuts(session, town.office.now())]
    for number in numbers:
        lift(town.office, OPERATOR, number)


def enter(operator: TestClient, lot: str, **more: str) -> int:
    """Put a lot onto the list from the booking form."""
    form = {"csrf": TOKEN, **FORM, "lot": lot, "project_name": f"工程{lot}", **more}
    return operator.post("/operator/waiting/enter", data=form).status_code


def test_the_order_is_green_channel_first_then_by_entry(operator: TestClient) -> None:
    """However they came, and visible on the page."""
    assert [enter(operator, "W-1"), enter(operator, "W-2"), enter(operator, "W-3", priority="1")] == [303] * 3
    page = operator.get("/operator/waiting").text
    assert sorted(("W-1", "W-2", "W-3"), key=lambda lot: page.index(f"工程{lot}")) == ["W-3", "W-1", "W-2"]
    assert enter(operator, "W-1") == 409


def test_when_seats_free_up_the_operator_is_told_and_nothing_is_booked(
    town: Town, operator: TestClient
) -> None:
    """Marked by the look of the clock, shown on the desk; booked when a person does it, then off the list."""
    enter(operator, "NEW-1")
    planner = Planner(office=town.office)
    planner.look()
    assert planner.ready() == 0
    assert "可预约</span>" not in operator.get("/operator").text
    open_again(town)
    planner.look()
    assert planner.ready() == 1
    assert "1 个可预约" in operator.get("/operator").text
    assert "现在可以预约" in operator.get("/operator/waiting").text
    with town.office.db.reading() as session:
        assert session.exec(select(WaitingRow)).one().outcome == ""
    booking.book(town.office, OPERATOR, order(lot="NEW-1", owners=("owner",)))
    planner.look()
    assert "没有候补的标段" in operator.get("/operator/waiting").text
    with town.office.db.reading() as session:
        assert session.exec(select(WaitingRow)).one().outcome == "booked"


def test_a_place_that_is_gone_again_is_told_no_more(town: Town, operator: TestClient) -> None:
    """Ready is what is so now."""
    enter(operator, "NEW-1")
    planner = Planner(office=town.office)
    open_again(town)
    planner.look()
    for site in (EAST, WEST):
        cut = Cut(site=site, room="", starts=NINE - timedelta(days=9), ends=NINE + timedelta(days=30))
        close_site(town.office, OPERATOR, cut, "停电")
    planner.look()
    assert planner.ready() == 0


def test_what_waits_lies_sealed_and_can_be_withdrawn(town: Town, operator: TestClient) -> None:
    """The tenderee's code stands nowhere in clear; withdrawn, the lot is off the list and may come again."""
    enter(operator, "W-1")
    with town.office.db.reading() as session:
        (row,) = waiting.rows(session)
    assert PROJECT["tenderee"].encode() not in row.sealed
    with pytest.raises(Refused, match="role"):
        waiting.withdraw(town.office, SUPERVISOR, row.number)
    with pytest.raises(Refused, match="not_found"):
        waiting.withdraw(town.office, OPERATOR, "nothing")
    assert (
        operator.post("/operator/waiting/withdraw", data={"csrf": TOKEN, "number": row.number}).status_code
        == 303
    )
    assert waiting.listed(town.office) == ()
    assert enter(operator, "W-1") == 303


def places(page: str) -> list[str]:
    """The lots that the page gives a place, in the order of its table."""
    return re.findall(r"<small>(W-\d+|NEW-\d+)</small>", page)


def booked(town: Town) -> set[str]:
    """Every lot that is booked."""
    with town.office.db.reading() as session:
        return {row.lot for row in journal.cases(session)}


def test_freed_seats_go_to_those_who_wait_in_their_order_shown_first(
    town: Town, operator: TestClient
) -> None:
    """Who is green comes first, then who came first; nothing is booked before the click."""
    for lot, more in (("W-1", {}), ("W-2", {}), ("W-3", {"priority": "1"})):
        assert enter(operator, lot, **more) == 303
    assert "现在可以安排 0 个标段" in operator.get("/operator/waiting/places").text
    open_again(town)
    page = operator.get("/operator/waiting/places").text
    assert places(page) == ["W-3", "W-1", "W-2"]
    assert booked(town) == set()
    digest = page.split('name="digest" value="')[1][:64]
    done = operator.post("/operator/waiting/places", data={"csrf": TOKEN, "digest": digest})
    assert (done.status_code, done.headers["location"]) == (303, "/operator/waiting")
    assert booked(town) == {"W-1", "W-2", "W-3"}
    assert "没有候补的标段" in operator.get("/operator/waiting").text


def test_who_waits_longer_is_not_passed_over(town: Town) -> None:
    """Where there is room for one only, it is the first of the list, however well another would fit."""
    open_again(town)
    busy = [day for day in range(-5, 30) if day != 0]
    for day in busy:  # every site is closed but on one day, and in its afternoon
        start = NINE + timedelta(days=day)
        close_site(
            town.office, OPERATOR, Cut(site=HOST, room="", starts=start, ends=start + timedelta(hours=9)), "x"
        )
    noon = Cut(site=HOST, room="", starts=NINE + timedelta(hours=4), ends=NINE + timedelta(hours=9))
    close_site(town.office, OPERATOR, noon, "x")
    planner, browser_ = Planner(office=town.office), browser(town, Role.OPERATOR)
    for lot in ("W-1", "W-2", "W-3"):
        assert enter(browser_, lot) == 303
    shown = planner.places("operator")
    assert [row.lot for row in shown.rows] == ["W-1", "W-2"][: len(shown.rows)]
    assert shown.waits == 3 - len(shown.rows) > 0


def test_places_of_yesterday_are_refused(town: Town, operator: TestClient) -> None:
    """The list changed since it was shown: nothing is booked; an operator only."""
    open_again(town)
    enter(operator, "W-1")
    digest = operator.get("/operator/waiting/places").text.split('name="digest" value="')[1][:64]
    enter(operator, "W-2")
    stale = operator.post("/operator/waiting/places", data={"csrf": TOKEN, "digest": digest})
    assert (stale.status_code, "没有执行" in stale.text) == (409, True)
    planner = Planner(office=town.office)
    for number in [row.number for row in planner.waiting("operator").rows]:
        waiting.withdraw(town.office, OPERATOR, number)
    with pytest.raises(Refused, match="plan_empty"):
        planner.fill("operator", planner.places("operator").digest)
    with pytest.raises(Refused, match="role"):
        filling.apply(town.office, SUPERVISOR, planner.memory, planner._draft, digest)
    assert booked(town) == set()


def test_a_cancelled_lot_makes_room_for_who_waits(town: Town, operator: TestClient) -> None:
    """Its workstations are free again, and the first of the list is shown in its window."""
    open_again(town)
    everything = (Guest(site=EAST, seats=4), Guest(site=WEST, seats=4))
    town.book()
    with town.office.db.reading() as session:
        first = len(journal.cases(session))
    assert first == 1
    cancelling.cancel(town.office, OPERATOR, town.lot, "项目终止")
    booking.book(town.office, OPERATOR, order(LotId("TOWN-02"), host_seats=4, guests=everything))
    enter(operator, "W-1")
    before = Planner(office=town.office).places("operator").rows[0].after
    cancelling.cancel(town.office, OPERATOR, LotId("TOWN-02"), "项目终止")
    after = Planner(office=town.office).places("operator").rows[0].after
    assert before is not None
    assert after is not None
    assert after.starts <= before.starts
