"""An operator books from the screen: bands after each step, a hold with a countdown, a refusal when it is gone."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from api.demo.people import OPERATOR
from api.services import booking, drawing, holding, ticking, wizard
from api.services.office import open_case
from api.store.journal import SeatHold
from api.store.planbook import HoldRow
from scheduler.model import LotId, Role
from scheduler.rules.day import SHANGHAI
from tests.browsing import TOKEN, browser, open_accounts
from tests.town import HOST, LOT, NINE, TENDEREE, Town, expert_name, order

PROJECT = {
    "lot": "NEW-1",
    "project_code": "P-1",
    "project_name": "城北水厂",
    "category": "municipal",
    "region": "340111",
    "tenderee": TENDEREE.code,
}
SEATS = {"seats": "A0402:3;A0601:1", "owners": "owner"}
WHERE = {"guest_sites_max": "2", "hours": "3"}


@pytest.fixture
def town(new_town: Town) -> Town:
    """A town without any lot, and the staff's accounts."""
    open_accounts(new_town)
    return new_town


def send(operator: TestClient, step: str, **typed: str) -> str:
    """Post the form to a step; the page that answers."""
    return operator.post(f"/operator/book/{step}", data={"csrf": TOKEN, **typed}).text


def choices(page: str) -> list[str]:
    """The windows and hosts that the slot grid offers."""
    return re.findall(r'name="choice" value="([^"]+)"', page)


def holds(town: Town) -> int:
    """Seats held by holds and lots together."""
    with town.office.db.reading() as session:
        return len(session.exec(select(SeatHold)).all())


def test_a_lot_is_booked_in_five_steps(town: Town, operator: TestClient) -> None:
    """Bands from the second step on, windows on working days only, seats held, then the lot's own page."""
    assert "预约评标" in operator.get("/operator").text
    assert "book/2" in operator.get("/operator/book").text
    assert "专业与人数" in send(operator, "2", **PROJECT)
    third = send(operator, "3", **PROJECT, **SEATS)
    assert 'class="tag band' in third
    fourth = send(operator, "4", **PROJECT, **SEATS, **WHERE)
    offered = choices(fourth)
    assert offered
    assert all(choice.endswith(f"|{HOST}") for choice in offered)
    assert "11月28日" not in fourth  # a Saturday
    last = send(operator, "hold", **PROJECT, **SEATS, **WHERE, choice=offered[-1])
    assert "席位已为您保留" in last
    for told in ("<dt>类别</dt><dd>", "<dt>项目所在县（市、区）</dt><dd>", "<dt>绿色通道</dt><dd>否</dd>"):
        assert told in last
    token = re.findall(r'name="token" value="([0-9a-f]{32})"', last)[0]
    assert holds(town) >= 5
    form = {"csrf": TOKEN, **PROJECT, **SEATS, **WHERE, "reserve": "2", "token": token}
    done = operator.post("/operator/book/finish", data=form)
    assert (done.status_code, done.headers["location"]) == (303, "/operator/lots/NEW-1")
    assert open_case(town.office, LotId("NEW-1")).state.reserve == 2
    page = operator.get("/operator/lots/NEW-1").text
    assert "城北水厂" in page
    assert "<dt>候补人数</dt><dd>2 人</dd>" in page
    with town.office.db.reading() as session:
        assert {row.lot for row in session.exec(select(SeatHold)).all()} == {"NEW-1"}
        assert session.exec(select(HoldRow)).all() == []


def test_a_lot_of_any_number_has_a_page_that_its_links_find(town: Town, operator: TestClient) -> None:
    """Signs that mean something in an address are written so that they do not; a slash is refused."""
    project = {**PROJECT, "lot": "NEW?1#a b&c%"}
    offered = choices(send(operator, "4", **project, **SEATS, **WHERE))
    last = send(operator, "hold", **project, **SEATS, **WHERE, choice=offered[-1])
    token = re.findall(r'name="token" value="([0-9a-f]{32})"', last)[0]
    form = {"csrf": TOKEN, **project, **SEATS, **WHERE, "token": token}
    there = operator.post("/operator/book/finish", data=form).headers["location"]
    assert "城北水厂" in operator.get(there).text
    day = offered[-1][:10]
    for desk in ("operator", "supervisor"):
        listed = browser(town, Role(desk)).get(f"/{desk}?day={day}").text
        (link,) = set(re.findall(rf'href="(/{desk}/lots/NEW[^"]*%25)"', listed))
        assert "城北水厂" in browser(town, Role(desk)).get(link).text
    assert 'id="lot-wrong"' in send(operator, "2", **{**PROJECT, "lot": "NEW/1"})


