"""Who looks at the town in a real Chromium, and does the page fit? Apps that listen, one-click logins, `visit`."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page

from api.store.accounts import Account, put_account
from scheduler.model import Role
from tests.town import Town

Visit = Callable[..., Page]
Picture = Callable[[Page, str], None]


@contextmanager
def behind(listener: socket.socket, app: FastAPI) -> Iterator[None]:
    """An app that listens as under `yuanping serve`, behind a socket whose address others may know beforehand."""
    uvi = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=uvi.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield
    finally:
        uvi.should_exit = True
        thread.join()


def one_click(town: Town, role: Role, login: str = "", **whose: object) -> None:
    """A login that one press on the front page opens, named like its role; `whose`: more fields of its account."""
    row = Account(login=login or role.value, role=role, label=role.value, demo=True, **whose)  # type: ignore[arg-type]  # tests name fields freely
    with town.office.db.transaction() as session:
        put_account(session, row)


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window, once it has loaded: a click returns before that."""
    page.wait_for_load_state()
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide
