"""In a real Chromium: from the failure clock to the offer, counts only, and after one click nothing is left to do."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from api.demo.people import OPERATOR
from api.services.closing_sites import Cut, close_site
from api.store.accounts import Account, put_account
from api.store.db import Database
from api.store.schema import upgrade
from scheduler.model import Role, SiteId
from tests.browsing import app_of
from tests.town import EAST, NINE, Town, found, register

Visit = Callable[..., Page]
Picture = Callable[[Page, str], None]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A drawn lot whose eastern site has no power, and another site in that city."""
    database = Database(f"sqlite:///{tmp_path / 'town.db'}")
    upgrade(database)
    plain = register()
    east = next(site for site in plain.sites if site.site == EAST)
    people = replace(plain, sites=(*plain.sites, replace(east, site=SiteId("S-NEAR"), name="东城二场")))
    town = found(database, people=people).drawn()
    with database.transaction() as session:
        for role in (Role.OPERATOR, Role.SUPERVISOR):
            put_account(session, Account(login=role, role=role, label=role, demo=True))
    cut = Cut(site=EAST, room="", starts=NINE - timedelta(hours=2), ends=NINE + timedelta(hours=8))
    close_site(town.office, OPERATOR, cut, "停电")
    yield town
    database.close()


@pytest.fixture
def server(town: Town, listening: Callable[[FastAPI], AbstractContextManager[str]]) -> Iterator[str]:
    """Address of the town."""
    with listening(app_of(town)) as address:
        yield address


def test_drawn_members_are_seated_elsewhere_by_clicks(visit: Visit, picture: Picture) -> None:
    """Nothing overflows, the console stays silent, and the planning page is at peace afterwards."""
    page = visit("operator")
    page.get_by_role("link", name="席位与调度").click()
    page.get_by_role("link", name="改坐他处").click()
    expect(page.get_by_text("东城二场").first).to_be_visible()
    picture(page, "reseat")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0
    page.get_by_label("调整理由").fill("东场停电")
    page.get_by_role("button", name="确认改坐").click()
    expect(page.get_by_text("停用的场所没有影响任何标段")).to_be_visible()
