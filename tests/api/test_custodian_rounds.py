"""What does an agent do while nothing changes? It asks one question a visit; nothing is read, fetched or said twice."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from api.custodian.calls import Unreachable
from api.custodian.diary import Diary
from api.custodian.running import Rounds
from api.keyring import CUSTODIANS
from api.services import asking, ceremonies
from api.store.db import Database
from api.store.schema import upgrade
from scheduler.release import SCORES
from tests.api.test_custody_agents import Place, opened
from tests.town import found

NAME = "pool"
LOOK = 5.0  # seconds between two looks at the journals


@dataclass(slots=True, kw_only=True)
class Watched:
    """One custodian's visits under a stopwatch of ours, and what it asks the centre and its own memory."""

    rounds: Rounds
    asked: Counter[str] = field(default_factory=Counter)
    read: list[str] = field(default_factory=list)
    lost: int | None = None  # the status with which the centre drops what is brought

    def idle(self, visits: int) -> tuple[Counter[str], list[str]]:
        """So many visits on which nothing may be sent; what was asked and read meanwhile."""
        self.asked.clear()
        self.read.clear()
        assert [self.rounds.go() for _ in range(visits)] == [0] * visits
        return self.asked, self.read


@dataclass(slots=True)
class Stopwatch:
    """Stands still until it is moved."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A town with enrolled agents, whose centre answers at once instead of waiting for something new."""
    database = Database(f"sqlite:///{tmp_path / 'town.db'}")
    upgrade(database)
    found(database)
    database.close()
    with opened(tmp_path, b"r" * 32) as place:
        place.town.office.bell.close()
        yield place


@pytest.fixture
def stopwatch() -> Stopwatch:
    """The agent's."""
    return Stopwatch()


@pytest.fixture
def pool(place: Place, stopwatch: Stopwatch) -> Watched:
    """The visits of one of the three."""
    agent = place.agents[NAME]

    def carry(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        watched.asked["work" if "/work" in path else path] += 1
        if method == "POST" and watched.lost is not None:
            return watched.lost, b"{}"
        return agent.line.carry(method, path, body, headers)

    rounds = Rounds(agent=replace(agent, line=replace(agent.line, carry=carry)), stopwatch=stopwatch)
    watched = Watched(rounds=rounds)
    agent.diary._db.set_trace_callback(watched.read.append)
    return watched


def settled(pool: Watched) -> None:
    """Visit until there is nothing left to say."""
    while pool.rounds.go():
        pass
    pool.rounds.go()


def test_while_ceremonies_wait_for_another_nothing_is_read_again(place: Place, pool: Watched) -> None:
    """Eight keys lack the third custodian: a visit is one call and no look into the memory, until the third speaks."""
    ceremonies.stock(place.town.office, 1)
    place.rounds(1, CUSTODIANS[0])
    settled(pool)
    assert pool.idle(5) == ({"work": 5}, [])
    place.rounds(1, *(name for name in CUSTODIANS if name != NAME))
    assert pool.rounds.go() == 8


def test_a_look_reads_only_journals_that_have_grown(
    place: Place, pool: Watched, stopwatch: Stopwatch
) -> None:
    """Every journal is looked at when the time has come and remembered once, on disk too; an old one costs nothing."""
    town = place.town
    town.book()
    settled(pool)
    stopwatch.at += LOOK
    assert pool.idle(3) == ({"work": 3}, [])
    ceremonies.stock(town.office, 1)
    place.rounds(4)
    settled(pool)
    town.prepare()
    journal = f"/v1/custody/lots/{town.lot}/journal"
    assert journal not in pool.idle(3)[0]
    stopwatch.at += LOOK
    assert pool.idle(3)[0] == {"work": 3, journal: 1}
    memory = pool.rounds.agent.diary.memory()
    assert memory.heads[town.lot].entry.seq == town.state.seq
    pool.rounds.agent.diary.close()
    with closing(Diary(place.folders[NAME])) as again:
        assert again.memory() == memory


def test_a_request_is_answered_on_the_next_visit(place: Place, pool: Watched) -> None:
    """However short ago the last look at the journals was."""
    town = place.town
    ceremonies.stock(town.office, 1)
    place.rounds(4)
    town.book()
    town.prepare()
    settled(pool)
    asking.ask(town.office, town.lot, SCORES)
    assert pool.rounds.go() == 1
    assert [each.custodian for each in place.answers()] == [NAME]


@pytest.mark.parametrize("status", [503, 200])
def test_what_the_centre_does_not_keep_is_brought_on_every_visit(
    place: Place, pool: Watched, status: int
) -> None:
    """The work is the same as before and yet not done, whether the centre says so or not."""
    settled(pool)
    ceremonies.stock(place.town.office, 1)
    pool.lost = status
    for _ in range(3):
        with nullcontext() if status == 200 else pytest.raises(Unreachable):
            pool.rounds.go()
    assert pool.asked["/v1/custody/messages"] == 3
    pool.lost = None
    assert pool.rounds.go() == 8
