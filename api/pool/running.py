"""How does the pool owner's process keep running? Its register over one port, for one pinned centre."""

import socket
from pathlib import Path

from api import clock
from api.keyring import Keyring
from api.pool.app import Owner, pool_app
from api.pool.local import LocalPool
from api.store.db import Database
from scheduler.audit.command import read_trust
from scheduler.bundle import Unreadable


class BadCentre(Exception):
    """The centre's trust file does not do: unreadable, or without a log key."""


def keep_answering(
    database: Database, keys: Keyring, centre: Path, folder: Path, listener: socket.socket
) -> None:
    """Serve until Ctrl-C. Raises BadCentre."""
    from api.serving import listen

    try:
        pins = read_trust(centre.read_bytes())
    except (OSError, Unreadable) as fault:
        raise BadCentre(f"{centre}: {fault}") from None
    if pins.log is None:
        raise BadCentre(f"{centre}: no log key")
    house = LocalPool(db=database, key=keys.pool, personal=keys.personal, entropy=clock.entropy)
    owner = Owner(house=house, key=keys.log, centre=pins.log, folder=folder, now=clock.now)
    listen(pool_app(owner), listener)
