"""An operator books a lot in a real Chromium: the meter, the slot grid, the countdown, the lot's page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.demo.people import OPERATOR
from api.services import booking
from api.store.accounts import Account, put_account
from scheduler.model import LotId, Role
from tests.chromium import Picture, Visit, one_click, overflow
from tests.tale import fresh
from tests.town import TENDEREE, Town, order


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town without a lot, an operator and an owner representative."""
    with fresh(tmp_path) as town:
        for role in (Role.OPERATOR, Role.SUPERVISOR):
            one_click(town, role)
        with town.office.db.transaction() as session:
            put_account(session, Account(login="owner-1", role=Role.OWNER, label="招标人代表"))
        yield town


def test_a_lot_is_booked_by_hand(visit: Visit, picture: Picture) -> None:
    """Five steps by labels and buttons; bands beside the form; the seats held count down; nothing overflows."""
    page = visit("operator")
    page.get_by_role("link", name="预约评标").click()
    page.get_by_label("标段编号").fill("NEW-1")
    page.get_by_label("项目编号").fill("P-2026-1")
    page.get_by_label("项目名称").fill("城北水厂")
    page.get_by_label("类别").select_option("municipal")
    page.get_by_label("项目所在县").select_option("340111")
    page.get_by_label("招标人").fill(TENDEREE.code)
    picture(page, "book-project")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("专业与人数").fill("A0402:3;A0601:1")
    page.get_by_label("招标人代表").fill("owner-1")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator(".meter")).to_contain_text("A0402 × 3")
    page.get_by_role("button", name="下一步").click()
    picture(page, "book-windows")
    page.locator(".slots button").first.click()
    expect(page.get_by_text("席位已为您保留")).to_be_visible()
    expect(page.locator(".until strong")).to_contain_text("分")
    picture(page, "book-confirm")
    assert overflow(page) == 0
    page.get_by_role("button", name="确认预约").click()
    expect(page).to_have_url(re.compile(r"/operator/lots/NEW-1$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("城北水厂")


def test_room_is_made_for_an_urgent_lot(town: Town, visit: Visit, picture: Picture) -> None:
    """The operator ticks the green channel, sees before and after, and confirms; the supervisor reads for whom."""
    town.book()
    booking.book(town.office, OPERATOR, order(LotId("TOWN-02"), host_seats=1))
    page = visit("operator")
    page.get_by_role("link", name="预约评标").click()
    page.get_by_label("标段编号").fill("URGENT-1")
    page.get_by_label("项目编号").fill("P-2026-9")
    page.get_by_label("项目名称").fill("抢险排涝")
    page.get_by_label("类别").select_option("municipal")
    page.get_by_label("项目所在县").select_option("340111")
    page.get_by_label("招标人").fill(TENDEREE.code)
    page.get_by_label("绿色通道").check()
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("专业与人数").fill("A0402:3;A0601:1")
    page.get_by_label("招标人代表").fill("owner-1")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator(".meter")).to_contain_text("A0402 × 3")  # else the same button is pressed twice
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="腾出席位").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("为绿色通道腾出席位")
    expect(page.locator(".lanes svg")).to_have_count(2)
    picture(page, "room-before-after")
    assert overflow(page) == 0
    page.get_by_label("调整理由").fill("防汛抢险")
    page.get_by_role("button", name="按方案移动并预约").click()
    expect(page).to_have_url(re.compile(r"/operator/lots/URGENT-1$"))
