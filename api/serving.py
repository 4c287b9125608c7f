"""How does an office become a running service? Web app, readiness, the clock's deeds, and one listening port."""

import logging
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from fastapi import FastAPI
from sqlalchemy import text

from api.app import create_app
from api.pages.setup import Footer, Setup
from api.services import ceremonies, ticking
from api.services.office import Office
from api.services.packs import ruled
from api.store.accounts import accounts
from api.store.schema import is_current
from api.v1 import custody
from api.views.house import House
from api.words import Lang
from scheduler.model import Role
from scheduler.timers import Alarm

if TYPE_CHECKING:
    import uvicorn

DESKS = (Role.OPERATOR, Role.EXPERT, Role.SUPERVISOR, Role.TENDEREE, Role.OWNER, Role.SITE)
SECONDS = 5  # between two looks at what is due
LOOK = 30  # seconds between two looks whether waiting lots have a place
READY = 3  # sets of keys that custodians with agents keep made ahead

log = logging.getLogger("yuanping.web")


def web_of(
    office: Office, *, language: Lang = Lang.ZH, footer: Footer | None = None, experts_at: str = ""
) -> FastAPI:
    """The app over an office. One-click logins exist only where keys and accounts are a demonstration's.

    `experts_at`: the pool owner's door, where that is another house.
    """
    house = House(office=office)
    setup = Setup(
        secret=office.keys.session.hex(),
        desks=house,
        demo=first_logins(office),
        language=language,
        footer=footer or Footer(),
        experts_at=experts_at,
        checks={
            "database": lambda: _database(office),
            "migrations": lambda: _migrations(office),
            "keys": lambda: _keys(office),
        },
        now=office.now,
    )
    alarm = Alarm(lambda: tick(office), SECONDS)
    lookout = Alarm(lambda: look(house), LOOK)

    @asynccontextmanager
    async def awake(app: FastAPI) -> AsyncIterator[None]:
        alarm.start()
        lookout.start()
        yield
        lookout.stop()
        alarm.stop()

    app = create_app(setup, lifespan=awake)
    if office.keys.agents:  # custodians who come for their work; without them there is no such door
        app.state.custody = office
        app.include_router(custody.router)
    return app


def first_logins(office: Office, roles: tuple[Role, ...] = DESKS) -> dict[Role, str]:
    """The first one-click login of each of these desks; empty unless the keys are a demonstration's."""
    if not office.keys.demo:
        return {}
    with office.db.reading() as session:
        known = accounts(session, demo=True)
    first = {each.role: each.login for each in reversed(known)}
    return {role: first[role] for role in roles if role in first}


def tick(office: Office) -> None:
    """Do what is due. Whatever goes wrong is logged by kind, and the next ring tries again."""
    for deeds in (_stock, _due):
        try:
            deeds(office)
        except Exception as error:
            log.error("the clock's deeds failed: %s", type(error).__name__)


def _stock(office: Office) -> None:
    if office.keys.agents:
        ceremonies.stock(ruled(office), READY)


def _due(office: Office) -> None:
    ticking.tick(replace(office, patience=0))  # who is not here yet is looked for at the next ring


def look(house: House) -> None:
    """Whether waiting lots have a place by now, so that operators are told."""
    try:
        house.planner.look()
    except Exception as error:
        log.error("looking through the waiting list failed: %s", type(error).__name__)


def _database(office: Office) -> None:
    with office.db.reading() as session:
        session.connection().execute(text("SELECT 1"))


def _migrations(office: Office) -> None:
    if not is_current(office.db):
        raise RuntimeError("the schema is not this program's")


def _keys(office: Office) -> None:
    if not office.keys.known:
        raise RuntimeError("no custodian's keys are here")


def listen(app: FastAPI, listener: socket.socket) -> None:
    """Serve until Ctrl-C. The server's own access log is off: it would hold paths as typed."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("apscheduler", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    _server(app).run(sockets=[listener])


@contextmanager
def answering(app: FastAPI, listener: socket.socket) -> Iterator[None]:
    """Serve beside other work of this process, without the clock's deeds; `listener` stays open for who comes next."""
    server = _server(app, lifespan="off")
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener.dup()]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def _server(app: FastAPI, lifespan: Literal["on", "off"] = "on") -> "uvicorn.Server":
    import uvicorn

    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        server_header=False,
        lifespan=lifespan,
    )
    return uvicorn.Server(config)


def inherited(handle: int) -> socket.socket:
    """A socket that was listening when this process was started. Raises OSError."""
    return socket.socket(fileno=handle)


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any that is free. Raises OSError."""
    listener = socket.create_server((host, port), backlog=128)
    listener.set_inheritable(False)
    return listener
