"""An operator drives a lot with the buttons of its page in a real Chromium, from the pool to the opening."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.demo.people import TENDEREE, deposit
from api.services.office import open_case
from scheduler.model import Role
from tests.browsing import document
from tests.chromium import Picture, Visit, one_click, overflow
from tests.tale import fresh
from tests.town import LOT, NINE, Town, bidder, package
from tests.town import TENDEREE as OWNER

PROJECT = "小镇污水管网"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town with one booked lot and two one-click logins."""
    with fresh(tmp_path) as town:
        town.book()
        for role in (Role.OPERATOR, Role.SUPERVISOR):
            one_click(town, role)
        yield town


def test_from_the_frozen_pool_to_the_opening_by_buttons(
    visit: Visit, picture: Picture, town: Town, tmp_path: Path
) -> None:
    """One button at a time, each with its consequence before it; a faulty package is told line by line."""
    page = visit("operator")
    page.get_by_role("link", name="冻结专家名单").click()
    expect(page.get_by_text("此步不能撤销")).to_be_visible()
    picture(page, "deed-freeze")
    page.get_by_role("button", name="确认冻结").click()
    page.get_by_role("button", name="在本机生成、密封并交存种子").click()
    expect(page.locator(".next .tag.waiting")).to_have_text(["监督", "招标人"])
    picture(page, "lot-waiting")
    supervisor = visit("supervisor")
    supervisor.get_by_role("link", name=PROJECT).click()
    picture(supervisor, "transcript-deposit")
    supervisor.get_by_role("button", name="在本机生成、密封并交存种子").click()
    expect(supervisor.get_by_text("回执：已记入日志 5 份密封的种子")).to_be_visible()
    deposit(town.office, replace(TENDEREE, organisation=OWNER.code), LOT)
    page.reload()
    expect(page.get_by_text("抽取不得过早")).to_be_visible()
    town.clock.move(NINE - timedelta(hours=20))
    page.reload()
    page.get_by_role("link", name="开始盲抽").focus()
    page.keyboard.press("Enter")
    picture(page, "deed-draw")
    page.get_by_role("button", name="确认，开始盲抽").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("已接受 0 人，应到专家 4 人")).to_be_visible()
    picture(page, "lot-drawn")
    town.accept_all()
    page.reload()
    page.get_by_role("link", name="开标并导入文件包").click()
    file = tmp_path / "package.json"
    sent = document(package(bidder(1), bidder(2), bidder(3)))
    file.write_text(json.dumps(sent | {"format": "x"}, ensure_ascii=False, indent=1), "utf-8")
    page.get_by_label("电子交易平台的文件包（JSON").set_input_files(file)
    page.get_by_role("button", name="确认开标并导入").click()
    expect(page.locator(".faults tbody tr")).to_have_count(1)
    picture(page, "deed-open-faults")
    file.write_text(json.dumps(sent, ensure_ascii=False), "utf-8")
    page.get_by_label("电子交易平台的文件包（JSON").set_input_files(file)
    page.get_by_role("button", name="确认开标并导入").click()
    expect(page.get_by_text("已签到专家 0 人")).to_be_visible()
    picture(page, "lot-opened")


def test_a_form_goes_out_once_and_again_after_coming_back(visit: Visit, town: Town) -> None:
    """A second press while the answer is on its way sends nothing; the page shows that it waits."""
    page = visit("operator")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto(f"/operator/lots/{LOT}/cancel")
    page.route(
        "**/cancel", lambda route: route.fulfill(status=204)
    )  # no answer that leads away from the page
    page.get_by_label("取消理由").fill("采购人撤回")
    with page.expect_response("**/cancel"):
        page.get_by_role("button", name="确认取消本次评标").dblclick()
    assert sent.count("POST") == 1
    page.unroute("**/cancel")
    page.goto(f"/operator/lots/{LOT}/cancel")
    page.get_by_label("取消理由").fill("采购人撤回")
    page.get_by_role("button", name="确认取消本次评标").dblclick()
    expect(page.get_by_text("本标段没有需要办理的事项")).to_be_visible()
    assert sent.count("POST") == 2


def test_cancelling_keeps_what_was_typed_and_fits_a_phone(visit: Visit, picture: Picture, town: Town) -> None:
    """In English on a phone: the consequence, the refusal in words, and afterwards nothing to press."""
    page = visit("operator", locale="en-GB", width=390, height=844)
    picture(page, "operator-phone-en")
    page.goto(f"/operator/lots/{LOT}")
    assert overflow(page) == 0
    picture(page, "lot-phone-en")
    page.get_by_role("link", name="Cancel this evaluation").click()
    expect(page.get_by_label("Reason")).to_be_visible()  # the next page is there before it is measured
    assert overflow(page) == 0
    page.get_by_label("Reason").fill("  ")
    page.get_by_role("button", name="Yes, cancel this evaluation").click()
    expect(page.get_by_role("alert")).to_contain_text("Please give a reason")
    picture(page, "deed-cancel-phone-en")
    page.get_by_label("Reason").fill("The tenderee withdrew")
    page.get_by_role("button", name="Yes, cancel this evaluation").click()
    expect(page.locator(".next")).to_contain_text("Nothing to do")
    assert open_case(town.office, LOT).state.phase == "cancelled"
    picture(page, "lot-cancelled-phone-en")
