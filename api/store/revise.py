"""Write a new migration from what the tables say now: `python -m api.store.revise "what changed"`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from api.store.db import Database
from api.store.schema import alembic_config, newest, upgrade


def revise(message: str) -> None:
    """Compare the tables with a fresh database at the newest revision; the difference is the new file."""
    number = f"{int(newest() or 0) + 1:04d}"
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'now.db'}")
        if newest():
            upgrade(database)
        with database.engine.begin() as connection:
            command.revision(alembic_config(connection), message, autogenerate=True, rev_id=number)
        database.close()


if __name__ == "__main__":
    revise(sys.argv[1])
