"""An operator seats drawn members elsewhere from the screen: counts by site, never who; the member reads where."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.services.office import open_case
from api.store.accounts import Account, put_account
from scheduler.model import Role, SiteId
from tests.browsing import TOKEN, browser, open_accounts
from tests.sites import dark, twin
from tests.tale import fresh
from tests.town import EAST, LOT, Town, expert_name

NEAR = SiteId("S-NEAR")
HERE = f"/operator/plan/reseat/{LOT}"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A drawn lot, its eastern site without power, another one in that city."""
    with fresh(tmp_path, people=twin(EAST, NEAR, "东城二场")) as town:
        open_accounts(town.drawn())
        dark(town, EAST)
        yield town


def test_the_desk_shows_counts_and_the_member_reads_the_new_place(town: Town, operator: TestClient) -> None:
    """From the failure clock one click to the offer, one to confirm; nobody is named on either page."""
    assert f'href="{HERE}"' in operator.get("/operator/plan").text
    offer = operator.get(HERE).text
    assert "东城二场" in offer
    members = [who for who, place in open_case(town.office, LOT).seatplan.items() if place.site == EAST]
    assert f'data-label="涉及人数">{len(members)}<' in offer
    assert not any(expert_name(n) in offer for n in range(1, 17))
    assert not any(member in offer for member in open_case(town.office, LOT).seatplan)
    digest = offer.split('name="digest" value="')[1][:64]
    done = operator.post(HERE, data={"csrf": TOKEN, "digest": digest, "reason": "东场停电"})
    assert (done.status_code, done.headers["location"]) == (303, "/operator/plan")
    assert "停用的场所没有影响任何标段" in operator.get("/operator/plan").text
    number = town.person(members[0]).expert
    with town.office.db.transaction() as session:
        put_account(session, Account(login="expert", role=Role.EXPERT, label="专家", expert=number))
    card = browser(town, Role.EXPERT, "expert").get("/expert").text
    assert "东城二场" in card
    assert "签到地点已变更" in card


def test_the_desk_says_no_with_a_sentence(town: Town, operator: TestClient) -> None:
    """Another offer by now, no reason, a lot that is unknown or lost nothing, another role."""
    stale = operator.post(HERE, data={"csrf": TOKEN, "digest": "0" * 64, "reason": "x"})
    assert (stale.status_code, "没有执行" in stale.text) == (409, True)
    digest = operator.get(HERE).text.split('name="digest" value="')[1][:64]
    silent = operator.post(HERE, data={"csrf": TOKEN, "digest": digest, "reason": " "})
    assert silent.status_code == 409
    assert operator.get("/operator/plan/reseat/NOWHERE").status_code == 404
    assert browser(town, Role.SUPERVISOR).get(HERE).status_code in (303, 403)
    operator.post(HERE, data={"csrf": TOKEN, "digest": digest, "reason": "停电"})
    again = operator.get(HERE)
    assert (again.status_code, "没有失去工位" in again.text) == (200, True)
