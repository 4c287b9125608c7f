"""The owner representative's pages: an expert's templates and verbs under the own address, less what is not theirs."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.services import scoring, ticking
from api.store.accounts import Account, put_account
from fixtures.invented import expert_number
from scheduler.events import Member
from scheduler.marks import Correction
from scheduler.model import Role
from scheduler.sheet import Line, Sheet, sign_and_seal
from tests.browsing import TOKEN, browser, open_accounts
from tests.tale import fresh
from tests.town import LOT, Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Drawn; `owner-1` sits, the login `owner` does not."""
    with fresh(tmp_path) as town:
        open_accounts(town)
        with town.office.db.transaction() as session:
            put_account(session, Account(login="owner-1", role=Role.OWNER, label="代表"))
            who = expert_number(1)
            put_account(session, Account(login="expert-1", role=Role.EXPERT, label="专家", expert=who))
        yield town.drawn()


def owner(town: Town) -> Member:
    """The representative's pseudonym."""
    (member,) = [m.member for m in town.state.current() if m.role is None]
    return member


def me(town: Town) -> TestClient:
    """The representative's browser."""
    return browser(town, Role.OWNER, "owner-1")


def sealed(town: Town, marks: Decimal | None) -> dict[str, str]:
    """The representative's next sheet as the device seals it: every score `marks`, or half of the most."""
    device = town.devices[owner(town)]
    desk = scoring.desk(town.office, device.actor, LOT)
    lines = tuple(
        Line(code=paper.code, criterion=c.id, score=(c.most / 2) if marks is None else marks)
        for paper in desk.papers
        for c in desk.criteria
    )
    sheet = Sheet(lot=LOT, member=desk.member, version=desk.version, previous=desk.previous, lines=lines)
    made = sign_and_seal(sheet, device.key, desk.score_key, town.entropy(32))
    return {"csrf": TOKEN, "sheet": made.envelope.hex(), "commitment": made.commitment.hex()}


def test_the_card_has_what_concerns_a_representative_and_nothing_to_answer(town: Town) -> None:
    """No accepting, declining or recusing: nobody is drawn in a representative's place."""
    page = me(town).get("/owner").text
    assert "招标人代表参加本次评标" in page
    for strange in ("接受任务", "不能参加", "本人回避", "暂停记录"):
        assert strange not in page
    here = f"/owner/tasks/{owner(town)}"
    assert me(town).post(f"{here}/accept", data={"csrf": TOKEN}).status_code == 404
    assert me(town).post(f"{here}/press/withdraw", data={"csrf": TOKEN, "text": "x"}).status_code == 403


def test_whoever_does_not_sit_sees_an_empty_desk(town: Town) -> None:
    """Another representative's login has no card, and no task of anybody opens."""
    other = browser(town, Role.OWNER, "owner")
    assert "目前没有任务" in other.get("/owner").text
    for task in (owner(town), town.state.experts()[0].member, "P-NONE"):
        assert other.get(f"/owner/tasks/{task}/sheet").status_code == 404
        assert other.get(f"/owner/tasks/{task}/panel").status_code == 404
        sent = {"csrf": TOKEN, "key": "11" * 32}
        assert other.post(f"/owner/tasks/{task}/arrival", data=sent).status_code == 404


def test_desks_do_not_mix(town: Town) -> None:
    """An expert's login opens no representative's page and the other way round."""
    assert browser(town, Role.EXPERT, "expert-1").get("/owner").status_code == 403
    assert me(town).get("/expert").status_code == 403
    assert me(town).get(f"/expert/tasks/{owner(town)}/sheet").status_code == 403


@pytest.mark.parametrize("key", ["", "zz", "11" * 31, "00" * 32])
def test_what_is_no_key_is_not_announced(town: Town, key: str) -> None:
    """Empty, not hexadecimal, too short, or no point of the curve."""
    answer = me(town).post(f"/owner/tasks/{owner(town)}/arrival", data={"csrf": TOKEN, "key": key})
    assert answer.status_code in (409, 422)


def test_a_sheet_that_came_back_is_put_right_on_the_page(town: Town) -> None:
    """Out of range: after the close the page has the form again and says why; the corrected sheet counts."""
    town.blinded()
    mine, here = owner(town), f"/owner/tasks/{owner(town)}"
    for sitting in town.state.current():
        if sitting.member != mine:
            town.score(sitting.member)
    assert me(town).post(f"{here}/sheet", data=sealed(town, Decimal(99))).status_code == 303
    ticking.tick(town.office)
    sitting = town.state.sitting(mine)
    assert sitting is not None
    assert sitting.returned is Correction.RANGE
    assert "请只更正该项" in me(town).get(f"{here}/panel").text
    assert 'data-version="2"' in me(town).get(f"{here}/sheet").text
    assert me(town).post(f"{here}/sheet", data=sealed(town, None)).status_code == 303
    ticking.tick(town.office)
    assert town.state.totals is not None
