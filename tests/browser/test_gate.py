"""A gate and the members before it in a real Chromium: announced, compared, let in, scored, by keyboard and phone."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from api.demo.people import OPERATOR, authorise, site_staff
from api.services import arriving, attending, closing, opening
from api.services.arriving import code_of
from scheduler.events import Member
from scheduler.model import Role
from tests.chromium import Picture, Visit, one_click, overflow
from tests.tale import fresh
from tests.town import LOT, NINE, TENDEREE, Town

HINTS = json.loads((Path(__file__).parents[2] / "fixtures/vectors/own_hints.json").read_text("utf-8"))[
    "cases"
]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Drawn and accepted; one-click logins of the first expert, the owner representative and that expert's gate."""
    with fresh(tmp_path) as town:
        town.drawn()
        town.accept_all()
        one_click(town, Role.EXPERT, expert=town.person(first(town)).expert)
        one_click(town, Role.OWNER, "owner-1")
        one_click(town, Role.SITE, "gate", site=attending.site_of(town.office, town.lot, first(town)))
        yield town


def first(town: Town) -> Member:
    """The expert with the browser."""
    return town.state.experts()[0].member


def owner(town: Town) -> Member:
    """The representative with the browser."""
    (member,) = [m.member for m in town.state.current() if m.role is None]
    return member


def announce(page: Page, button: str = "我到了：登记这台设备") -> str:
    """Press the button of the member's page by keyboard: the code it shows."""
    page.get_by_role("button", name=button).focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-when=waits]")).to_be_visible()
    return page.locator("[data-code-of-device]").inner_text()


def test_the_device_and_the_house_make_the_same_code(visit: Visit) -> None:
    """Labelled digest, forty bits, two groups: whatever the key."""
    keys = [bytes([n]) * 32 for n in range(0, 256, 17)]
    found = visit().evaluate(
        """async (keys) => {
            const { codeOf } = await import("/static/arrive.js");
            const { unhex } = await import("/static/seal.js");
            return Promise.all(keys.map((key) => codeOf(unhex(key))));
        }""",
        [key.hex() for key in keys],
    )
    assert found == [code_of(key) for key in keys]


def test_the_page_answers_the_table_of_hints(visit: Visit) -> None:
    """The script and scheduler/outliers.py answer one table alike."""
    found = visit().evaluate(
        """async (cases) => {
            const { ownHints } = await import("/static/hint.js");
            return cases.map(({ lines, full }) =>
              ownHints(lines.map(([code, score]) => ({ code, score })), full, "40"));
        }""",
        HINTS,
    )
    assert found == [case["far"] for case in HINTS]


def test_announced_compared_and_let_in_with_one_press(visit: Visit, picture: Picture, town: Town) -> None:
    """A phone announces itself before the opening; the gate sees the same code and enters the card's number."""
    member = first(town)
    page = visit("expert", **PHONE)
    page.get_by_role("link", name="到场登记与评分").click()
    expect(page.locator("[data-code-of-device]")).to_have_text(re.compile("[A-Z2-9]{4}-[A-Z2-9]{4}"))
    assert overflow(page) == 0
    picture(page, "arrival-phone-zh")
    code = announce(page)
    picture(page, "arrival-announced-phone-zh")
    gate = visit("site")
    picture(gate, "site-zh")
    gate.get_by_role("link", name=LOT).click()
    expect(gate.get_by_text(code)).to_be_visible()
    expect(gate.get_by_role("button", name="核对无误，签到")).to_have_count(0)
    picture(gate, "gate-early-zh")
    town.open_bids()
    town.clock.move(NINE)
    gate.get_by_role("link", name="刷新名单").click()
    gate.get_by_label("专家编号").fill("E-nobody")
    gate.get_by_role("button", name="核对无误，签到").click()
    expect(gate.get_by_role("alert")).to_contain_text("此处没有应到的这名成员")
    picture(gate, "gate-refused-zh")
    gate.get_by_label("专家编号").fill(town.person(member).expert)
    gate.keyboard.press("Enter")
    expect(gate.get_by_text("已签到 1 人")).to_be_visible()
    picture(gate, "gate-checked-in-zh")
    page.reload()
    expect(page.get_by_role("button", name="我到了")).to_have_count(0)
    sitting = town.state.sitting(member)
    assert sitting is not None
    assert code_of(bytes.fromhex(sitting.key)) == code


