"""Each page in a real Chromium under the strict policy: the right words, a silent console, keys that reach."""

import pytest
from playwright.sync_api import expect

from tests.chromium import Picture, Visit, overflow

SIZES = {"desktop": (1366, 768), "phone": (390, 844)}
DESKS = {"operator": "今日调度台", "expert": "我的任务", "supervisor": "监督工作台"}


@pytest.mark.parametrize("size", SIZES)
def test_the_door_offers_three_desks_in_chinese(visit: Visit, picture: Picture, size: str) -> None:
    """A stranger sees who can enter and that the data are invented."""
    width, height = SIZES[size]
    page = visit(width=width, height=height)
    expect(page.get_by_role("heading", name="进入评标系统")).to_be_visible()
    expect(page.get_by_text("人员、单位与项目均为虚构")).to_be_visible()
    for name in ("以经办身份进入", "以专家身份进入", "以监督身份进入"):
        expect(page.get_by_role("button", name=name)).to_be_visible()
    assert overflow(page) == 0
    picture(page, f"door-{size}")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("role", DESKS)
def test_each_desk_fits_a_small_laptop_and_a_phone(
    visit: Visit, picture: Picture, role: str, size: str
) -> None:
    """Nothing hangs over the edge and the heading names the desk."""
    width, height = SIZES[size]
    page = visit(role, width=width, height=height)
    expect(page.get_by_role("heading", level=1)).to_contain_text(DESKS[role])
    assert overflow(page) == 0
    picture(page, f"{role}-{size}")


def test_the_map_shows_every_county_and_filters_the_list(visit: Visit, picture: Picture) -> None:
    """104 hexagons; a county with lots is a link that leaves its lots only, by keyboard too."""
    page = visit("operator")
    expect(page.locator(".hexmap polygon")).to_have_count(104)
    page.get_by_role("link", name="合肥市蜀山区：4 个标段").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("table.lots tbody tr")).to_have_count(4)
    expect(page.locator(".hexmap polygon")).to_have_count(104)
    picture(page, "operator-county")


def test_a_lot_shows_places_and_no_person(visit: Visit, picture: Picture) -> None:
    """The operator's lot page counts seats and says why names are missing."""
    page = visit("operator")
    page.get_by_role("link", name="蜀山区智慧交通信号系统").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("蜀山区智慧交通信号系统")
    expect(page.locator(".rail [aria-current=step]")).to_contain_text("盲评中")
    expect(page.get_by_text("这里只有席位数")).to_be_visible()
    picture(page, "lot-desktop")


def test_an_expert_accepts_by_keyboard(visit: Visit, picture: Picture) -> None:
    """Accept is a plain button; declining asks once more and says what follows."""
    page = visit("expert")
    first = page.locator("article").first
    expect(first).to_contain_text("还剩 1 小时 59 分")
    expect(first).to_contain_text("签到后显示")
    first.get_by_text("不能参加", exact=True).focus()
    page.keyboard.press("Enter")
    expect(first.get_by_role("button", name="确认不能参加")).to_be_visible()
    picture(page, "expert-decline")
    first.get_by_role("button", name="接受任务").focus()
    page.keyboard.press("Enter")
    expect(page.locator("article").first).to_contain_text("已接受")


def test_a_supervisor_verifies_and_sees_a_changed_byte(visit: Visit, picture: Picture) -> None:
    """Verify shows every step; after one byte is changed the failing step is named."""
    page = visit("supervisor")
    page.get_by_role("link", name="蜀山区社区卫生服务中心设备").click()
    page.get_by_role("button", name="重新验算").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_contain_text("验算通过")
    expect(page.locator(".steps li")).to_have_count(10)
    picture(page, "transcript-holds")
    page.get_by_role("button", name="篡改一个字节再验").click()
    expect(page.locator("#verdict")).to_contain_text("验算不通过")
    expect(page.locator(".steps li.broken")).to_have_count(1)
    picture(page, "transcript-broken")


def test_language_and_type_size_are_remembered(visit: Visit, picture: Picture) -> None:
    """English and large type stay on while the visitor moves on, and lead back to the same page."""
    page = visit("operator")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Today")
    page.get_by_role("button", name="Large type").click()
    expect(page.locator("html.large")).to_have_count(1)
    picture(page, "operator-large-en")
    page.get_by_role("button", name="Expert", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("My tasks")
    expect(page.locator("html.large")).to_have_count(1)
    picture(page, "expert-large-en")


@pytest.mark.parametrize("role", ["expert", "supervisor"])
def test_an_english_browser_is_spoken_to_in_english(visit: Visit, picture: Picture, role: str) -> None:
    """Without a choice the browser's language counts."""
    page = visit(role, locale="en-GB", width=390, height=844)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert overflow(page) == 0
    picture(page, f"{role}-en-phone")


def test_the_skip_link_is_first_and_leads_to_the_content(visit: Visit) -> None:
    """A keyboard user passes the header with one key."""
    page = visit("operator")
    page.goto("/operator")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_another_desk_is_refused_in_words(visit: Visit) -> None:
    """An expert who types the operator's address is told that it is not for them."""
    page = visit("expert")
    answer = page.request.get("/operator", headers={"accept": "text/html"})
    assert answer.status == 403
    assert "您的身份不能查看这个页面" in answer.text()