def test_no_name_and_no_count_of_people_stands_on_any_step(operator: TestClient) -> None:
    """Bands only: neither a person nor how many there are."""
    page = send(operator, "4", **PROJECT, **SEATS, **WHERE)
    assert not any(expert_name(n) in page for n in range(1, 17))
    assert not re.search(r"\d+ *(名|位|人)", re.sub(r"<[^>]+>", "", page).replace("专业与人数", ""))


def test_a_fault_leads_back_to_its_step_and_names_the_field(operator: TestClient) -> None:
    """A wrong code on step one shows step one again, however far the form was sent."""
    page = send(operator, "4", **{**PROJECT, "region": "999999", "tenderee": "x"}, **SEATS)
    assert "有 2 项需要更正" in page
    assert 'id="tenderee-wrong"' in page
    assert "区划代码 999999 未登记" in page


@pytest.mark.parametrize("button", ["waiting/enter", "book/room", "book/room/apply"])
def test_every_button_of_the_grid_leads_back_to_a_fault(operator: TestClient, button: str) -> None:
    """A form that is not sound is shown again with its fault, not refused as if it were a file."""
    form = {"csrf": TOKEN, **PROJECT, **SEATS, "hours": "99", "choice": "2026-12-01T09:00:00+08:00"}
    answer = operator.post(f"/operator/{button}", data=form)
    assert answer.status_code == 422
    assert 'id="hours-wrong"' in answer.text


def test_an_even_panel_is_told_where_its_numbers_are_typed(operator: TestClient) -> None:
    """The second step refuses what no window could cure, beside the field, and nothing has to be chosen first."""
    page = send(operator, "3", **PROJECT, seats="A0402:4")
    assert 'id="seats-wrong"' in page
    assert "5 人以上单数，现为 4 人" in page
    assert 'id="seats-wrong"' not in send(operator, "3", **PROJECT, seats="A0402:4", owners="owner")


def test_a_budget_that_rules_ask_for_is_missed_on_the_first_step(operator: TestClient) -> None:
    """Government procurement is judged by its budget: the first step says so, not the last."""
    page = send(operator, "2", **{**PROJECT, "category": "procurement"})
    assert 'id="budget-wrong"' in page
    assert "请填写预算" in page


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("reserve", "999", "0 到 9"),
        ("reserve", "-3", "0 到 9"),
        ("hours", "99", "1 到 12"),
        ("guest_sites_max", "x", "0 到 99"),
        ("project_name", "长" * 201, "超过 200 个字符"),
        ("project_code", "P" * 65, "超过 64 个字符"),
    ],
)
def test_nothing_typed_is_passed_over_in_silence(
    operator: TestClient, name: str, typed: str, says: str
) -> None:
    """Rubbish in any field is named, whichever button is pressed; never booked as if nothing had been typed."""
    form = {**PROJECT, **SEATS, **WHERE}
    choice = choices(send(operator, "4", **form))[0]
    for step in ("4", "hold", "finish"):
        page = send(operator, step, **{**form, name: typed}, choice=choice, token="0" * 32)
        assert f'id="{name}-wrong"' in page, step
        assert says in page, step


def test_every_field_of_the_form_belongs_to_a_step() -> None:
    """Day and hour alone come from the window that is chosen."""
    assert {name for step in wizard.STEPS for name in step} == set(wizard.FIELDS) - {"day", "start"}


def test_a_hold_runs_out_by_the_clock_and_its_seats_are_free_again(town: Town, operator: TestClient) -> None:
    """After its minutes the tick gives the seats back, and finishing is refused with a sentence."""
    form = {**PROJECT, **SEATS, **WHERE}
    page = send(operator, "hold", **form, choice=choices(send(operator, "4", **form))[0])
    token = re.findall(r'name="token" value="([0-9a-f]{32})"', page)[0]
    assert holds(town)
    town.clock.move(town.office.now() + timedelta(minutes=holding.MINUTES, seconds=1))
    ticking.tick(town.office)
    assert holds(town) == 0
    refused = operator.post("/operator/book/finish", data={"csrf": TOKEN, **form, "token": token})
    assert refused.status_code == 409
    assert "席位保留已到期" in refused.text


