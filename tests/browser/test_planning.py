"""In the demonstration an operator sees a lost site repaired: before and after, then applied, in a real Chromium."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from api.clock import stopwatch
from api.demo import stage as stages
from api.demo import world
from api.demo.clock import StoryClock
from api.services.importing import apply_import
from api.serving import web_of
from api.store.accounts import Account, put_account
from api.store.db import Database
from api.store.schema import upgrade
from fixtures.world import anhui
from scheduler.model import Role
from tests.chromium import Picture, Visit, overflow
from tests.town import entropy_of, keyring


@pytest.fixture
def stage(tmp_path: Path) -> world.Stage:
    """The demonstration's world with its twelve lots booked and one site without power."""
    database = Database(f"sqlite:///{tmp_path / 'demo.db'}")
    upgrade(database)
    demo, keys = anhui(world.FIRST_DAY), keyring()
    clock = StoryClock(demo.main.starts - timedelta(days=5), stopwatch)
    entropy = entropy_of(world.DEFAULT_SEED)
    office = world.office_of(database, keys, clock.now, entropy)
    with database.transaction() as session:
        apply_import(session, demo.world.registers, key=keys.personal)
        for role in (Role.OPERATOR, Role.SUPERVISOR):
            put_account(session, Account(login=role, role=role, label=role, demo=True))
    built = world.Stage(office=office, clock=clock, demo=demo, entropy=entropy)
    world.book_all(built)
    stages.lose_site(built)
    return built


@pytest.fixture
def server(stage: world.Stage, listening: Callable[[FastAPI], AbstractContextManager[str]]) -> Iterator[str]:
    """Address of the demonstration."""
    with listening(web_of(stage.office)) as address:
        yield address
    stage.office.db.close()


def test_a_lost_site_is_repaired_by_clicks(visit: Visit, picture: Picture) -> None:
    """The page shows what is lost and the repair as pictures and table; applied, nothing is left to repair."""
    page = visit("operator")
    page.get_by_role("link", name="席位与调度").click()
    expect(page.get_by_text("供电检修（演示）")).to_be_visible()
    expect(page.locator(".lanes svg")).to_have_count(2)
    expect(page.locator(".lanes .moved").first).to_be_visible()
    picture(page, "plan-before-after")
    assert overflow(page) == 0
    page.get_by_label("调整理由").fill("东场停电，改至邻近场所")
    page.get_by_role("button", name="按方案调整").click()
    expect(page.get_by_text("停用的场所没有影响任何标段")).to_be_visible()
    picture(page, "plan-applied")
    page.locator("select#site").select_option(index=3)
    page.get_by_label("日期").fill("2026-12-02")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text("这是试算")).to_be_visible()
    expect(page.get_by_label("日期")).to_have_value("2026-12-02")  # to record it, nothing is typed again
    picture(page, "plan-what-if")
    page.goto("/operator/plan/seats?day=2026-12-01")
    expect(page.locator(".lanes .lot").first).to_be_visible()
    picture(page, "seats")
    assert overflow(page) == 0


def test_on_a_phone_the_planner_still_says_which_site_and_which_lot(visit: Visit) -> None:
    """Only running numbers are left out of the narrow lists; the legend of the map keeps its words apart."""
    page = visit("operator", width=390, height=844)
    boxes = [page.locator(".hexmap .key").nth(n).bounding_box() for n in range(5)]
    assert all(box and box["width"] > 20 for box in boxes)
    expect(page.locator("table.lots td.nr").first).to_be_hidden()
    expect(page.locator("table.lots tbody a").first).to_be_visible()
    page.get_by_role("link", name="席位与调度").click()
    expect(page.locator("table.lots").first.locator("tbody td").first).to_be_visible()
    expect(page.locator("table.lots").last.locator("tbody a").first).to_be_visible()
