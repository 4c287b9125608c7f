"""Numbers too large for any database, typed into forms and addresses: a sentence, never a fault of the house."""

from collections.abc import Iterator

import pytest

from scheduler.model import Role
from tests.browsing import TOKEN, browser, open_accounts
from tests.tale import fresh
from tests.town import LOT, Town

HUGE = "9" * 25


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A booked lot and the staff."""
    with fresh(tmp_path_factory.mktemp("numbers")) as place:
        open_accounts(place)
        place.book()
        yield place


@pytest.mark.parametrize(
    ("role", "path", "form"),
    [
        (Role.OPERATOR, "/operator/plan/lift", {"number": HUGE}),
        (Role.OPERATOR, "/operator/plan/over", {"lot": LOT, "minutes": HUGE}),
        (Role.SUPERVISOR, f"/supervisor/lots/{LOT}/extend", {"rounds": HUGE, "reason": "x"}),
        (Role.SUPERVISOR, "/supervisor/calendar", {"year": HUGE, "notice": "n", "days": "2027-01-01 休"}),
        (Role.SUPERVISOR, f"/packs/{HUGE}/confirm", {}),
        (Role.POOL, f"/pool/suspensions/{HUGE}/confirm", {}),
        (Role.POOL, f"/pool/suspensions/{HUGE}/end", {"reason": "x"}),
    ],
)
def test_a_huge_number_is_answered_with_a_sentence(
    town: Town, role: Role, path: str, form: dict[str, str]
) -> None:
    """Wherever a number comes in from a page."""
    answer = browser(town, role).post(path, data={"csrf": TOKEN, **form})
    assert answer.status_code == 422
    assert "提交的内容不完整或格式不对" in answer.text
