"""The small forms about a panel: a step asked for and signed, a letter, an appointment, a recusal, from the screens."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.demo.people import OPERATOR
from api.services import booking
from api.services.importing import apply_import
from api.store.accounts import Account, put_account
from fixtures.invented import expert_number
from scheduler.events import Out
from scheduler.model import Role, Standing
from scheduler.records import Registers
from scheduler.state import Phase
from tests.browsing import TOKEN, browser, open_accounts
from tests.town import LOT, Town, bidder, order, register

OPERATORS, SUPERVISORS = f"/operator/lots/{LOT}", f"/supervisor/lots/{LOT}"
TENDEREES = f"/tenderee/lots/{LOT}"


@pytest.fixture
def town(new_town: Town) -> Town:
    """A town of this test's own with the accounts of staff and experts."""
    open_accounts(new_town)
    with new_town.office.db.transaction() as session:
        for n in range(1, 17):
            who = expert_number(n)
            put_account(session, Account(login=f"expert-{n}", role=Role.EXPERT, label="专家", expert=who))
    return new_town


def press(who: TestClient, path: str, **form: str) -> None:
    """A form that must go through."""
    answer = who.post(path, data={"csrf": TOKEN, **form})
    assert answer.status_code == 303, answer.text


def refused(who: TestClient, path: str, **form: str) -> str:
    """A form that is refused, and what the page says."""
    answer = who.post(path, data={"csrf": TOKEN, **form})
    assert answer.status_code == 409, answer.status_code
    return answer.text


def hopeless(town: Town) -> None:
    """Too few are left in good standing: booked with a plea."""
    some = [replace(e, standing=Standing.BANNED) if n in (3, 6, 9, 12) else e for n, e in people()]
    with town.office.db.transaction() as session:
        apply_import(session, Registers(experts=tuple(some)), key=town.office.keys.personal)
    seats = tuple(replace(s, count=2) for s in order().seats)
    booking.book(town.office, OPERATOR, order(seats=seats, plea="造价专家仅一人"))


def people() -> list[tuple[int, object]]:
    """The town's experts with their n."""
    return list(enumerate(register().experts, 1))


def test_a_step_is_signed_at_the_supervisors_desk_and_seen_at_both(town: Town) -> None:
    """The operator sees that it waits, the supervisor what and why; after the signature the way is free or the next
    step is offered, never one that nobody asked for."""
    hopeless(town)
    operator, supervisor = browser(town, Role.OPERATOR), browser(town, Role.SUPERVISOR)
    assert "等待批准放宽" in operator.get(OPERATORS).text
    page = supervisor.get(SUPERVISORS).text
    assert "造价专家仅一人" in page
    assert town.state.asked in page
    assert "已申请放宽" in refused(operator, f"{OPERATORS}/freeze")
    assert "请填写理由" in refused(supervisor, f"{SUPERVISORS}/press/sign", text=" ")
    press(supervisor, f"{SUPERVISORS}/press/sign", text="同意")
    assert "同意" in supervisor.get(SUPERVISORS).text
    while town.state.stuck:
        assert f"{OPERATORS}/relax" in operator.get(OPERATORS).text
        press(operator, f"{OPERATORS}/relax", reason="仍不足")
        press(supervisor, f"{SUPERVISORS}/press/sign", text="同意")
    press(operator, f"{OPERATORS}/freeze")
    assert town.state.pool is not None


def test_a_turned_down_step_is_offered_again(town: Town) -> None:
    """The supervisor's no is on record and the operator's button is back."""
    hopeless(town)
    operator, supervisor = browser(town, Role.OPERATOR), browser(town, Role.SUPERVISOR)
    press(supervisor, f"{SUPERVISORS}/press/deny", text="先扩库")
    assert town.state.asked == ""
    assert f"{OPERATORS}/relax" in operator.get(OPERATORS).text


def test_the_tenderee_files_a_letter_and_appoints_where_that_was_approved(town: Town) -> None:
    """Both forms stand at the own desk while they are due; the supervisor's approval opens the second."""
    town.book()
    town.prepare()
    tenderee, supervisor = browser(town, Role.TENDEREE), browser(town, Role.SUPERVISOR)
    letter = {"about": "owner-1", "reference": "〔2026〕7 号", "text": "高级工程师"}
    assert f"{TENDEREES}/press/authorise" in tenderee.get("/tenderee").text
    press(tenderee, f"{TENDEREES}/press/authorise", **letter)
    assert f"{TENDEREES}/press/authorise" not in tenderee.get("/tenderee").text
    appointee = {"about": expert_number(6), "reference": "A0601"}
    assert "没有经批准" in refused(tenderee, f"{TENDEREES}/press/appoint", **appointee)
    consent = {"about": "complex", "text": "省发展改革委", "reference": "〔2026〕18 号"}
    assert "席位" in refused(supervisor, f"{SUPERVISORS}/press/approve", count="all", **consent)
    press(supervisor, f"{SUPERVISORS}/press/approve", count="0, 1", **consent)
    assert f"{TENDEREES}/press/appoint" in tenderee.get("/tenderee").text
    press(tenderee, f"{TENDEREES}/press/appoint", **appointee)
    assert town.state.phase is Phase.F1
    assert f"{OPERATORS}/draw" in browser(town, Role.OPERATOR).get(OPERATORS).text
    assert supervisor.get(SUPERVISORS).status_code == 200