def test_held_seats_are_nobody_elses(town: Town, operator: TestClient) -> None:
    """While a hold lasts, its window offers those seats to nobody; given back, it does again."""
    form = {**PROJECT, **SEATS, **WHERE}
    first = choices(send(operator, "4", **form))[0]
    page = send(operator, "hold", **form, choice=first)
    token = re.findall(r'name="token" value="([0-9a-f]{32})"', page)[0]
    overview = operator.get(f"/operator/plan/seats?day={first[:10]}").text
    assert 'class="hold"' in overview
    assert "data-seconds" in overview
    other = {**form, "lot": "NEW-2"}
    assert first not in choices(send(operator, "4", **other))
    refused = operator.post("/operator/book/hold", data={"csrf": TOKEN, **other, "choice": first})
    assert refused.status_code == 409
    assert first in choices(send(operator, "release", **form, token=token))


def test_a_window_is_taken_only_as_offered(operator: TestClient) -> None:
    """Rubbish, a naive moment, an unknown host: refused alike."""
    for choice in ("", "x|S-HOST", "2026-12-01T09:00:00|S-HOST", "2026-12-01T09:00:00+08:00|NOWHERE"):
        answer = operator.post(
            "/operator/book/hold", data={"csrf": TOKEN, **PROJECT, **SEATS, **WHERE, "choice": choice}
        )
        assert (answer.status_code, "刚刚不再可行" in answer.text) == (409, True), choice


def test_years_without_a_calendar_offer_no_window(town: Town, operator: TestClient) -> None:
    """At the turn of a year nobody has announced, the page says so instead of guessing."""
    town.clock.move(NINE + timedelta(days=28))
    page = send(operator, "4", **PROJECT, **SEATS, **WHERE)
    assert "2027 年的放假安排尚未录入" in page
    assert "2027-01" not in " ".join(choices(page))


URGENT = {**PROJECT, "lot": "URGENT-1", "project_name": "抢险排涝", "priority": "1"}
TAKEN = NINE.astimezone(SHANGHAI).isoformat()


@pytest.fixture
def full(town: Town) -> Town:
    """The whole room of one window is held by two normal lots."""
    town.book()
    booking.book(town.office, OPERATOR, order(LotId("TOWN-02"), host_seats=1))
    return town


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    return re.findall(rf'name="{name}" value="([^"]+)"', page)[0]


def test_room_is_made_for_an_urgent_lot_in_two_clicks(full: Town, operator: TestClient) -> None:
    """The grid offers it where nothing works, the picture says who moves and who is told, the record says for whom."""
    form = {**URGENT, **SEATS, **WHERE}
    grid = send(operator, "4", **form)
    assert f'value="{TAKEN}" formaction="/operator/book/room"' in grid
    assert "/operator/book/room" not in send(operator, "4", **{**form, "priority": ""})
    before = holds(full)
    shown = send(operator, "room", **form, choice=TAKEN)
    for told in ("为绿色通道腾出席位", "调整前", "调整后", "招标人及其代表；场所", "改动最少（已证明）"):
        assert told in shown
    assert holds(full) == before
    sent = {"csrf": TOKEN, **form, "choice": TAKEN, "digest": hidden(shown, "digest"), "reason": "防汛抢险"}
    done = operator.post("/operator/book/room/apply", data=sent)
    assert (done.status_code, done.headers["location"]) == (303, "/operator/lots/URGENT-1")
    moved = hidden_lot(shown)
    told = browser(full, Role.SUPERVISOR).get(f"/supervisor/lots/{moved}").text
    assert "为绿色通道标段 URGENT-1 让位" in told
    assert "防汛抢险" in told


def hidden_lot(page: str) -> str:
    """The lot that the picture moves."""
    return re.findall(r'href="/operator/lots/(TOWN-\d+)"', page)[0]


def test_making_room_is_refused_with_a_sentence(full: Town, operator: TestClient) -> None:
    """Another answer by now, no reason, a normal lot, rubbish for a window, a form at fault."""
    form = {**URGENT, **SEATS, **WHERE, "csrf": TOKEN, "choice": TAKEN}
    digest = hidden(send(operator, "room", **form), "digest")
    stale = operator.post("/operator/book/room/apply", data={**form, "digest": "0" * 64, "reason": "x"})
    assert (stale.status_code, "没有执行" in stale.text) == (409, True)
    silent = operator.post("/operator/book/room/apply", data={**form, "digest": digest, "reason": " "})
    assert silent.status_code == 409
    assert "腾出席位" in operator.post("/operator/book/room", data={**form, "priority": ""}).text
    gone = operator.post("/operator/book/room", data={**form, "choice": "x"})
    assert (gone.status_code, "刚刚不再可行" in gone.text) == (409, True)
    assert 'id="region-wrong"' in operator.post("/operator/book/room", data={**form, "region": "9"}).text
    for lot in (LOT, "TOWN-02"):
        drawing.freeze(full.office, OPERATOR, LotId(lot))
    assert "这个时间腾不出席位" in send(operator, "room", **form)
