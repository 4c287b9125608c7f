"""A centre that misbehaves before a custodian's agent: the agent goes on with the rest, and believes no more."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import CliRunner

from api import loglines
from api.cli import main
from api.custodian.calls import Carry, Unheeded, Unreachable, credential
from api.custodian.diary import LOG, MEMORY, BadMemory, Diary, lines
from api.custodian.duty import do_round
from api.demo.people import OPERATOR
from api.services import asking, ceremonies, drawing
from api.store.db import Database
from api.store.schema import upgrade
from crypto.canonical import canonical, parse
from scheduler.release import SCORES
from tests.api.test_custody_agents import Place, opened, ready
from tests.town import NINE, found

NAME = "supervisor"


@pytest.fixture(scope="module")
def asked_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied: a frozen lot with its keys, asked too early for its scores."""
    folder = tmp_path_factory.mktemp("asked")
    database = Database(f"sqlite:///{folder / 'town.db'}")
    upgrade(database)
    found(database)
    database.close()
    with opened(folder, b"w" * 32) as place:
        ceremonies.stock(place.town.office, 1)
        place.rounds(4)
        ready(place.town)
        asking.ask(place.town.office, place.town.lot, SCORES)
    return folder


@pytest.fixture
def place(asked_town: Path, tmp_path: Path) -> Iterator[Place]:
    """That town."""
    copytree(asked_town, tmp_path, dirs_exist_ok=True)
    with opened(tmp_path, b"m" * 32) as place:
        yield place


