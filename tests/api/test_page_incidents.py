"""What goes wrong is handled from the screen: staff at a lot, members at their panel."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from api.demo.people import OPERATOR
from api.services import cancelling, closing, pausing, revealing, ticking
from scheduler.attempts import lot_of
from scheduler.events import Cause
from scheduler.model import Role
from tests.browsing import TOKEN, browser
from tests.crawl import enter
from tests.town import LOT, NINE, Town

HERE = {role: f"/{role}/incidents/{LOT}" for role in (Role.OPERATOR, Role.SUPERVISOR, Role.TENDEREE)}


@pytest.fixture
def unbooked(new_town: Town) -> Town:
    """A town with everybody's accounts."""
    enter(new_town)
    return new_town


@pytest.fixture
def town(unbooked: Town) -> Town:
    """Its panel drawn."""
    return unbooked.drawn()


def staff(town: Town, role: Role) -> TestClient:
    """A browser of the staff."""
    return browser(town, role)


def expert(town: Town, member: str) -> tuple[TestClient, str]:
    """The browser of an expert who sits, and the address of the own panel."""
    return browser(town, Role.EXPERT, f"expert-{town.number(member)}"), f"/expert/tasks/{member}/panel"


def press(client: TestClient, path: str, **form: str) -> None:
    """Send a form that must go through."""
    answer = client.post(path, data={"csrf": TOKEN, **form})
    assert answer.status_code == 303, answer.text


def offered(page: str) -> set[str]:
    """What a page offers."""
    return set(re.findall(r'action="[^"]*/([a-z]+)"', page)) - {"preferences", "logout"}


def test_a_fault_is_told_and_cured_on_the_operators_page(town: Town) -> None:
    """Interrupted with a cause and reason, shown with its clock, resumed, and the time given back."""
    town.blinded()
    operator = staff(town, Role.OPERATOR)
    assert f'href="{HERE[Role.OPERATOR]}"' in operator.get(f"/operator/lots/{LOT}").text
    assert offered(operator.get(HERE[Role.OPERATOR]).text) == {"interrupt", "unlawful"}
    blank = operator.post(f"{HERE[Role.OPERATOR]}/interrupt", data={"csrf": TOKEN, "kind": "power"})
    assert (blank.status_code, "请填写理由" in blank.text) == (409, True)
    press(operator, f"{HERE[Role.OPERATOR]}/interrupt", kind="power", reason="停电")
    shown = operator.get(HERE[Role.OPERATOR]).text
    assert "应于" in shown
    assert offered(shown) == {"resume", "unlawful"}
    press(operator, f"{HERE[Role.OPERATOR]}/resume")
    wrong = operator.post(f"{HERE[Role.OPERATOR]}/extend", data={"csrf": TOKEN, "ends": "morgen"})
    assert wrong.status_code == 409
    press(operator, f"{HERE[Role.OPERATOR]}/extend", ends="2026-12-01T13:00")
    assert town.state.ends == NINE + timedelta(hours=4)


def test_the_tenderee_decides_on_the_own_page(town: Town) -> None:
    """After the clock's notice, for the own lot only."""
    pausing.interrupt(town.office, OPERATOR, town.lot, Cause.SITE, "场所漏水")
    town.clock.move(NINE + timedelta(hours=3))
    ticking.tick(town.office)
    owner = staff(town, Role.TENDEREE)
    assert offered(owner.get(HERE[Role.TENDEREE]).text) == {"decide"}
    press(owner, f"{HERE[Role.TENDEREE]}/decide", kind="wait")
    assert town.state.pause is not None
    assert town.state.pause.going_on
    stranger = browser(town, Role.TENDEREE, "other-tenderee")
    assert stranger.get(HERE[Role.TENDEREE]).status_code == 404


def test_a_cancelled_lot_is_countersigned_and_booked_again(town: Town) -> None:
    """The supervisor first, then the operator; the new attempt shows the lot's own number."""
    cancelling.cancel(town.office, OPERATOR, town.lot, "停电")
    operator, supervisor = staff(town, Role.OPERATOR), staff(town, Role.SUPERVISOR)
    assert offered(operator.get(HERE[Role.OPERATOR]).text) == set()
    assert offered(supervisor.get(HERE[Role.SUPERVISOR]).text) == {"endorse"}
    press(supervisor, f"{HERE[Role.SUPERVISOR]}/endorse")
    assert offered(operator.get(HERE[Role.OPERATOR]).text) == {"again"}
    answer = operator.post(
        f"{HERE[Role.OPERATOR]}/again",
        data={"csrf": TOKEN, "starts": "2026-12-03T09:00", "ends": "2026-12-03T12:00"},
    )
    second = lot_of(LOT, 2)
    assert answer.headers["location"] == f"/operator/incidents/{second}"
    assert f"{LOT}（第 2 次组建）" in operator.get(f"/operator/lots/{second}").text
    assert offered(operator.get(HERE[Role.OPERATOR]).text) == set()


