"""The gate's page: lots at the own site, members by pseudonym, check-in by card and code, absence, illness, faults."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.demo.people import OPERATOR
from api.services import arriving, attending, closing, opening
from api.services.arriving import announce
from api.store import journal
from api.store.accounts import Account, put_account
from crypto.keys import signing_key
from scheduler.events import Member, Out
from scheduler.model import LotId, Role
from tests.browsing import TOKEN, browser, open_accounts
from tests.tale import fresh
from tests.town import EAST, HOST, LOT, NINE, WEST, Town, expert_name, order

HOME = f"/site/lots/{LOT}"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Drawn and accepted; a login for the staff of every site."""
    with fresh(tmp_path) as town:
        open_accounts(town)
        with town.office.db.transaction() as session:
            for site in (HOST, EAST, WEST):
                put_account(session, Account(login=f"site-{site}", role=Role.SITE, label=site, site=site))
            put_account(session, Account(login="nowhere", role=Role.SITE, label="-"))
        town.drawn()
        town.accept_all()
        yield town


@pytest.fixture
def opened(town: Town) -> Town:
    """Bids opened, gates open."""
    town.open_bids()
    town.clock.move(NINE)
    return town


def gate(town: Town, member: Member) -> TestClient:
    """A browser at the gate of the member's site."""
    return browser(town, Role.SITE, f"site-{attending.site_of(town.office, town.lot, member)}")


def send(who: TestClient, what: str, lot: LotId = LOT, **fields: str) -> tuple[int, str]:
    """Press a button: status and page."""
    answer = who.post(f"/site/lots/{lot}/{what}", data={"csrf": TOKEN} | fields)
    return answer.status_code, answer.text


def announced(town: Town, member: Member, n: int = 1) -> str:
    """The member's device announces itself: its code."""
    return announce(town.office, town.person(member), town.lot, signing_key(bytes([n]) * 32).public).code


def guests(town: Town) -> list[Member]:
    """Experts who sit."""
    return [m.member for m in town.state.experts()]


def test_a_day_tells_times_and_counts_and_neither_project_nor_person(town: Town) -> None:
    """The own site's lots only; the project's name stands on no page of a gate."""
    member = guests(town)[0]
    page = gate(town, member).get("/site").text
    assert f'href="{HOME}"' in page
    assert "已签到 0 人" in page
    assert order().project_name not in page
    assert "这一天本场地没有评标" in gate(town, member).get("/site?day=2026-01-01").text
    assert "本场地的评标" in browser(town, Role.SITE, "nowhere").get("/site").text


def test_the_gate_lists_its_own_members_and_nobody_else(town: Town) -> None:
    """Every member stands at exactly one gate; no name and no number stands at any."""
    here = {site: browser(town, Role.SITE, f"site-{site}").get(HOME).text for site in (HOST, EAST, WEST)}
    for sitting in town.state.current():
        own = attending.site_of(town.office, town.lot, sitting.member)
        assert [site for site, text in here.items() if sitting.member in text] == [own]
    for n in range(1, 17):
        assert not any(expert_name(n) in text for text in here.values())


def test_a_lot_elsewhere_is_no_lot(town: Town) -> None:
    """Unknown lot, a lot at other sites, and a login without a site: the same answer."""
    told = {browser(town, Role.SITE, "nowhere").get(HOME).status_code}
    told |= {gate(town, guests(town)[0]).get("/site/lots/NO-1").status_code}
    told |= {browser(town, Role.SITE, "nowhere").get(f"/site/incidents/{LOT}").status_code}
    assert told == {404}
    assert send(browser(town, Role.SITE, "nowhere"), "absent", member=guests(town)[0])[0] == 404


def test_card_and_code_let_a_member_in(opened: Town) -> None:
    """The list shows the code the device shows; number and code together check in, and the number is not said again."""
    member = guests(opened)[0]
    person, staff = opened.person(member).expert, gate(opened, member)
    assert "请成员在自己的设备上打开" in staff.get(HOME).text
    code = announced(opened, member)
    assert code in staff.get(HOME).text
    status, page = send(staff, "check-in", person=f" {person} ", code=code)
    assert (status, page) == (303, "")
    page = staff.get(HOME).text
    assert "已签到 1 人" in page
    assert person not in page
    assert code not in page


def test_the_gate_says_the_same_of_everybody_who_is_not_expected(opened: Town) -> None:
    """Never drawn, sitting at another site, and nonsense: one page, one sentence, and nothing is recorded."""
    member = guests(opened)[0]
    code, staff, before = announced(opened, member), gate(opened, member), opened.state
    own = attending.site_of(opened.office, opened.lot, member)
    away = next(m for m in guests(opened) if attending.site_of(opened.office, opened.lot, m) != own)
    told = {
        send(staff, "check-in", person=person, code=code)
        for person in ("E-unknown", opened.person(away).expert, "x" * 500)
    }
    ((status, page),) = {(status, re.sub(r"\d\d:\d\d", "", page)) for status, page in told}
    assert status == 409
    assert "此处没有应到的这名成员" in page
    assert opened.state == before


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"code": "AAAA-AAAA"}, "核对码不是此人最近登记的设备的"),
        ({"code": ""}, "核对码不是"),
        ({"person": " "}, "有一栏没有填写或"),
    ],
)
def test_a_wrong_code_or_an_empty_number_is_told_and_changes_nothing(
    opened: Town, fields: dict[str, str], words: str
) -> None:
    """The list stays, with what stands in the way."""
    member = guests(opened)[0]
    right = {"person": opened.person(member).expert, "code": announced(opened, member)}
    before = opened.state
    status, page = send(gate(opened, member), "check-in", **right | fields)
    assert (status, words in page) == (409, True)
    assert opened.state == before


def test_before_the_gate_opens_devices_may_be_announced_but_nobody_is_let_in(town: Town) -> None:
    """The button is not there; who presses nevertheless hears when the gate opens."""
    member = guests(town)[0]
    code, staff = announced(town, member), gate(town, member)
    page = staff.get(HOME).text
    assert code in page
    assert "核对无误，签到" not in page
    status, page = send(staff, "check-in", person=town.person(member).expert, code=code)
    assert (status, "签到尚未开始" in page) == (409, True)


def test_absence_is_offered_when_the_waiting_time_is_over(opened: Town) -> None:
    """Not before; then with its consequence, and the seat is open."""
    member = guests(opened)[0]
    staff = gate(opened, member)
    assert "登记缺席" not in staff.get(HOME).text
    status, page = send(staff, "absent", member=member)
    assert (status, "alert" in page) == (409, True)
    opened.clock.move(NINE.replace(hour=3))
    page = staff.get(HOME).text
    assert "不能撤销" in page
    assert send(staff, "absent", member=member)[0] == 303
    sitting = opened.state.sitting(member)
    assert sitting is not None
    assert sitting.out is Out.ABSENT
    assert member not in staff.get(HOME).text


def test_another_gate_can_do_nothing_about_a_member(opened: Town) -> None:
    """Absence and illness are for the own gate to report."""
    opened.arrive_all()
    member = guests(opened)[0]
    own = attending.site_of(opened.office, opened.lot, member)
    other = next(site for site in (HOST, EAST, WEST) if site != own)
    for what in ("absent", "ill"):
        status, page = send(browser(opened, Role.SITE, f"site-{other}"), what, member=member)
        assert (status, "此处没有应到的这名成员" in page) == (409, True)


def test_illness_is_reported_at_the_gate_and_the_member_is_out(opened: Town) -> None:
    """Offered for experts who are in; a representative of the owner is not replaced."""
    opened.arrive_all()
    opening.blind(opened.office, OPERATOR, opened.lot)
    member = guests(opened)[0]
    staff = gate(opened, member)
    assert "报告因病退出" in staff.get(HOME).text
    assert send(staff, "ill", member=member)[0] == 303
    sitting = opened.state.sitting(member)
    assert sitting is not None
    assert sitting.out is Out.VOIDED


def test_a_gate_interrupts_and_resumes_its_own_lots(opened: Town) -> None:
    """Through the page of incidents; the journal names no site."""
    staff = gate(opened, guests(opened)[0])
    here = f"/site/incidents/{LOT}"
    page = staff.get(here).text
    assert "故障中断" in page
    assert order().project_name not in page
    sent = {"csrf": TOKEN, "kind": "power", "reason": "停电"}
    assert staff.post(f"{here}/interrupt", data=sent).status_code == 303
    assert opened.state.pause is not None
    assert "因故障中断" in staff.get(HOME).text
    assert staff.post(f"{here}/resume", data={"csrf": TOKEN}).status_code == 303
    assert opened.state.pause is None
    with opened.office.db.reading() as session:
        actors = {entry.actor for entry, _ in journal.history(session, LOT) if entry.role is Role.SITE}
    assert all(actor.startswith("G-") for actor in actors), "a published journal names no site"


def test_after_scoring_nobody_is_listed(opened: Town) -> None:
    """The gate is closed: no pseudonym stands there any more."""
    opened.arrive_all()
    opening.blind(opened.office, OPERATOR, opened.lot)
    opened.score_all()
    closing.close(opened.office, OPERATOR, opened.lot)
    member = guests(opened)[0]
    page = gate(opened, member).get(HOME).text
    assert "签到门关闭" in page
    assert member not in page
    assert arriving.announced(opened.office, opened.state) == {}
