"""The supervisor asks why somebody is not on the panel, and has experts named once the law allows it."""

import html
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.demo.people import OPERATOR
from api.services import acting, attending, revealing
from api.services.acting import Deed
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import Role, Standing
from scheduler.state import Phase
from tests import town as places
from tests.browsing import TOKEN, browser, open_accounts
from tests.tale import Tale, fresh
from tests.town import LOT, NUMBERS, Town, expert_name

HOME = f"/supervisor/lots/{LOT}"


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """Expert 3 is suspended and her certificate has ended; 6 was punished; the panel is drawn."""
    plain = places._expert

    def change(n: int) -> places.ExpertRecord:
        if n == 3:
            return replace(plain(n), standing=Standing.SUSPENDED, certificate_until=date(2026, 1, 1))
        return replace(plain(n), penalised=True) if n == 6 else plain(n)

    monkeypatch.setattr(places, "_expert", change)
    with fresh(tmp_path) as town:
        open_accounts(town)
        yield town


@pytest.fixture
def drawn(town: Town) -> Town:
    """The first round is drawn."""
    return town.drawn()


def mark(town: Town, n: int) -> Member:
    """The pseudonym of expert n."""
    return town.office.mark(LOT, NUMBERS[n - 1])


def asked(town: Town, **query: str) -> str:
    """The supervisor's page for a question."""
    answer = browser(town, Role.SUPERVISOR).get(f"{HOME}/why", params=query)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def test_every_reason_tells_rule_law_facts_and_what_would_have_to_differ(drawn: Town) -> None:
    """Two rules: both must have been otherwise; one rule: that one alone."""
    both, one = asked(drawn, person=mark(drawn, 3)), asked(drawn, person=mark(drawn, 6))
    for told in ("E3", "E4", "2026-01-01", "以上 2 条须全部不成立", "要有不同结果"):
        assert told in both
    assert "状态为 暂停" in both
    assert "suspended" not in both
    for told in ("R8", "只要这一条不成立"):
        assert told in one
    assert expert_name(3) not in both
    assert NUMBERS[2] not in both


def test_whom_no_rule_keeps_out_hears_the_chance(drawn: Town) -> None:
    """Drawn, not drawn, and not in the pool are three answers."""
    seated = {m.member for m in drawn.state.experts()}
    unlucky = next(m for n in (1, 2, 4, 5, 7, 8) if (m := mark(drawn, n)) not in seated)
    assert "在这一轮抽中" in asked(drawn, person=next(iter(seated)))
    page = asked(drawn, person=unlucky)
    assert "没有任何规则排除此人" in page
    assert "抽中的机会" in page
    assert "没有这个化名" in asked(drawn, person="P-NOBODY")


def test_a_later_round_keeps_who_sits_and_says_so(drawn: Town) -> None:
    """Somebody declines, the next round is drawn: the others were kept in it."""
    first, other = drawn.state.experts()[0].member, drawn.state.experts()[1].member
    attending.decline(drawn.office, drawn.person(first), LOT)
    drawn.round()
    assert "此前已在评委会中" in asked(drawn, round="2", person=other)
    assert "在这一轮抽中" in asked(drawn, round="1", person=first)


def test_all_exclusions_are_listed_and_narrowed_by_rule(drawn: Town) -> None:
    """Without a question everybody out is there; a rule leaves its own people; nonsense leaves nobody."""
    assert mark(drawn, 3) in asked(drawn)
    assert mark(drawn, 6) in asked(drawn, rule="R8")
    assert mark(drawn, 3) not in asked(drawn, rule="R8")
    assert "没有符合条件的人" in asked(drawn, rule="NONE")
    assert f"{HOME}/why?rule=R8" in browser(drawn, Role.SUPERVISOR).get(HOME).text


def test_before_the_draw_and_for_other_rounds_there_is_no_answer(town: Town) -> None:
    """Before, the page is empty; an unknown round is refused; other roles never reach the page."""
    town.book()
    supervisor = browser(town, Role.SUPERVISOR)
    assert "要有不同结果" not in asked(town, person=mark(town, 3))
    assert mark(town, 3) not in asked(town).replace("value=", "")
    town.prepare()
    town.round()
    assert supervisor.get(f"{HOME}/why?round=7").status_code == 409
    assert supervisor.get(f"{HOME}/why?round=0").status_code == 409
    assert browser(town, Role.OPERATOR).get(f"{HOME}/why").status_code == 403


def reported(town: Town) -> TestClient:
    """The walk up to F6, and the supervisor's browser."""
    Tale(town).tell()
    return browser(town, Role.SUPERVISOR)


def test_experts_are_named_by_a_button_once_the_winner_is_determined(town: Town) -> None:
    """Not offered at F6; at F7 with what cannot be undone; then the names stand beside the pseudonyms."""
    supervisor = reported(town)
    assert "公开评标专家姓名" not in supervisor.get(HOME).text
    revealing.archive(town.office, OPERATOR, LOT, "中标通知书")
    page = supervisor.get(HOME).text
    assert "不能再盖上" in page
    names = [expert_name(town.number(m.member)) for m in town.state.experts()]
    assert not any(name in page for name in names)
    assert supervisor.post(f"{HOME}/name", data={"csrf": TOKEN}).status_code == 303
    page = supervisor.get(HOME).text
    assert all(name in page for name in names)
    assert "公开评标专家姓名" not in page
    left = {
        expert_name(town.number(m.member)) for m in town.state.members if not m.sits and m.role is not None
    }
    assert left
    assert not any(name in page for name in left)


def test_naming_is_refused_in_words_before_its_time_and_to_others(town: Town) -> None:
    """The page comes back with the reason; an operator has no such deed."""
    supervisor = reported(town)
    answer = supervisor.post(f"{HOME}/name", data={"csrf": TOKEN})
    assert (answer.status_code, 'role="alert"' in answer.text) == (409, True)
    revealing.archive(town.office, OPERATOR, LOT, "中标通知书")
    with pytest.raises(Refused, match="role"):
        acting.act(town.office, OPERATOR, LOT, Deed.NAME)
    assert town.state.phase is Phase.F7
    assert supervisor.post(f"{HOME}/name", data={"csrf": TOKEN}).status_code == 303
    assert supervisor.post(f"{HOME}/name", data={"csrf": TOKEN}).status_code == 409
