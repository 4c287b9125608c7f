"""How does the pool owner's process keep running? Register and experts' door over one port, for one pinned centre."""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from fastapi import FastAPI

from api import clock
from api.app import POOL_OWNER, create_app
from api.custodian.calls import origin
from api.keyring import Keyring
from api.pages.setup import Setup
from api.pool.app import Owner, pool_app
from api.pool.rooms import Rooms, rooms_in
from api.services.office import Office
from api.serving import first_logins, listen
from api.store.db import Database
from api.words import Lang
from scheduler.audit.command import read_trust
from scheduler.bundle import Unreadable
from scheduler.model import Role
from scheduler.packshape import Pack

_COOKIE = "yuanping_pool"


class BadCentre(Exception):
    """The centre's trust file does not do: unreadable, or without a log key; or its address is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a pool owner's process is set up with."""

    database: Database
    keys: Keyring = field(repr=False)
    pack: Pack  # its number of declines
    folder: Path
    centre: bytes  # the centre's public key
    entrance: str  # the centre's address, where experts enter with a pass
    language: Lang = Lang.ZH


class CentresTime:
    """Our own clock; in a demonstration the centre's, as far as it was told, since its story leaps."""

    def __init__(self, *, follow: bool) -> None:
        self._follow, self._ahead = follow, timedelta()

    def now(self) -> datetime:
        """The present moment, UTC."""
        return clock.now() + self._ahead

    def hear(self, at: datetime) -> None:
        """The centre says that it is so late."""
        if self._follow:
            self._ahead = at - clock.now()


def pins_of(file: Path) -> bytes:
    """The centre's public key, out of its trust file. Raises BadCentre."""
    try:
        pins = read_trust(file.read_bytes())
    except (OSError, Unreadable) as fault:
        raise BadCentre(f"{file}: {fault}") from None
    if pins.log is None:
        raise BadCentre(f"{file}: no log key")
    return pins.log


def entrance_of(url: str) -> str:
    """The centre's door, scheme and host of its address. Raises BadCentre for anything but http(s)."""
    try:
        return origin(url)
    except ValueError as fault:
        raise BadCentre(f"{url}: {fault}") from None


def rooms_of(post: Post, entropy: Callable[[int], bytes] = clock.entropy) -> Rooms:
    """The verbs of the pool owner's own house."""
    tempo = CentresTime(follow=post.keys.demo)
    office = Office(db=post.database, keys=post.keys, pack=post.pack, now=tempo.now, entropy=entropy)
    return rooms_in(office, tempo.hear)


def house_app(post: Post, rooms: Rooms) -> FastAPI:
    """The centre's questions and the experts' pages. Raises BadCentre."""
    setup = Setup(
        secret=post.keys.session.hex(),
        desks=rooms,
        demo=first_logins(rooms.office, (Role.EXPERT, Role.POOL)),
        centre_at=entrance_of(post.entrance),
        language=post.language,
        now=rooms.office.now,
    )
    pages = create_app(setup, rooms=POOL_OWNER, cookie=_COOKIE)
    owner = Owner(
        house=rooms.house,
        key=post.keys.log,
        centre=post.centre,
        folder=post.folder,
        now=clock.now,
        pages=pages,
    )
    return pool_app(owner)


def keep_answering(post: Post, listener: socket.socket) -> None:
    """Serve until Ctrl-C. Raises BadCentre."""
    listen(house_app(post, rooms_of(post)), listener)
