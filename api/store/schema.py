"""Is the database's schema the one this program was written for, and how does it get there?"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from api.store import migrations
from api.store.db import Database, told


def upgrade(database: Database) -> None:
    """Bring the schema to the newest revision, in one transaction. Raises StorageFailed."""
    with _connection(database) as connection:
        command.upgrade(alembic_config(connection), "head")


def revision(database: Database) -> str | None:
    """The revision the database stands at; None for an empty one. Raises StorageFailed."""
    with told(), database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision this program was written for."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def is_current(database: Database) -> bool:
    """Whether the database has exactly the schema of this program."""
    return revision(database) == newest()


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings; scripts are found beside this package, wherever it is installed."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connection(database: Database) -> Iterator[Connection]:
    sqlite = database.url.get_backend_name() == "sqlite"
    with told(), database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        # SQLite alters a table by copying and dropping it, which would fire its foreign keys.
        if sqlite and driver is not None:
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
        finally:
            if sqlite and driver is not None:
                driver.execute("PRAGMA foreign_keys=ON")
