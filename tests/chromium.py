"""Who looks at the town in a real Chromium, and does the page fit? One-click logins, and what `visit` gives."""

from collections.abc import Callable

from playwright.sync_api import Page

from api.store.accounts import Account, put_account
from scheduler.model import Role
from tests.town import Town

Visit = Callable[..., Page]
Picture = Callable[[Page, str], None]


def one_click(town: Town, role: Role, login: str = "", **whose: object) -> None:
    """A login that one press on the front page opens, named like its role; `whose`: more fields of its account."""
    row = Account(login=login or role.value, role=role, label=role.value, demo=True, **whose)  # type: ignore[arg-type]  # tests name fields freely
    with town.office.db.transaction() as session:
        put_account(session, row)


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide
