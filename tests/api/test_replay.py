"""Is a history replayed again and again? Once for each head, and never at the price of an old or undone state."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from api.demo.people import OPERATOR
from api.services import drawing
from api.store import journal
from api.store.db import Database
from scheduler.errors import Refused
from scheduler.events import Cancelled
from scheduler.model import Role
from scheduler.record import entry
from scheduler.state import Phase, State
from tests.town import LOT, Town, found


@pytest.fixture
def town(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Town]:
    """A booked lot in a database of its own."""
    path = tmp_path / "yuanping.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    town = found(Database(f"sqlite:///{path}"))
    town.book()
    yield town
    town.office.db.close()


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every SQL statement sent meanwhile."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


def whole_reads(sent: list[str]) -> int:
    """How often the entries themselves were fetched."""
    return sum("journal.entry" in statement for statement in sent)


def test_an_unchanged_history_is_replayed_once(town):
    """However often a page asks, the entries of a case that has not moved are read once."""
    with statements(town.office.db) as sent:
        states = [town.state for _ in range(5)]
    assert whole_reads(sent) <= 1
    assert len({state.head for state in states}) == 1


def test_a_new_entry_is_seen_at_once(town):
    """After a deed the next reading has it."""
    before = town.state
    drawing.freeze(town.office, OPERATOR, LOT)
    assert (before.pool, town.state.seq) == (None, before.seq + 1)
    assert town.state.pool is not None


def cancelled_and_undone(town: Town, before: State) -> None:
    """Write a cancellation, read the case with it, and fail before the end of the transaction."""
    with town.office.db.transaction() as session:
        made = entry(
            before, LOT, Cancelled(reason="x"), at=town.clock.now(), role=Role.OPERATOR, actor="operator"
        )
        journal.append(session, town.office.keys.log, [made])
        assert journal.state_of(session, LOT).phase is Phase.CANCELLED
        raise Refused("undone")


def test_an_entry_that_was_undone_is_never_seen(town):
    """A state read inside a transaction that fails is gone with it."""
    before = town.state
    with pytest.raises(Refused, match="undone"):
        cancelled_and_undone(town, before)
    assert town.state == before
    assert town.state.phase is Phase.F0


def test_a_case_that_does_not_exist_is_unknown(town):
    """No history, no state."""
    with pytest.raises(Refused, match="unknown_lot"), town.office.db.reading() as session:
        journal.state_of(session, LOT + "-NONE")
