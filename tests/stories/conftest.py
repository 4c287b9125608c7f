"""Where do the stories happen? In the small town of the tests, each on a fresh database of its own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.services.importing import apply_import
from api.store.db import Database
from api.store.schema import upgrade
from scheduler.records import ExpertRecord, Registers
from tests import town as places


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied."""
    path = tmp_path_factory.mktemp("stories") / "migrated.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture
def town(founded: Path, tmp_path: Path) -> Iterator[places.Town]:
    """The town five days before its evaluation; sixteen experts, three sites."""
    path = tmp_path / "yuanping.db"
    path.write_bytes(founded.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield places.found(database)
    database.close()


@pytest.fixture
def register() -> Callable[..., None]:
    """register(town, change, others): the register says something else of people from now on.

    `change` takes an expert's record and n (1 …) and gives the new one; `others` are rows of other registers.
    """

    def _register(
        town: places.Town,
        change: Callable[[ExpertRecord, int], ExpertRecord] = lambda record, n: record,
        others: Registers = Registers(),  # noqa: B008  (frozen and empty)
    ) -> None:
        experts = tuple(change(record, n) for n, record in enumerate(places.register().experts, 1))
        with town.office.db.transaction() as session:
            apply_import(session, replace(others, experts=experts), key=town.office.keys.personal)

    return _register
