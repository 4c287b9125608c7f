"""How many bid cannot be counted before the opening: not in rows, bytes, times, statuses, log lines or error texts.

Two worlds, three bidders or six. Before the opening the system holds nothing of them, so what could tell is an attempt:
a package that is refused. Everything at the centre is compared after it, by tables, rows and lengths.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import inspect, text

from api.store.db import Database
from api.store.schema import upgrade
from scheduler.model import Role
from scheduler.state import Phase
from tests.browsing import TOKEN, browser, document
from tests.crawl import LOT, Crawl, Ear, Seen, enter, tell_until
from tests.stories.test_two_worlds import alike
from tests.town import Town, bidder, found, package

BOTH = ("ready", "drawn")
WRONG: dict[str, tuple[tuple[str, ...], Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "another format": (BOTH, lambda sent: sent | {"format": "etendering-package/v9"}),
    "another lot": (BOTH, lambda sent: sent | {"lot": "TOWN-09"}),
    "before the draw": (BOTH[:1], lambda sent: sent),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What an attempt leaves behind."""

    told: list[tuple[int, str, str]]  # status, headers and text of each refusal
    rows: dict[str, list[Any]]
    log: list[str]
    seen: list[Seen]


def shape(value: Any) -> Any:
    """A cell: numbers and short text as they are, what is encrypted or hashed by its length."""
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, str) and len(value) > 40:
        return len(re.sub(r"\.\d{6}", "", value))
    return re.sub(r":\d\d(\.\d+)?", "", value) if isinstance(value, str) else str(value)[:16]


def rows_of(database: Database) -> dict[str, list[Any]]:
    """Every table with the shape of every cell of every row."""
    with database.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        return {
            name: [tuple(map(shape, row)) for row in connection.execute(text(f'SELECT * FROM "{name}"'))]
            for name in names
        }


def tried(town: Town, count: int) -> Trace:
    """Before the draw and after it: packages of so many bidders that must be refused."""
    ear, crawl = Ear(), Crawl(town=town, thorough=False)
    sent = document(package(*(bidder(n) for n in range(1, count + 1)), lot=LOT))
    told: list[tuple[int, str, str]] = []

    def send(beat: str) -> None:
        operator = browser(town, Role.OPERATOR)
        with hearing(ear):
            for when, change in WRONG.values():
                if beat in when:
                    body = json.dumps(change(sent), ensure_ascii=False).encode()
                    files = {"package": ("p.json", body, "application/json")}
                    answer = operator.post(f"/operator/lots/{LOT}/open", data={"csrf": TOKEN}, files=files)
                    told.append((answer.status_code, str(sorted(answer.headers.items())), answer.text))

    tell_until(town, "drawn", send)
    crawl.look("drawn")
    lines = [re.sub(r"\d+ ms", "ms", line) for line in ear.lines]
    return Trace(told=told, rows=rows_of(town.office.db), log=lines, seen=crawl.seen)


@contextmanager
def hearing(ear: Ear) -> Iterator[None]:
    """Every log line at any level."""
    root = logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    yield
    root.removeHandler(ear)
    root.setLevel(level)


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> tuple[Trace, Trace]:
    """Three bidders, and six."""
    made = []
    for count in (3, 6):
        path = tmp_path_factory.mktemp(f"with-{count}") / "town.db"
        database = Database(f"sqlite:///{path}")
        upgrade(database)
        town = found(database)
        enter(town)
        made.append(tried(town, count))
        assert town.state.phase is Phase.F1
        database.close()
    return made[0], made[1]


def test_refusals_do_not_count_the_bidders(traces: tuple[Trace, Trace]) -> None:
    """The same statuses, headers and texts, even to the operator who sent the package."""
    three, six = traces
    assert len(three.told) == 5
    assert all(status >= 400 for status, _, _ in three.told)
    assert three.told == six.told


def test_no_row_and_no_byte_at_the_centre_counts_them(traces: tuple[Trace, Trace]) -> None:
    """Every table: as many rows, every cell as long, the journal with its times."""
    three, six = traces
    assert set(three.rows) == set(six.rows)
    for table, rows in three.rows.items():
        assert rows == six.rows[table], table


def test_no_log_line_counts_them(traces: tuple[Trace, Trace]) -> None:
    """Neither text nor number of lines."""
    three, six = traces
    assert three.log == six.log != []


def test_no_page_of_anybody_counts_them(traces: tuple[Trace, Trace]) -> None:
    """Statuses, headers, lengths and bodies of all desks afterwards."""
    three, six = traces
    assert [alike(each) for each in three.seen] == [alike(each) for each in six.seen]
    assert len(three.seen) > 50
