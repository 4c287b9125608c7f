"""The operator's page where guest sites are drawn by lot: what waits, the button, what everybody sees then."""

from collections.abc import Iterator

import pytest

from api.demo.people import OPERATOR
from api.services import booking
from scheduler.model import Role
from tests.browsing import TOKEN, browser, open_accounts
from tests.ruled import BY_LOT, pack_of, under
from tests.tale import fresh
from tests.town import EAST, WEST, Town, order


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A lot whose guest site is to be drawn, every seed deposited."""
    with fresh(tmp_path_factory.mktemp("sites")) as place:
        under(place, pack_of(BY_LOT))
        open_accounts(place)
        booking.book(place.office, OPERATOR, order(guests=()))
        place.prepare()
        yield place


def test_the_operator_draws_the_sites_with_one_press(town: Town) -> None:
    """The lot waits for it, the page says what it means; afterwards one guest site is left and the panel is next."""
    client, home = browser(town, Role.OPERATOR), f"/operator/lots/{town.lot}"
    before = client.get(home).text
    assert "公开抽取客场" in before
    assert EAST in before
    assert WEST in before
    assert "不能重抽" in client.get(f"{home}/sites").text
    assert client.post(f"{home}/sites", data={"csrf": TOKEN}).status_code == 303
    after = client.get(home).text
    assert (EAST in after) != (WEST in after)
    assert "开始盲抽" in after
    assert client.post(f"{home}/sites", data={"csrf": TOKEN}).status_code == 409


def test_the_supervisor_sees_the_draw_of_sites_in_the_transcript(town: Town) -> None:
    """Its events and its key have names in both languages."""
    town.round()
    page = browser(town, Role.SUPERVISOR).get(f"/supervisor/lots/{town.lot}").text
    for told in ("客场待抽", "客场组合承诺", "客场抽定", "客场抽取种子"):
        assert told in page
