"""In a real Chromium: from the failure clock to the offer, counts only, and after one click nothing is left to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from scheduler.model import Role, SiteId
from tests.chromium import Picture, Visit, one_click, overflow
from tests.sites import dark, twin
from tests.tale import fresh
from tests.town import EAST, Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A drawn lot whose eastern site has no power, and another site in that city."""
    with fresh(tmp_path, people=twin(EAST, SiteId("S-NEAR"), "东城二场")) as town:
        town.drawn()
        for role in (Role.OPERATOR, Role.SUPERVISOR):
            one_click(town, role)
        dark(town, EAST)
        yield town


def test_drawn_members_are_seated_elsewhere_by_clicks(visit: Visit, picture: Picture) -> None:
    """Nothing overflows, the console stays silent, and the planning page is at peace afterwards."""
    page = visit("operator")
    page.get_by_role("link", name="席位与调度").click()
    page.get_by_role("link", name="改坐他处").click()
    expect(page.get_by_text("东城二场").first).to_be_visible()
    picture(page, "reseat")
    assert overflow(page) == 0
    page.get_by_label("调整理由").fill("东场停电")
    page.get_by_role("button", name="确认改坐").click()
    expect(page.get_by_text("停用的场所没有影响任何标段")).to_be_visible()
