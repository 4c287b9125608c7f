"""`yuanping serve` refuses in a sentence what would not be safe to serve, and wakes what it needs."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from starlette.testclient import TestClient

from api import clock, keyring
from api.cli import main
from api.demo.world import office_of
from api.serving import first_logins, web_of
from api.store.accounts import Account, put_account
from api.store.db import Database
from api.store.schema import upgrade
from crypto.keyfile import Effort
from scheduler.model import Role

QUICK = Effort(memory=8, passes=1, lanes=1)


def serve(folder: Path, **settings: str) -> Result:
    """The command's end in an environment of these settings."""
    env = {"YUANPING_DATA_DIR": str(folder), **{f"YUANPING_{k}": v for k, v in settings.items()}}
    return CliRunner().invoke(main, ["serve", "--port", "0"], env=env)


def keys(folder: Path, *, demo: bool) -> Path:
    """A fresh secret file."""
    file = folder / "keys" / "secret.key"
    keyring.make(file, demo=demo, entropy=clock.entropy, effort=QUICK)
    return file


def test_demo_keys_are_refused_on_postgresql(tmp_path: Path) -> None:
    """Keys that lie about in every copy of the demo never stand before real data."""
    keys(tmp_path, demo=True)
    ended = serve(tmp_path, DATABASE_URL="postgresql+psycopg://u@127.0.0.1:1/x")
    assert ended.exit_code == 2
    assert "演示密钥不得用于 PostgreSQL" in ended.output


def test_missing_keys_are_named(tmp_path: Path) -> None:
    """No key file: the path and the fault, no traceback."""
    ended = serve(tmp_path)
    assert ended.exit_code == 2
    assert "secret.key" in ended.output


def test_a_database_of_another_revision_is_not_served(tmp_path: Path) -> None:
    """An empty file asks for the upgrade first."""
    keys(tmp_path, demo=False)
    ended = serve(tmp_path)
    assert ended.exit_code == 2
    assert "yuanping db upgrade" in ended.output


def test_bad_settings_are_a_usage_error(tmp_path: Path) -> None:
    """Exit 2, as for any other wrong word on the line."""
    assert serve(tmp_path, LANG="fr").exit_code == 2


@pytest.mark.parametrize("demo", [True, False])
def test_one_click_logins_need_demo_keys_too(tmp_path: Path, demo: bool) -> None:
    """A demo account that strays into a real installation opens nothing."""
    database = Database(f"sqlite:///{tmp_path / 'y.db'}")
    upgrade(database)
    office = office_of(database, keyring.load(keys(tmp_path, demo=demo)), clock.now, clock.entropy)
    with database.transaction() as session:
        put_account(session, Account(login="op", role=Role.OPERATOR, label="经办", demo=True))
    assert first_logins(office) == ({Role.OPERATOR: "op"} if demo else {})
    with TestClient(web_of(office)) as browser:
        assert browser.get("/readyz").json() == {
            "ready": True,
            "checks": {"database": True, "migrations": True, "keys": True},
        }
