"""A demonstration of another version: looked at with its desks it is one sentence, and nothing in it changes."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from api.commands.demo import RESULT
from api.demo.world import is_current
from api.store.db import Database
from api.store.schema import upgrade


def houses(folder: Path) -> tuple[Path, Path]:
    """The two databases of a finished demonstration, of this program's version."""
    (folder / "pool").mkdir()
    (folder / RESULT).write_text("{}")
    files = folder / "yuanping.db", folder / "pool" / "yuanping.db"
    for file in files:
        database = Database(f"sqlite:///{file}")
        upgrade(database)
        database.close()
    return files


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("gone", [False, True])
def test_a_demonstration_of_another_version_opens_no_desk(tmp_path: Path, which: int, *, gone: bool) -> None:
    """Either house's database of another revision, or no second house at all: exit 2 before anything is started."""
    files = houses(tmp_path)
    assert is_current(tmp_path)
    if gone:
        files[which].unlink()
    else:
        with closing(sqlite3.connect(files[which])) as database, database:
            database.execute("UPDATE alembic_version SET version_num = '0001'")
    words = ["demo", "--data-dir", str(tmp_path), "--port", "1"]
    ended = CliRunner().invoke(main, words, env={"YUANPING_LANG": "en"})
    assert ended.exit_code == 2
    assert "another version" in ended.output
    assert not (tmp_path / "custodians").exists()
