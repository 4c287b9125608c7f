"""The waiting list: a fixed order, told when seats free up, booked by a person only."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from api.demo.people import OPERATOR, SUPERVISOR
from api.services import booking, waiting
from api.services.closing_sites import Cut, close_site, cuts, lift
from api.store.db import Database
from api.store.planbook import WaitingRow
from api.views.planner import Planner
from scheduler.errors import Refused
from scheduler.model import Role
from tests.api.test_book_page import PROJECT, SEATS, WHERE
from tests.browsing import TOKEN, browser, open_accounts
from tests.town import EAST, NINE, WEST, Town, found, order

FORM = {**PROJECT, **SEATS, **WHERE}


@pytest.fixture
def town(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Town]:
    """A town whose two guest sites are closed for weeks, so that no lot has a place."""
    path = tmp_path / "town.db"
    shutil.copy(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    town = found(database)
    open_accounts(town)
    for site in (EAST, WEST):
        cut = Cut(site=site, room="", starts=NINE - timedelta(days=9), ends=NINE + timedelta(days=30))
        close_site(town.office, OPERATOR, cut, "装修")
    yield town
    database.close()


@pytest.fixture
def operator(town: Town) -> TestClient:
    """The operator's browser."""
    return browser(town, Role.OPERATOR)


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