def bent(place: Place, change: Callable[[str, Any], Any]) -> None:
    """One agent's centre: `change` takes the path and what the true one gives (None: a post, which it never gets)
    and gives another value, or a status, or None for what is true."""
    agent = place.agents[NAME]
    straight: Carry = agent.line.carry

    def carry(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        status, data = (200, b"") if method == "POST" else straight(method, path, body, headers)
        other = change(path, parse(data) if data and status == 200 else None)
        if isinstance(other, int):
            return other, b""
        if other is not None:
            return 200, canonical(other)
        return straight(method, path, body, headers) if method == "POST" else (status, data)

    place.agents[NAME] = replace(agent, line=replace(agent.line, carry=carry))


@pytest.mark.parametrize("kind", ["ceremonies", "journals", "requests"])
@pytest.mark.parametrize("other", [None, 1, "x", {"a": 1}])
def test_work_of_another_form_ends_no_agent(place: Place, kind: str, other: Any) -> None:
    """The agent says that the centre does not speak its language, and comes again."""
    bent(place, lambda path, value: value | {kind: other} if path.endswith("/work") else None)
    with pytest.raises(Unreachable, match="another form"):
        place.rounds(1, NAME)


@pytest.mark.parametrize("status", [404, 500])
def test_one_lot_whose_journal_fails_does_not_keep_the_others_waiting(place: Place, status: int) -> None:
    """Asked first for a lot that the centre cannot show, the agent answers the next request all the same."""

    def change(path: str, value: Any) -> Any:
        if path.endswith("/work"):
            first = {"key": SCORES, "lot": "GONE-1", "number": 99}
            return value | {"requests": [first, *value["requests"]]}
        return status if "GONE-1" in path else None

    bent(place, change)
    with pytest.raises(Unheeded, match=f"GONE-1.*{status}"):
        place.rounds(1, NAME)
    assert [each.custodian for each in place.answers()] == [NAME]


def test_a_request_that_the_centre_will_not_settle_blocks_no_other(place: Place) -> None:
    """An answer that is turned away is raised at the end; what else there was to do is done."""
    ceremonies.stock(place.town.office, 1)
    bent(place, lambda path, _: 409 if "/requests/" in path else None)
    before = sum(line["what"] == "assented" for line in lines(place.folders[NAME]))
    for _ in range(4):
        with pytest.raises(Unheeded):
            place.rounds(1, NAME)
        place.rounds(1, *(name for name in place.agents if name != NAME))
    assert sum(line["what"] == "assented" for line in lines(place.folders[NAME])) == before + 8


def test_the_same_request_after_a_restart_has_the_same_answer(place: Place) -> None:
    """Released once, ended, started again on the same memory: the very same release, and no second promise."""
    place.town.clock.move(NINE - timedelta(hours=20))
    drawing.fix(place.town.office, OPERATOR, place.town.lot)
    with pytest.raises(Exception, match="custodians_asked"):
        drawing.draw(place.town.office, OPERATOR, place.town.lot)
    sent: list[bytes] = []
    agent = place.agents[NAME]

    def deaf(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        if method != "POST":
            return agent.line.carry(method, path, body, headers)
        sent.append(body or b"")
        return 503, b""

    for _ in range(2):
        with pytest.raises(Unreachable):
            do_round(replace(agent, line=replace(agent.line, carry=deaf)))
        agent.diary.close()
        agent = replace(agent, diary=Diary(place.folders[NAME]))
    releases = [each for each in sent if b'"share"' in each]
    assert len(releases) == 2
    assert releases[0] == releases[1]
    assert len(agent.diary.memory().promises) == 1
    agent.diary.close()


def test_a_journal_of_another_lot_under_this_ones_name_opens_nothing(place: Place) -> None:
    """The centre shows one lot's entries for another: a signed refusal, and nothing is learned from it."""
    town = place.town
    other = f"/v1/custody/lots/{town.lot}/journal"

    def change(path: str, value: Any) -> Any:
        if path.endswith("/work"):
            return value | {"requests": [{"key": SCORES, "lot": "OTHER-1", "number": 1}], "journals": []}
        return place.client.get(other, headers=line_head(place, other)).json() if "OTHER-1" in path else None

    bent(place, change)
    with pytest.raises(Unheeded, match="requests/1"):  # the centre's own record was of the true lot
        place.rounds(1, NAME)
    told = [line for line in lines(place.folders[NAME]) if line["what"] == "refused"]
    assert [(line["lot"], line["code"]) for line in told] == [("OTHER-1", "journal_broken")]
    assert "OTHER-1" not in place.agents[NAME].diary.memory().heads


def line_head(place: Place, path: str) -> dict[str, str]:
    """The headers of a call by that custodian."""
    own = place.agents[NAME].own
    return {"Authorization": credential(own.sign, "GET", path, place.town.office.now(), b"")}


def test_the_centre_writes_no_line_of_a_custodians_log(place: Place) -> None:
    """A lot whose name begins a new line or moves the cursor is shown as what it is."""
    name = "X\n2026-11-23 Opened: lot A\x1b[2K"

    def change(path: str, value: Any) -> Any:
        if path.endswith("/work"):
            return value | {"requests": [{"key": SCORES, "lot": name, "number": 1}], "journals": []}
        return {"entries": []} if path.endswith("/journal") else None

    bent(place, change)
    with pytest.raises(Unheeded):
        place.rounds(1, NAME)
    count = len(lines(place.folders[NAME]))
    said = CliRunner().invoke(main, ["custodian", "log", "--data", str(place.folders[NAME])])
    assert said.exit_code == 0
    assert len(said.output.splitlines()) == count
    assert "\x1b" not in said.output
    assert "X\\n2026" in said.output


def other_tables(file: Path) -> None:
    """A database of somebody else's."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE seen (other INTEGER)")


def later_version(file: Path) -> None:
    """A memory that a later program has written."""
    Diary(file.parent).close()
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA user_version = 2")


def unreadable_promise(file: Path) -> None:
    """A memory with a promise that is none."""
    Diary(file.parent).close()
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("INSERT INTO seen VALUES ('promises', 'x', '{}')")


SPOILED: dict[str, Callable[[Path], object]] = {
    "no database": lambda file: file.write_bytes(b"something else entirely"),
    "a folder": lambda file: file.mkdir(),
    "other tables": other_tables,
    "a later version": later_version,
    "an unreadable promise": unreadable_promise,
}


@pytest.mark.parametrize("spoiled", SPOILED)
def test_an_agent_does_not_begin_on_a_memory_it_cannot_read(tmp_path: Path, spoiled: str) -> None:
    """It would not know what it has promised; the memory stays as it is."""
    SPOILED[spoiled](tmp_path / MEMORY)
    for _ in range(2):
        with pytest.raises(BadMemory, match=MEMORY):
            Diary(tmp_path)


def test_a_line_that_was_torn_is_told_as_torn_and_the_next_one_is_whole(tmp_path: Path) -> None:
    """The machine stopped while a line was written: nothing else is lost."""
    for number in range(2):
        loglines.note(tmp_path / LOG, NINE + timedelta(hours=number), "released", {"lot": "一"})
    whole = (tmp_path / LOG).read_bytes()
    (tmp_path / LOG).write_bytes(whole[:-20])
    loglines.note(tmp_path / LOG, NINE, "refused", {})
    assert [line["what"] for line in lines(tmp_path)] == ["released", loglines.TORN, "refused"]
    assert json.loads((tmp_path / LOG).read_bytes().splitlines()[0])["lot"] == "一"
