"""The operator drives a whole lot from the screen, and reads what stands in the way when a step is refused."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.pages.weight import FORM, PACKAGE
from api.services import ticking
from scheduler.model import LotId, Role
from scheduler.state import Phase
from tests.browsing import TOKEN, browser, document, open_accounts, sealed_seeds
from tests.town import LOT, NINE, Town, bidder, package

HERE = f"/operator/lots/{LOT}"


@pytest.fixture
def town(new_town: Town) -> Town:
    """A town of this test's own with one booked lot and the staff's accounts."""
    new_town.book()
    open_accounts(new_town)
    return new_town


def upload(operator: TestClient, body: bytes, path: str = f"{HERE}/open") -> Response:
    """Send a file with the form's token."""
    return operator.post(path, data={"csrf": TOKEN}, files={"package": ("p.json", body, "application/json")})


def sound(*numbers: int) -> bytes:
    """A package without faults, of these bidders."""
    return json.dumps(document(package(*(bidder(n) for n in numbers)))).encode()


def press(operator: TestClient, deed: str, **form: str) -> None:
    """Do a deed that must go through and lead back to the lot."""
    answer = operator.post(f"{HERE}/{deed}", data={"csrf": TOKEN, **form})
    assert (answer.status_code, answer.headers.get("location")) == (303, HERE), answer.text


def buttons(operator: TestClient) -> set[str]:
    """The deeds the lot page offers."""
    return set(re.findall(rf'(?:href|action)="{HERE}/([a-z]+)"', operator.get(HERE).text))


def test_a_lot_is_driven_from_the_screen_from_booking_to_archive(town: Town, operator: TestClient) -> None:
    """Every step is the one button the page offers, beside cancelling while that is lawful."""
    assert buttons(operator) == {"freeze", "cancel"}
    press(operator, "freeze")
    assert buttons(operator) == {"deposit", "cancel"}
    press(operator, "deposit", deposit=sealed_seeds(town, Role.OPERATOR))
    assert buttons(operator) == {"cancel"}
    waiting = operator.get(HERE).text
    assert re.findall(r'tag waiting">([^<]+)<', waiting) == ["监督", "招标人"]
    for role, path in ((Role.SUPERVISOR, f"/supervisor/lots/{LOT}"), (Role.TENDEREE, "/tenderee")):
        party, action = browser(town, role), f'action="/{role}/lots/{LOT}/deposit"'
        assert action in party.get(path).text
        form = {"csrf": TOKEN, "deposit": sealed_seeds(town, role)}
        assert party.post(f"/{role}/lots/{LOT}/deposit", data=form).headers["location"] == path
        assert action not in party.get(path).text
    assert buttons(operator) == {"cancel"}
    assert "自 2026年11月30日 09:00 起可以抽取" in operator.get(HERE).text
    town.clock.move(NINE - timedelta(hours=20))
    assert buttons(operator) == {"draw", "cancel"}
    press(operator, "draw")
    assert "已接受 0 人，应到专家 4 人" in operator.get(HERE).text
    town.accept_all()
    assert buttons(operator) == {"open", "cancel"}
    assert upload(operator, sound(1, 2, 3)).status_code == 303
    assert "已签到专家 0 人" in operator.get(HERE).text
    town.arrive_all()
    assert buttons(operator) == {"blind", "cancel"}
    press(operator, "blind")
    town.score_all()
    ticking.tick_case(town.office, LOT)
    assert buttons(operator) == {"reveal", "cancel"}
    press(operator, "reveal")
    assert buttons(operator) == {"report"}
    press(operator, "report")
    assert buttons(operator) == {"archive"}
    press(operator, "archive", reason="中标通知书 2026-1")
    assert buttons(operator) == set()
    assert town.state.phase is Phase.F7


def test_each_deed_restates_its_consequence_before_it_is_done(operator: TestClient) -> None:
    """The page of a deed that is due has its form; one that is not due leads back to the lot."""
    asked = operator.get(f"{HERE}/cancel")
    assert "不能恢复" in asked.text
    assert f'action="{HERE}/cancel"' in asked.text
    assert operator.get(f"{HERE}/reveal").headers["location"] == HERE
    assert operator.get("/operator/lots/NO-1/cancel").status_code == 404
    assert operator.get(f"{HERE}/nonsense").status_code == 422


def test_cancelling_wants_a_reason_and_gives_the_seats_back(town: Town, operator: TestClient) -> None:
    """Without a reason the page says so; afterwards the page still opens and offers nothing."""
    refused = operator.post(f"{HERE}/cancel", data={"csrf": TOKEN, "reason": "  "})
    assert refused.status_code == 409
    assert "请填写理由" in refused.text
    long = operator.post(f"{HERE}/cancel", data={"csrf": TOKEN, "reason": "长" * 501})
    assert "长" * 501 in long.text
    press(operator, "cancel", reason="采购人撤回")
    assert town.state.phase is Phase.CANCELLED
    assert buttons(operator) == set()
    town.lot = LotId("TOWN-02")
    town.book()


