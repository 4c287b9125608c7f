"""The pool owner's door in a real Chromium: read, answer, go over to the centre with a pass, on a phone as well."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.pool.beside import EXPERT_LOGIN
from api.serving import web_of
from api.store.accounts import Account, put_account
from api.store.arrivals import arrivals
from api.store.db import Database
from api.store.journal import history
from api.store.schema import upgrade
from scheduler.events import Accepted, Event
from scheduler.model import Role
from tests.apart import Apart, apart
from tests.chromium import Picture, Visit, behind, overflow


def address(listener: socket.socket) -> str:
    """Where that is."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Apart, str]]:
    """Two houses with a drawn panel, both served; the one-click login is the first member's. And the door's address."""
    migrated = tmp_path / "migrated.db"
    database = Database(f"sqlite:///{migrated}")
    upgrade(database)
    database.close()
    centre, door = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
    with apart(tmp_path, migrated, address(centre)) as houses:
        houses.town.drawn()
        houses.invite()
        first = houses.town.state.experts()[0].member
        number = houses.number(first)
        login = Account(login=EXPERT_LOGIN, role=Role.EXPERT, label="评审专家", demo=True, expert=number)
        with houses.post.database.transaction() as session:
            put_account(session, login)
        web = web_of(houses.town.office, experts_at=address(door))
        with behind(centre, web), behind(door, houses.pages):
            yield houses, address(door)


@pytest.fixture
def server(both: tuple[Apart, str]) -> str:
    """The pool owner's door."""
    return both[1]


@pytest.mark.parametrize(
    ("locale", "yes", "inside"), [("zh-CN", "接受任务", "进入评标"), ("en", "Accept", "Enter the evaluation")]
)
def test_an_expert_accepts_and_enters_on_a_phone(
    both: tuple[Apart, str], visit: Visit, picture: Picture, locale: str, yes: str, inside: str
) -> None:
    """From the card to the centre's own page in four presses, 390 px wide."""
    houses, _ = both
    page = visit("expert", locale=locale, width=390, height=844)
    member = houses.town.state.experts()[0].member
    expect(page.locator("article.task")).to_have_count(1)
    assert overflow(page) == 0
    picture(page, f"pool-door-{locale}")
    page.get_by_role("button", name=yes).click()
    expect(page.get_by_role("status")).to_be_visible()
    houses.invite()
    page.reload()
    page.get_by_role("button", name=inside).click()
    page.wait_for_url("**/enter")
    assert overflow(page) == 0
    used = page.locator("input[name=pass]").input_value()
    page.locator("form[action$='/enter'] button.main").click()
    page.wait_for_url("**/expert")
    assert page.url == f"{houses.post.entrance}/expert"
    expect(page.locator(f"a[href='/expert/tasks/{member}/sheet']")).to_be_visible()
    again = page.request.post(f"{houses.post.entrance}/enter", form={"pass": used})
    assert again.status == 409


def test_declining_wants_a_reason_and_leaves_a_history(both: tuple[Apart, str], visit: Visit) -> None:
    """The form asks for one; afterwards the invitation stands under the own history."""
    houses, _ = both
    page = visit("expert")
    page.locator("summary", has_text="不能参加").click()
    page.get_by_role("button", name="确认不能参加").click()  # the browser itself asks for the reason
    expect(page.locator("#history")).to_have_count(0)
    page.locator("input[name=text]").first.fill("出差")
    page.get_by_role("button", name="确认不能参加").click()
    expect(page.get_by_role("status")).to_be_visible()
    houses.invite()
    page.reload()
    expect(page.locator("#history")).to_be_visible()
    expect(page.locator("article.task")).to_have_count(0)


def test_the_centres_front_page_shows_experts_the_way(both: tuple[Apart, str], visit: Visit) -> None:
    """Who comes to the centre first is sent to the pool owner's door; no one-click expert is there."""
    houses, door = both
    page = visit()
    page.goto(houses.post.entrance)
    expect(page.locator("main form[action$='/expert']")).to_have_count(0)
    page.get_by_role("link", name="前往专家库一方").click()
    page.wait_for_url(f"{door}/")


def test_answer_and_device_are_signed_on_the_pool_owners_page(both: tuple[Apart, str], visit: Visit) -> None:
    """The long-term key never leaves that page: it signs the answer there, and certifies the device which the
    centre's page has made; the certificate comes back with a fresh pass."""
    houses, _ = both
    member = houses.town.state.experts()[0].member
    page = visit("expert")
    expect(page.locator("[data-own-key] [data-when=there]")).to_be_visible()
    page.get_by_role("button", name="接受任务").click()
    expect(page.get_by_role("status")).to_be_visible()
    houses.invite()
    proofs = [event.proof for event in _events(houses) if isinstance(event, Accepted)]
    assert len(proofs) == 1
    assert proofs[0]
    page.reload()
    page.get_by_role("button", name="进入评标").click()
    page.wait_for_url("**/enter")  # the door's own form ends like the one that leads to the centre
    page.locator("form[action$='/enter'] button.main").click()
    page.locator(f"a[href='/expert/tasks/{member}/sheet']").click()
    expect(page.locator("a[data-certify]")).to_be_visible()
    code = page.locator("[data-code-of-device]").text_content()
    page.locator("a[data-certify]").click()
    page.wait_for_url("**/certify?device=*")
    expect(page.locator("[data-code-of-device]")).to_have_text(code or "?")
    page.get_by_role("button", name="签名并回到中心").click()
    page.wait_for_url(f"{houses.post.entrance}/expert/tasks/{member}/sheet")
    expect(page.locator("[data-when=waits]")).to_be_visible()
    with houses.town.office.db.reading() as session:
        (row,) = arrivals(session, houses.town.lot).values()
    assert (row.member, len(row.certificate) > 1000) == (member, True)


def test_a_device_is_certified_for_the_own_task_only(both: tuple[Apart, str], visit: Visit) -> None:
    """Another member's task and a key that is none are refused."""
    houses, door = both
    other = houses.town.state.experts()[1].member
    page = visit("expert")
    for task, device, status in ((other, "ab" * 32, 404), (other, "zz", 422)):
        answer = page.request.get(f"{door}/expert/tasks/{task}/certify?device={device}")
        assert answer.status == status


def _events(houses: Apart) -> list[Event]:
    """The lot's journal."""
    with houses.town.office.db.reading() as session:
        return [entry.event for entry, _ in history(session, houses.town.lot)]