def test_a_second_device_takes_the_place_of_the_first_until_the_check_in(
    visit: Visit, picture: Picture, town: Town
) -> None:
    """The later one is told that another was announced, and counts; the first hears so in turn."""
    here = f"/expert/tasks/{first(town)}/sheet"
    one, two = visit("expert", locale="en-GB", **PHONE), visit("expert", locale="en-GB")
    one.goto(here)
    before = announce(one, "I have arrived: announce this device")
    two.goto(here)
    expect(two.get_by_text("Another device is announced")).to_be_visible()
    picture(two, "arrival-second-en")
    after = announce(two, "I have arrived: announce this device")
    assert before != after
    one.reload()
    expect(one.get_by_text("Another device is announced")).to_be_visible()
    picture(one, "arrival-elsewhere-phone-en")
    gate = visit("site", locale="en-GB", **PHONE)
    gate.get_by_role("link", name=LOT).click()
    expect(gate.get_by_text(after)).to_be_visible()
    assert overflow(gate) == 0
    picture(gate, "gate-phone-en")


def test_an_owner_representative_does_everything_in_the_browser(
    visit: Visit, picture: Picture, town: Town
) -> None:
    """Arrives, declares, votes for the chair, reads, scores with a hint, raises a dispute; no score leaves the page."""
    me = owner(town)
    page = visit("owner", **PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text("我的评审任务")
    assert overflow(page) == 0
    picture(page, "owner-phone-zh")
    page.get_by_role("link", name="到场登记与评分").click()
    code = announce(page)
    town.open_bids()
    town.clock.move(NINE)
    authorise(town.office, town.lot, TENDEREE.code, "owner-1")
    let_in(town, code)
    town.arrive_all()
    page.goto("/owner")
    picture(page, "owner-present-phone-zh")
    page.get_by_role("button", name="声明：没有应当回避").click()
    expect(page.get_by_text("您已声明")).to_be_visible()
    assert me in town.state.declared
    page.locator("summary", has_text="推举").click()
    page.get_by_role("combobox").select_option(index=0)
    with page.expect_response("**/press/vote"):
        page.locator("details[open] button").click()
    assert me in [voter for voter, _ in town.state.votes]
    opening.blind(town.office, OPERATOR, town.lot)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.goto(f"/owner/tasks/{me}/sheet")
    scores(page, ["39.5", "39.5", "0.5"])
    expect(page.locator("[data-when=hinted]")).to_be_visible()
    assert overflow(page) == 0
    picture(page, "owner-score-hint-phone-zh")
    page.get_by_role("button", name="签名、密封并提交").click()
    expect(page.get_by_text("与本机密封的一致")).to_be_visible()
    assert not any("39.5" in body for body in sent)
    page.goto(f"/owner/tasks/{me}/panel")
    page.get_by_label("写明分歧").fill("工期是否可行")
    page.get_by_role("button", name="提出表决").click()
    expect(page.get_by_text("工期是否可行")).to_be_visible()
    assert overflow(page) == 0
    picture(page, "owner-panel-phone-zh")
    for sitting in town.state.current():
        if sitting.member != me:
            town.score(sitting.member)
    closing.close(town.office, OPERATOR, town.lot)
    assert closing.total(town.office, OPERATOR, town.lot).totals


def let_in(town: Town, code: str) -> None:
    """The representative's gate confirms the code."""
    staff = site_staff(attending.site_of(town.office, town.lot, owner(town)))
    arriving.admit(town.office, staff, town.lot, "owner-1", code)


def scores(page: Page, marks: list[str]) -> None:
    """The same mark for every criterion of a bid."""
    for fieldset, mark in zip(page.locator("[data-sheet] fieldset").all(), marks, strict=True):
        for field in fieldset.locator("[data-code]").all():
            field.fill(mark)
