"""How does a pool owner live on a trial's machine? A folder with its own key and database, and a process."""

import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from api import clock, keyring
from api.custodian.calls import over_http
from api.custodian.company import Process
from api.keyring import Keyring
from api.pool.far import FarPool
from api.pool.rooms import Rooms, rooms_in
from api.services.auditing import trust_of
from api.services.importing import apply_import
from api.services.office import Office
from api.store import schema
from api.store.accounts import Account, put_account
from api.store.db import Database
from scheduler.model import Role
from scheduler.packshape import Pack
from scheduler.records import Registers

FOLDER = "pool"
SECRET, DATABASE, TRUST, FAULTS = "keys/secret.key", "yuanping.db", "centre.json", "pool.err"


EXPERT_LOGIN = "expert"
LOGINS = (
    Account(login=EXPERT_LOGIN, role=Role.EXPERT, label="评审专家", demo=True),  # whose, the story says
    Account(login="pool", role=Role.POOL, label="专家库管理", demo=True),
    Account(login="pool-2", role=Role.POOL, label="专家库管理（第二人）", demo=True),
)


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
        for each in LOGINS:
            put_account(session, each)
    database.close()


def rooms(folder: Path, pack: Pack, now: Callable[[], datetime]) -> Rooms:
    """The rooms behind the door, as those see them who sign in there: the same database, the same verbs."""
    database = Database(f"sqlite:///{folder / DATABASE}")
    keys = keyring.load(folder / SECRET)
    return rooms_in(Office(db=database, keys=keys, pack=pack, now=now, entropy=clock.entropy))


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
