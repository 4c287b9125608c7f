"""The supervisor's table of working days: entered by page, faults by row, the latest entry counts."""

from datetime import date

import pytest
from starlette.testclient import TestClient

from api.actor import Actor
from api.demo.people import OPERATOR, SUPERVISOR
from api.intake.calendar import read_year
from api.intake.faults import Faults
from api.services.calendar import Source, calendar, enter, years
from api.store.db import Database
from scheduler.errors import Refused
from scheduler.model import Role
from tests.browsing import TOKEN, browser, open_accounts
from tests.town import Town, found

NOTICE = "2027-01-01/2027-01-03 休 元旦\n2026-12-26 班\n\n2027-02-05/2027-02-11 休 春节\n2027-02-20 班\n"


@pytest.fixture
def town(new_town: Town) -> Town:
    """A town of this test's own with the staff's accounts."""
    open_accounts(new_town)
    return new_town


def test_a_year_the_library_does_not_know_is_entered_and_counts(database: Database) -> None:
    """Unknown before, refused; afterwards its days and those of the December before are known."""
    town = found(database)
    assert [(y.year, y.source) for y in years(town.office)] == [
        (2026, Source.LIBRARY),
        (2027, Source.NOBODY),
    ]
    enter(town.office, SUPERVISOR, 2027, "国办发明电〔2026〕1号", NOTICE)
    with town.office.db.reading() as session:
        known = calendar(session)
    assert not known.works(date(2027, 2, 8))
    assert known.works(date(2027, 2, 20))
    assert known.works(date(2026, 12, 26))
    assert years(town.office)[-1].source is Source.SUPERVISOR
    enter(town.office, SUPERVISOR, 2027, "更正", "2027-01-01 休")
    with town.office.db.reading() as session:
        assert calendar(session).works(date(2027, 2, 8))


@pytest.mark.parametrize("actor", [OPERATOR, Actor(id="admin", role=Role.ADMIN)])
def test_only_the_supervisor_enters_a_year(town: Town, actor: Actor) -> None:
    """Nobody whose bookings hang on working days may change them."""
    with pytest.raises(Refused, match="role"):
        enter(town.office, actor, 2027, "x", NOTICE)


FAULTY = [
    ("2027-02-30 休", "intake.day"),
    ("春节放假", "intake.calendar-line"),
    ("2028-01-01 休", "intake.calendar-other-year"),
    ("2026-11-30 休", "intake.calendar-other-year"),
    ("2027-02-22 班", "intake.calendar-weekday"),
    ("2027-02-11/2027-02-05 休", "intake.calendar-span"),
    ("2027-01-01/2027-06-01 休", "intake.calendar-span"),
]


@pytest.mark.parametrize(("line", "code"), FAULTY)
def test_every_faulty_line_is_named_with_its_row(line: str, code: str) -> None:
    """A wrong day, an unknown word, another year, a make-up day that is no weekend, a span the wrong way."""
    with pytest.raises(Faults) as no:
        read_year(f"2027-01-01 休\n\n{line}", 2027)
    assert [(f.row, f.code) for f in no.value.faults] == [(3, code)]


def test_a_day_cannot_be_off_and_worked_and_a_year_has_holidays() -> None:
    """What contradicts itself is a fault, and so is an empty text or an odd year."""
    for text, year, code in (
        ("2027-02-20 班\n2027-02-20 休", 2027, "intake.calendar-both"),
        ("2027-02-20 班", 2027, "intake.calendar-empty"),
        ("2027-01-01 休", 1927, "intake.calendar-year"),
    ):
        with pytest.raises(Faults) as no:
            read_year(text, year)
        assert no.value.faults[0].code == code


def test_the_page_shows_what_is_unknown_and_takes_a_notice(supervisor: TestClient) -> None:
    """A fault comes back with its row and what was typed; then the year stands there with its source."""
    assert "2027 年尚无安排" in supervisor.get("/supervisor/calendar").text
    form = {"csrf": TOKEN, "year": "2027", "notice": "国办发明电〔2026〕1号"}
    wrong = supervisor.post("/supervisor/calendar", data={**form, "days": NOTICE + "坏行"})
    assert wrong.status_code == 422
    assert "“坏行”无法识别" in wrong.text
    assert "2027-02-20 班" in wrong.text
    unnamed = supervisor.post("/supervisor/calendar", data={**form, "notice": " ", "days": NOTICE})
    assert "请填写通知的名称或文号" in unnamed.text
    assert supervisor.post("/supervisor/calendar", data={**form, "days": NOTICE}).status_code == 303
    page = supervisor.get("/supervisor/calendar").text
    assert "国办发明电〔2026〕1号" in page
    assert "2027 年尚无安排" not in page
    assert 'href="/supervisor/calendar"' in supervisor.get("/supervisor").text


def test_the_operators_desk_has_no_such_page(town: Town) -> None:
    """403 for another desk."""
    assert browser(town, Role.OPERATOR).get("/supervisor/calendar").status_code == 403
