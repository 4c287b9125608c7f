"""A supervisor asks why somebody is out, and names the experts, in a real Chromium."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.demo.people import OPERATOR
from api.services import revealing
from scheduler.model import Role, Standing
from tests import town as places
from tests.chromium import Picture, Visit, one_click, overflow
from tests.tale import Tale, fresh
from tests.town import LOT, NUMBERS, Town, expert_name


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A whole walk, archived; expert 3 was out for two reasons."""
    plain = places._expert

    def change(n: int) -> places.ExpertRecord:
        if n == 3:
            return replace(plain(n), standing=Standing.SUSPENDED, certificate_until=date(2026, 1, 1))
        return plain(n)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "_expert", change)
        yield from _walked(tmp_path_factory.mktemp("why"))


def _walked(folder: Path) -> Iterator[Town]:
    with fresh(folder) as town:
        one_click(town, Role.SUPERVISOR)
        Tale(town).tell()
        revealing.archive(town.office, OPERATOR, LOT, "中标通知书")
        yield town


def test_a_supervisor_asks_why_by_keyboard(visit: Visit, picture: Picture, town: Town) -> None:
    """From the funnel to the reasons of one pseudonym; nothing on the page is wider than a phone."""
    page = visit("supervisor")
    page.goto(f"/supervisor/lots/{LOT}")
    page.get_by_role("link", name="为什么某位专家没有入选").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("为什么某位专家没有入选")
    picture(page, "why-all-zh")
    page.get_by_label("专家化名").fill(town.office.mark(LOT, NUMBERS[2]))
    page.keyboard.press("Enter")
    expect(page.get_by_text("以上 2 条须全部不成立")).to_be_visible()
    picture(page, "why-one-zh")
    phone = visit("supervisor", locale="en-GB", width=390, height=844)
    phone.goto("/" + page.url.split("/", 3)[3])
    expect(phone.get_by_text("all 2 of these")).to_be_visible()
    assert overflow(phone) == 0
    picture(phone, "why-one-phone-en")


def test_naming_warns_before_what_cannot_be_undone(visit: Visit, picture: Picture, town: Town) -> None:
    """Folded behind a summary; afterwards names stand beside pseudonyms and the button is gone."""
    page = visit("supervisor", width=390, height=844)
    page.goto(f"/supervisor/lots/{LOT}")
    page.locator("summary", has_text="公开评标专家姓名").click()
    expect(page.get_by_text("不能再盖上")).to_be_visible()
    picture(page, "naming-phone-zh")
    page.get_by_role("button", name="确认公开姓名").click()
    name = expert_name(town.number(town.state.experts()[0].member))
    expect(page.get_by_text(name)).to_be_visible()
    expect(page.get_by_role("button", name="确认公开姓名")).to_have_count(0)
    picture(page, "named-phone-zh")