def test_the_supervisor_takes_a_member_out_and_voids_conclusions(town: Town) -> None:
    """With evidence, its source and its date."""
    town.blinded()
    supervisor, member = staff(town, Role.SUPERVISOR), town.state.experts()[0].member
    assert member in supervisor.get(HERE[Role.SUPERVISOR]).text
    found = {"reason": "曾受雇于投标人", "feed": "社保登记", "dated": "2026-11-01"}
    press(supervisor, f"{HERE[Role.SUPERVISOR]}/exclude", member=member, kind="conflict", **found)
    assert not town.state.sitting(member).sits
    ticking.tick(town.office)
    town.accept_all()
    town.arrive_all()
    town.score_all()
    ticking.tick(town.office)
    for verb in (revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, town.lot)
    press(supervisor, f"{HERE[Role.SUPERVISOR]}/annul", kind="02", **found)
    assert town.state.annulled
    assert "结论已被宣布无效" in supervisor.get(HERE[Role.SUPERVISOR]).text


def test_members_tell_the_panel_from_their_own_page(town: Town) -> None:
    """Too little time, a disagreement, leaving: on the own page, other members by number only."""
    town.blinded()
    first, second = (m.member for m in town.state.experts()[:2])
    mine, here = expert(town, first)
    assert f'href="{here}"' in mine.get("/expert").text
    press(mine, f"{here}/time")
    press(mine, f"{here}/dispute", says="工期是否为实质性条款")
    other, there = expert(town, second)
    shown = other.get(there).text
    assert "工期是否为实质性条款" in shown
    about = re.search(r'name="about" value="([0-9a-f]{64})"', shown)
    assert about is not None
    press(other, f"{there}/vote", about=about.group(1), yes="no")
    assert "您：否" in other.get(there).text
    assert mine.get(there).status_code == 404
    assert mine.post(f"{there}/time", data={"csrf": TOKEN}).status_code == 404
    press(mine, f"{here}/conflict", says="与某投标人有往来")
    assert not town.state.sitting(first).sits
    assert mine.get(here).status_code == 404


def test_a_review_shows_figures_by_number_and_takes_reasons(unbooked: Town) -> None:
    """Flags, reasons and their judgement are pressed on the page; no pseudonym of a colleague is on it."""
    town = unbooked
    times = replace(town.office.pack.times, outlier_review_minutes=60)
    town.office = replace(town.office, pack=replace(town.office.pack, times=times))
    town.drawn().blinded()
    town.score_all()
    ticking.tick(town.office)
    members = [m.member for m in town.state.current()]
    experts = [m.member for m in town.state.experts()]
    place, judged = str(members.index(experts[0])), experts[0]
    for member in experts[1:]:
        mine, here = expert(town, member)
        shown = mine.get(here).text
        assert "评分复核" in shown
        assert not any(other in shown for other in members if other != member)
        press(mine, f"{here}/flag", about=place)
    mine, here = expert(town, judged)
    assert "请书面说明您的评分理由" in mine.get(here).text
    press(mine, f"{here}/reasons", says="方案未响应")
    other, there = expert(town, experts[1])
    assert "方案未响应" in other.get(there).text
    press(other, f"{there}/weak", about=place)
    assert other.post(f"{there}/weak", data={"csrf": TOKEN, "about": "77"}).status_code == 409
    for member in experts:
        client, path = expert(town, member)
        press(client, f"{path}/done")
    operator = staff(town, Role.OPERATOR)
    assert "成员复核评分" in operator.get(f"/operator/lots/{LOT}").text


def test_bids_that_fail_a_check_are_voted_on_after_the_reveal(town: Town) -> None:
    """Bidders are named by then."""
    town.blinded()
    town.score_all()
    for verb in (closing.close, closing.total, revealing.reveal):
        verb(town.office, OPERATOR, town.lot)
    mine, here = expert(town, town.state.experts()[0].member)
    assert "隐标01公司" in mine.get(here).text
    press(mine, f"{here}/reject", about="0/01", says="资质过期")
    refused = mine.post(f"{here}/reject", data={"csrf": TOKEN, "about": "9/01"})
    assert (refused.status_code, "没有这项待表决的事项" in refused.text) == (409, True)
