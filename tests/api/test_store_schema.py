"""Does a database get to the schema of this program, and is it told when it has not?"""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from click.testing import CliRunner
from sqlalchemy import inspect
from sqlmodel import SQLModel

from api.commands.db import db
from api.store.db import Database
from api.store.schema import alembic_config, is_current, newest, revision, upgrade


def test_the_revisions_say_what_the_tables_say(database: Database) -> None:
    """A migrated database differs in nothing from the tables in the code."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_an_empty_database_is_upgraded_once(empty_url: str) -> None:
    """From nothing to the newest revision; a second time changes nothing."""
    database = Database(empty_url)
    assert (revision(database), is_current(database)) == (None, False)
    upgrade(database)
    assert (revision(database), is_current(database)) == (newest(), True)
    upgrade(database)
    assert is_current(database)
    database.close()


def test_a_failed_upgrade_leaves_nothing(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a revision breaks off, the database stands where it stood, without half a schema."""
    database = Database(empty_url)
    real = command.upgrade

    def break_off(*args: object) -> None:
        real(*args)  # type: ignore[arg-type]  # handed through as they came
        raise ZeroDivisionError

    monkeypatch.setattr("api.store.schema.command.upgrade", break_off)
    with pytest.raises(ZeroDivisionError):
        upgrade(database)
    assert inspect(database.engine).get_table_names() == []
    database.close()


def test_every_revision_goes_back(database: Database) -> None:
    """Downgrading to nothing leaves Alembic's own table only."""
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    assert inspect(database.engine).get_table_names() == ["alembic_version"]


def test_foreign_keys_hold_after_an_upgrade(empty_url: str) -> None:
    """SQLite switches them off for the upgrade; they are on again afterwards."""
    database = Database(empty_url)
    upgrade(database)
    if database.url.get_backend_name() == "sqlite":
        with database.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    database.close()


def test_the_command_upgrades_and_checks(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`db check` fails with what to do before `db upgrade` and succeeds after it."""
    monkeypatch.setenv("YUANPING_DATABASE_URL", empty_url)
    before = CliRunner().invoke(db, ["check"])
    assert before.exit_code == 1
    assert "yuanping db upgrade" in before.output
    first, again = (CliRunner().invoke(db, ["upgrade"]) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "already" in again.output
    after = CliRunner().invoke(db, ["check"])
    assert (after.exit_code, newest() in after.output) == (0, True)


def test_the_command_says_when_there_is_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unreachable server or a bad setting is one sentence, not a traceback."""
    monkeypatch.setenv("YUANPING_DATABASE_URL", "postgresql://postgres@127.0.0.1:1/none")
    gone = CliRunner().invoke(db, ["check"])
    assert (gone.exit_code, "cannot be used" in gone.output) == (1, True)
    monkeypatch.setenv("YUANPING_DATABASE_URL", "mysql://x/y")
    bad = CliRunner().invoke(db, ["upgrade"])
    assert (bad.exit_code, "YUANPING_DATABASE_URL" in bad.output) == (2, True)
