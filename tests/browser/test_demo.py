"""The demonstration with its own seed and real agents: the turns that the README promises really happen, and its three
desks afterwards, the first minute of a stranger in a real Chromium."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from api.custodian.company import Company
from api.custodian.diary import lines
from api.custodian.household import FOLDER, homes_in
from api.demo import people, story
from api.serving import web_of
from scheduler.events import Out
from scheduler.release import SCORES
from tests.cast import on_stage
from tests.chromium import Picture, Visit, overflow


@dataclass(slots=True, kw_only=True)
class Teller:
    """Keeps every beat of the story, and kills one agent when the scores have come in."""

    company: Company
    beats: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, code: str, **facts: object) -> None:
        self.beats.append((code, facts))
        if code == "story.scored":  # two of three will have to do from here on
            self.company.running["pool"].kill()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demonstration lives."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def told(folder: Path) -> Iterator[story.Story]:
    """The main lot after its whole life; nothing of the demonstration runs afterwards."""
    with on_stage(folder) as (stage, company):
        run = story.Story(stage=stage, tell=Teller(company=company))
        story.run(run)
        yield run
        processes = list(company.running.values())
    assert all(process.poll() is not None for process in processes)


def test_two_decline_one_is_recused_through_a_parent_company_and_one_is_absent(
    told: story.Story, folder: Path
) -> None:
    """The default seed shows every turn once; all three agents refuse the early request; the evaluation survives the
    crash of one and comes to its report."""
    state = told.state()
    outs = [m.out for m in state.left()]
    assert (outs.count(Out.DECLINED), outs.count(Out.RECUSED), outs.count(Out.ABSENT)) == (2, 1, 1)
    assert isinstance(told.tell, Teller)
    assert told.tell.beats[-1][0] == "story.revealed"
    refused = [facts for code, facts in told.tell.beats if code == "story.refused_by"]
    homes = homes_in(folder / FOLDER)
    assert {(each["custodian"], each["refusal"]) for each in refused} == {
        (home.name, "key_too_early") for home in homes
    }
    for home in homes:
        done = lines(home.data)
        assert [line["code"] for line in done if line.get("key") == SCORES and line["what"] == "refused"]
    assert state.ceremonies is not None


def sent(page: Page, told: story.Story, server: str) -> None:
    """The browser of a member who checked in, with a pass from the pool owner's door."""
    stage, member = told.stage, told.state().experts()[0].member
    number = people.experts_by_member(stage.office, told.lot, stage.numbers)[member].expert
    assert stage.door is not None
    answer = page.request.post(f"{server}/enter", form={"pass": stage.door.house.enter(number, member)})
    assert answer.ok
    page.goto("/expert")


@pytest.fixture(scope="module")
def server(told: story.Story, listening: Callable[[FastAPI], AbstractContextManager[str]]) -> Iterator[str]:
    """Address of the served demonstration."""
    with listening(web_of(told.stage.office)) as address:
        yield address


def test_the_operator_sees_twelve_lots_on_two_days(visit: Visit, picture: Picture) -> None:
    """The day's list and map come from the registers and the cases."""
    page = visit("operator")
    expect(page.locator(".days a")).to_have_count(2)
    rows = page.locator("table.lots tbody tr")
    first = rows.count()
    expect(page.locator(".hexmap polygon")).to_have_count(104)
    picture(page, "demo-operator")
    page.locator(".days a").last.click()
    expect(rows).to_have_count(12 - first)
    page.goto("/operator")
    page.get_by_role("link", name="包河区污水管网提质改造工程总承包").click()
    expect(page.locator(".rail .done")).to_have_count(7)
    picture(page, "demo-lot")


def test_the_supervisor_recomputes_the_draw_and_catches_a_changed_byte(
    visit: Visit, picture: Picture
) -> None:
    """Every step of the offline verifier holds; one digit changed in a copy breaks some, by name."""
    page = visit("supervisor")
    page.get_by_role("link", name="包河区污水管网提质改造工程总承包").click()
    expect(page.locator("svg.funnel")).to_be_visible()
    page.get_by_role("button", name="重新验算").click()
    expect(page.locator("#verdict.holds")).to_be_visible()
    expect(page.locator(".steps li")).to_have_count(19)
    picture(page, "demo-supervisor")
    page.get_by_role("button", name="篡改一个字节再验").click()
    expect(page.locator("#verdict.broken")).to_be_visible()
    expect(page.locator(".steps li.broken").first).to_be_visible()
    expect(page.locator(".steps li.broken p").first).to_contain_text("文件清单不是对这些内容签署的")
    picture(page, "demo-tampered")


def test_the_supervisor_cannot_verify_a_lot_that_is_not_published(visit: Visit) -> None:
    """Before F6 there is no button, and the page says why."""
    page = visit("supervisor")
    page.get_by_role("link", name="颍州区中学教学楼施工").click()
    expect(page.get_by_text("记录的长度就会透露有几家投标")).to_be_visible()
    expect(page.get_by_role("button", name="重新验算")).to_have_count(0)


def test_the_expert_sees_the_own_seat_after_check_in(
    visit: Visit, picture: Picture, told: story.Story, server: str
) -> None:
    """Seat and project are there; bidders and other experts are not."""
    page = visit()
    sent(page, told, server)
    expect(page.locator("article")).to_have_count(1)
    expect(page.locator("article")).to_contain_text("已完成")
    expect(page.locator("article")).to_contain_text("包河区污水管网提质改造工程总承包")
    picture(page, "demo-expert")


def test_no_desk_shows_a_person_of_the_register(visit: Visit, told: story.Story, server: str) -> None:
    """Names, identity and phone numbers of the whole pool are on no page of any desk before F7."""
    secrets = {
        text for each in told.stage.demo.world.registers.experts for text in (each.id_number, each.phone)
    }
    names = {each.name for each in told.stage.demo.world.registers.experts if len(each.name) > 2}
    for role, paths in {
        "operator": ["/operator", f"/operator/lots/{told.lot}"],
        "expert": ["/expert"],
        "supervisor": ["/supervisor", f"/supervisor/lots/{told.lot}"],
    }.items():
        page = visit(None if role == "expert" else role)
        if role == "expert":
            sent(page, told, server)
        for path in paths:
            page.goto(path)
            text = page.content()
            assert not [secret for secret in secrets | names if secret in text], path


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_transcript_fits_a_phone(visit: Visit, told: story.Story, locale: str) -> None:
    """Wide tables scroll by themselves, never the page."""
    page = visit("supervisor", locale=locale, width=390, height=844)
    page.goto(f"/supervisor/lots/{told.lot}")
    assert overflow(page) == 0


def test_the_tenderee_has_a_desk_too(visit: Visit, told: story.Story) -> None:
    """Without its seeds no lot that is booked by hand could ever be drawn."""
    page = visit("tenderee")
    expect(page.get_by_role("heading", level=1)).to_have_text("招标人工作台")
    expect(page.locator("main")).to_contain_text(told.lot)