def test_a_refused_step_is_a_sentence_with_what_to_change(town: Town, operator: TestClient) -> None:
    """The same page again, status 409, and the case as it was."""
    press(operator, "freeze")
    for deed, sentence in (
        ("freeze", "名单已经冻结"),
        ("draw", "现在抽取还太早"),
        ("report", "阶段不允许"),
    ):
        before = town.state
        answer = operator.post(f"{HERE}/{deed}", data={"csrf": TOKEN})
        assert answer.status_code == 409
        assert sentence in answer.text
        assert town.state == before
    told = operator.post(f"{HERE}/draw", data={"csrf": TOKEN}, headers={"accept": "application/json"})
    assert told.json()["type"] == "/problems/D3"


def test_the_draw_of_a_pool_without_the_parties_seeds_names_none_of_them(
    town: Town, operator: TestClient
) -> None:
    """The sentence tells what to do."""
    press(operator, "freeze")
    town.clock.move(NINE - timedelta(hours=20))
    answer = operator.post(f"{HERE}/draw", data={"csrf": TOKEN})
    assert "还有一方或多方没有交存种子" in answer.text


Spoil = Callable[[dict[str, Any]], None]


def _no_name(sent: dict[str, Any]) -> None:
    del sent["bidders"][1]["name"]


def _name_as_list(sent: dict[str, Any]) -> None:
    sent["bidders"][0]["members"] = "隐标01公司"


def _wrong_format(sent: dict[str, Any]) -> None:
    sent["format"] = "x"


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (_no_name, "/bidders/1/name"),
        (_name_as_list, "/bidders/0/members"),
        (_wrong_format, "/format"),
    ],
)
def test_a_faulty_package_is_told_line_by_line_and_opens_nothing(
    town: Town, operator: TestClient, spoil: Spoil, place: str
) -> None:
    """Row and pointer of every fault, but not what stood there; the lot stays unopened."""
    town.prepare()
    town.round()
    town.accept_all()
    sent = document(package(bidder(1), bidder(2), bidder(3)))
    spoil(sent)
    answer = upload(operator, json.dumps(sent, indent=1).encode())
    assert answer.status_code == 422
    assert f"<code>{place}</code>" in answer.text
    assert "隐标" not in answer.text
    assert 'type="file"' in answer.text
    assert town.state.phase is Phase.F1


def test_fewer_than_three_bidders_are_refused_with_the_law(town: Town, operator: TestClient) -> None:
    """招标投标法实施条例 44."""
    town.prepare()
    town.round()
    town.accept_all()
    answer = upload(operator, sound(1, 2))
    assert answer.status_code == 409
    assert "投标人少于 3 家" in answer.text


def test_only_the_operators_package_may_be_large(town: Town, operator: TestClient) -> None:
    """Too much is 413 before it is read; nobody else's form may carry a package."""
    assert upload(operator, b" " * (PACKAGE + 1)).status_code == 413
    assert upload(operator, b" " * (FORM + 1)).status_code == 422
    assert upload(browser(town, Role.SUPERVISOR), b" " * (FORM + 1)).status_code == 413
    assert upload(operator, b" " * (FORM + 1), f"{HERE}/freeze").status_code == 413


def test_a_tenderee_sees_and_serves_the_own_lots_only(town: Town) -> None:
    """Another's lot looks like no lot at all."""
    other = browser(town, Role.TENDEREE, "other-tenderee")
    assert LOT not in other.get("/tenderee").text
    mine = other.post(f"/tenderee/lots/{LOT}/deposit", data={"csrf": TOKEN})
    none = other.post("/tenderee/lots/NO-1/deposit", data={"csrf": TOKEN})
    assert mine.status_code == none.status_code == 404
    assert mine.text.replace(LOT, "NO-1") == none.text
    assert town.state.pledges == ()


def test_seeds_cannot_be_deposited_twice(town: Town) -> None:
    """The second press is refused in words."""
    supervisor = browser(town, Role.SUPERVISOR)
    path, form = f"/supervisor/lots/{LOT}/deposit", {"csrf": TOKEN}
    form["deposit"] = sealed_seeds(town, Role.SUPERVISOR)
    assert supervisor.post(path, data=form).status_code == 303
    again = supervisor.post(path, data=form)
    assert again.status_code == 409
    assert "不能更换" in again.text
