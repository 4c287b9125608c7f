"""The supervisor reads how a panel came about in numbers, and how all draws together stand to what was published."""

import json

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from api.demo.people import OPERATOR, SUPERVISOR
from api.services import cancelling, overtime
from scheduler.errors import Refused
from scheduler.model import Role
from tests.browsing import TOKEN, browser, open_accounts
from tests.competing import ONE, TWO, book, draw, numbers, ready, wanting
from tests.town import Town


@pytest.fixture
def town(new_town: Town) -> Town:
    """Two lots in the same hours; the second needs four of the five economists."""
    book(new_town, ONE, seats=wanting(A0402=5))
    book(new_town, TWO, seats=wanting(A0402=1, A0601=4))
    open_accounts(new_town)
    ready(new_town, ONE, TWO)
    return new_town


def test_the_funnel_is_data_and_a_picture(town: Town, supervisor: TestClient) -> None:
    """Pool, eligible and drawn, who was left out by rule, Gini and bound, and what was left for other lots."""
    here = f"/supervisor/lots/{ONE}"
    assert supervisor.get(f"{here}/funnel.json").json() is None
    draw(town.office, ONE)
    told = supervisor.get(f"{here}/funnel.json").json()
    assert (told["pool"], told["drawn"]) == (16, 5)
    assert told["eligible"] + sum(row["count"] for row in told["excluded"]) == 16
    assert told["smallest"]["about"] <= told["bound"]["about"]
    assert told["aside"] == [{"round": 1, "people": 5, "most": 1}]
    assert told["others"] == [{"lot": TWO, "waits": True, "cancelled": False}]
    page = supervisor.get(here).text
    assert 'class="funnel"' in page
    assert TWO in page


def test_a_pool_below_three_for_a_seat_is_warned_of(town: Town, supervisor: TestClient) -> None:
    """Five economists for four seats: nearly none, said on the transcript in both languages' words."""
    draw(town.office, TWO)
    told = supervisor.get(f"/supervisor/lots/{TWO}/funnel.json").json()
    assert len(told["scarce"]) == 1
    assert told["scarce"][0]["zh"] in supervisor.get(f"/supervisor/lots/{TWO}").text


def test_a_draw_stands_beside_a_shuffled_one_on_request(town: Town, supervisor: TestClient) -> None:
    """The comparison is made when asked for, on the same case, and counts the draws that shuffling failed."""
    here = f"/supervisor/lots/{ONE}"
    assert supervisor.post(f"{here}/compare", data={"csrf": TOKEN}).status_code != 200
    draw(town.office, ONE)
    assert 'id="compared"' not in supervisor.get(here).text
    page = supervisor.post(f"{here}/compare", data={"csrf": TOKEN}).text
    assert 'id="compared"' in page
    assert "1000" in page


def test_all_draws_are_counted_against_what_was_published(town: Town, supervisor: TestClient) -> None:
    """Counties, specialities, people, pairs and concentration; ten seats of two rounds are expected and had."""
    assert "<table" not in supervisor.post("/supervisor/fairness", data={"csrf": TOKEN}).text
    draw(town.office, ONE)
    draw(town.office, TWO)
    found = overtime.over_time(town.office, SUPERVISOR, worlds=19)
    assert (found.lots, found.rounds, found.seats) == (2, 2, 10)
    people = next(part for part in found.parts if part.by == "expert")
    assert people.groups == 16
    assert sum(
        row.expected for row in overtime.over_time(town.office, SUPERVISOR, worlds=1).parts[0].rows
    ) == (pytest.approx(10.0))
    assert found == overtime.over_time(town.office, SUPERVISOR, worlds=19)
    page = supervisor.post("/supervisor/fairness", data={"csrf": TOKEN}).text
    assert page.count("<table") >= 3
    assert not any(number in page for number in numbers(town.office, ONE))


def test_only_the_supervisor_counts_people_across_lots(town: Town) -> None:
    """Marks that last across lots are for no one else."""
    with pytest.raises(Refused, match="role"):
        overtime.over_time(town.office, OPERATOR)
    assert browser(town, Role.OPERATOR).get("/supervisor/fairness").status_code in (303, 403, 404)


def test_a_cancelled_reserver_is_shown_on_both_transcripts(town: Town, supervisor: TestClient) -> None:
    """The supervisor reads on either page that places were kept in vain."""
    draw(town.office, ONE)
    cancelling.cancel(town.office, OPERATOR, TWO, "不评了")
    assert "预留后该项目已取消" in supervisor.get(f"/supervisor/lots/{ONE}").text
    assert ONE in supervisor.get(f"/supervisor/lots/{TWO}").text


def test_the_command_tells_the_same(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """`yuanping fairness --json` is one document with the tables of the page."""
    from contextlib import nullcontext

    from api.commands import fairness

    draw(town.office, ONE)
    monkeypatch.setattr(fairness, "office_here", lambda: nullcontext(town.office))
    answer = CliRunner().invoke(fairness.fairness, ["--json"])
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.output)
    assert (told["lots"], told["seats"]) == (1, 5)
    assert [table["by"] for table in told["tables"]] == ["county", "speciality", "expert", "concentration"]
    assert CliRunner().invoke(fairness.fairness, []).output.count("\n") >= 5
