"""How does a pool owner live on a trial's machine? A folder with its own key and database, and a process."""

import socket
from collections.abc import Callable
from pathlib import Path

from api import clock, keyring
from api.custodian.calls import over_http
from api.custodian.company import Process
from api.keyring import Keyring
from api.pool.far import FarPool
from api.services.auditing import trust_of
from api.services.importing import apply_import
from api.store import schema
from api.store.db import Database
from scheduler.records import Registers

FOLDER = "pool"
SECRET, DATABASE, TRUST, FAULTS = "keys/secret.key", "yuanping.db", "centre.json", "pool.err"


def settle(folder: Path, centre: Path, entropy: Callable[[int], bytes]) -> None:
    """A demonstration's pool owner under `folder`, who knows the centre of this secret file."""
    keyring.make_secret(folder / SECRET, demo=True, entropy=entropy)
    (folder / TRUST).write_bytes(trust_of(keyring.load(centre)))


def fill(folder: Path, registers: Registers) -> None:
    """Take the register into the pool owner's own database."""
    database = Database(f"sqlite:///{folder / DATABASE}")
    schema.upgrade(database)
    with database.transaction() as session:
        apply_import(session, registers, key=keyring.load(folder / SECRET).personal)
    database.close()


def process(folder: Path, listener: socket.socket, entrance: str) -> Process:
    """The pool owner's process, behind this socket; experts go on to the centre at `entrance`."""
    words = ("pool", "run", "--centre", str(folder / TRUST))
    return Process(
        name="pool-owner",
        words=(*words, "--entrance", entrance, "--socket", str(listener.fileno())),
        faults=folder / FAULTS,
        environment={
            "YUANPING_DATA_DIR": str(folder),
            "YUANPING_DATABASE_URL": f"sqlite:///{folder / DATABASE}",
            "YUANPING_SECRET_KEY_FILE": str(folder / SECRET),
        },
        sockets=(listener.fileno(),),
    )


def called(folder: Path, centre: Keyring, listener: socket.socket) -> FarPool:
    """The pool owner behind this socket, as the centre calls it."""
    own = keyring.load(folder / SECRET).log.public
    carry = over_http(f"http://127.0.0.1:{listener.getsockname()[1]}")
    return FarPool(key=centre.log, pool=own, carry=carry, now=clock.now)
