"""`yuanping logins`: made from the command line, a login opens its desk and nobody else's; no password is shown."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api import clock, keyring
from api.cli import main
from api.store.accounts import account, password_fits
from api.store.db import Database
from crypto.keyfile import Effort
from scheduler.model import Role


@pytest.fixture
def home(tmp_path: Path, migrated_sqlite: Path) -> Path:
    """An installation with keys and an empty database."""
    quick = Effort(memory=64, passes=1, lanes=1)
    keyring.make(tmp_path / "keys" / "secret.key", demo=False, entropy=clock.entropy, effort=quick)
    (tmp_path / "yuanping.db").write_bytes(migrated_sqlite.read_bytes())
    return tmp_path


def yuanping(home: Path, *words: str, password: str = "one of ours") -> Result:
    """The command in this process."""
    environment = {"YUANPING_DATA_DIR": str(home), "YUANPING_PASSWORD": password, "YUANPING_LANG": "en"}
    return CliRunner().invoke(main, ["logins", *words], env=environment)


def test_a_login_is_made_and_its_password_fits(home: Path) -> None:
    """Put, listed without a password, and changed by putting it again."""
    words = ("put", "wang", "--role", "operator", "--label", "经办一")
    assert yuanping(home, *words).exit_code == 0
    assert yuanping(home, *words, password="another").exit_code == 0
    listed = yuanping(home, "list").output
    assert listed == "wang\toperator\t\t经办一\n"
    database = Database(f"sqlite:///{home / 'yuanping.db'}")
    with database.reading() as session:
        found = account(session, "wang")
        assert found is not None
        assert (found.role, found.demo) == (Role.OPERATOR, False)
        assert (password_fits(session, "wang", "another"), password_fits(session, "wang", "one of ours")) == (
            True,
            False,
        )
    database.close()


@pytest.mark.parametrize("role", ["site", "expert", "tenderee"])
def test_who_stands_for_somebody_says_for_whom(home: Path, role: str) -> None:
    """A site's staff, an expert and a tenderee without theirs are refused with the option to give; nothing is kept."""
    refused = yuanping(home, "put", "x", "--role", role, "--label", "y")
    assert refused.exit_code == 2
    assert "--organisation" in refused.output
    assert yuanping(home, "list").output == ""
