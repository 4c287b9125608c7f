"""A real Chromium that looks at a served app, and listens whether its console stays silent."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browsing import app_of
from tests.chromium import behind
from tests.town import Town

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
PATIENCE = 60_000  # ms until a page is given up; on a busy machine a draw takes long
expect.set_options(timeout=PATIENCE)


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Address of an app that listens."""
    listener = socket.create_server(("127.0.0.1", 0))
    with behind(listener, app):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture(scope="session")
def listening() -> Callable[[FastAPI], AbstractContextManager[str]]:
    """Serves an app for as long as the context lasts."""
    return served


@pytest.fixture
def server(town: Town, listening: Callable[[FastAPI], AbstractContextManager[str]]) -> Iterator[str]:
    """Address of the module's own town."""
    with listening(app_of(town)) as address:
        yield address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium; nothing is downloaded, nothing is skipped when it is missing."""
    machine = Path(__file__).parents[1] / "machine.py"
    spec = spec_from_file_location("machine", machine)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    path = module.chromium()
    assert path, "no Chromium here: run python tests/machine.py"
    quiet = [
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    args = ["--no-sandbox", "--disable-gpu", "--disable-quic", *quiet]
    return {**browser_type_launch_args, "executable_path": path, "args": args}


def refusal(message: ConsoleMessage) -> bool:
    """Whether the browser only tells that a page was a refusal."""
    return any(f"responded with a status of {code}" in message.text for code in (409, 422))


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """Opens the front page or a desk; afterwards the console must have stayed silent.

    Chromium itself notes a page that answers 409 or 422; a refusal in words is no fault of the page.
    """
    said: list[str] = []
    contexts = []

    def go(role: str | None = None, *, locale: str = "zh-CN", width: int = 1366, height: int = 768) -> Page:
        context = browser.new_context(
            locale=locale,
            viewport={"width": width, "height": height},
            base_url=server,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda message: refusal(message) or said.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        page.goto("/")
        if role:
            with page.expect_event("load"):  # the desk's: a click returns before the next page has come
                page.locator(f"main form[action$='/{role}'] button").click()
        return page

    yield go
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Saves a screenshot into docs/pictures when YUANPING_PICTURES is set; else the tree stays clean."""

    def save(page: Page, name: str) -> None:
        folder = os.environ.get("YUANPING_PICTURES")
        if folder:
            target = Path(folder) if folder != "1" else PICTURES
            page.screenshot(path=target / f"{name}.png", full_page=True)

    return save