def gathered(town: Town) -> None:
    """Everybody at the gate, bids open."""
    town.book()
    town.prepare()
    town.round()
    town.accept_all()
    town.open_bids()
    town.arrive_all()


def test_an_expert_reads_who_bids_declares_votes_and_may_recuse(town: Town) -> None:
    """Names on the card, three forms; after the recusal the card holds no project and no bidder."""
    gathered(town)
    member = town.state.experts()[0].member
    expert = browser(town, Role.EXPERT, f"expert-{town.number(member)}")
    page = expert.get("/expert").text
    assert bidder(1).name in page
    assert bidder(1).code not in page
    press(expert, f"/expert/tasks/{member}/press/declare")
    press(expert, f"/expert/tasks/{member}/press/vote", about=member)
    assert town.state.declared == (member,)
    press(expert, f"/expert/tasks/{member}/press/withdraw", text="表弟任投标人项目经理")
    assert town.state.sitting(member).out is Out.RECUSED  # type: ignore[union-attr]  # was drawn
    page = expert.get("/expert").text
    assert bidder(1).name not in page
    assert order().project_name not in page


def test_a_bidders_paper_goes_from_desk_to_desk(town: Town) -> None:
    """Filed by the operator, answered on the expert's card, decided by the supervisor."""
    gathered(town)
    member = town.state.experts()[0].member
    operator, supervisor = browser(town, Role.OPERATOR), browser(town, Role.SUPERVISOR)
    expert = browser(town, Role.EXPERT, f"expert-{town.number(member)}")
    paper = {"reference": bidder(2).code, "about": expert_number(town.number(member)), "text": "曾任我司顾问"}
    assert f"{OPERATORS}/press/appeal" in operator.get(OPERATORS).text
    press(operator, f"{OPERATORS}/press/appeal", **paper)
    assert "曾任我司顾问" not in operator.get(OPERATORS).text
    assert "曾任我司顾问" in expert.get("/expert").text
    press(expert, f"/expert/tasks/{member}/press/admit", text="是")
    assert "当事人承认" in supervisor.get(SUPERVISORS).text
    press(supervisor, f"{SUPERVISORS}/press/uphold", about=town.state.appeals[0].appeal, text="属实")
    assert town.state.sitting(member).out is Out.RECUSED  # type: ignore[union-attr]  # was drawn


def test_another_desk_cannot_press_what_is_not_its_own(town: Town) -> None:
    """The verbs ask for the role themselves: a form sent to one's own desk opens no other's."""
    gathered(town)
    for role, path in (
        (Role.OPERATOR, OPERATORS),
        (Role.TENDEREE, TENDEREES),
        (Role.SUPERVISOR, SUPERVISORS),
    ):
        answer = browser(town, role).post(f"{path}/press/withdraw", data={"csrf": TOKEN, "text": "x"})
        assert answer.status_code == 403


def test_a_refused_form_stands_on_its_page_again_with_what_was_typed(town: Town) -> None:
    """The supervisor's and the tenderee's: the refusal at the head, the fold open, every field as it was."""
    town.book()
    town.prepare()
    consent = {"about": "special", "text": "省发展改革委", "reference": "〔2026〕18 号", "count": "all"}
    page = refused(browser(town, Role.SUPERVISOR), f"{SUPERVISORS}/press/approve", **consent)
    assert "席位" in page.split('role="alert"')[1].split("</div>")[0]
    assert '<details class="card" open>' in page
    assert '<option value="special" selected>专业性强</option>' in page
    assert all(f'value="{consent[name]}"' in page for name in ("text", "reference", "count"))
    letter = {"about": "nobody", "reference": "〔2026〕7 号", "text": "高级工程师"}
    page = refused(browser(town, Role.TENDEREE), f"{TENDEREES}/press/authorise", **letter)
    assert page.count('role="alert"') == 1
    assert page.count("<details open>") == 1
    assert all(f'value="{typed}"' in page for typed in letter.values())


def test_only_the_form_that_was_refused_is_filled_again(town: Town) -> None:
    """The operator's paper and the member's word on the own card; other forms of the page stay empty."""
    gathered(town)
    member = town.state.experts()[0].member
    paper = {"reference": "91340100XXXXXXXXXX", "about": "0", "text": "曾任我司顾问"}
    page = refused(browser(town, Role.OPERATOR), f"{OPERATORS}/press/appeal", **paper)
    assert all(f'value="{typed}"' in page for typed in paper.values())
    expert = browser(town, Role.EXPERT, f"expert-{town.number(member)}")
    page = refused(expert, f"/expert/tasks/{member}/press/vote", about="P-NOBODY")
    assert page.count("<details open>") == 1
    assert "P-NOBODY" not in page
    page = refused(expert, f"/expert/tasks/{member}/press/withdraw", text=" ")
    assert page.count('value=" "') == 1


def test_who_may_not_see_the_page_gets_the_plain_error(town: Town) -> None:
    """Another's lot is not found, with or without a form."""
    town.book()
    form = {"csrf": TOKEN, "text": "同意"}
    answer = browser(town, Role.SUPERVISOR).post("/supervisor/lots/NONE/press/sign", data=form)
    assert answer.status_code == 404
