"""Who browses the town? An account and a signed-in browser of every role, and the package as a file."""

import json
from base64 import b64encode
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI
from itsdangerous import TimestampSigner
from starlette.testclient import TestClient

from api.app import create_app
from api.intake.package import Package
from api.serving import web_of
from api.store.accounts import Account, put_account
from scheduler.deposit import owed, sealed, written
from scheduler.model import Role
from tests.town import HOST, TENDEREE, Town, company

TOKEN = "0" * 32
HTML = {"accept": "text/html", "accept-language": "zh-CN"}


def open_accounts(town: Town) -> None:
    """A login named like its role for everybody on the staff, and a tenderee whom no lot concerns."""
    plain = (Role.OPERATOR, Role.SUPERVISOR, Role.POOL, Role.ADMIN, Role.BIDDER, Role.OWNER)
    accounts = [Account(login=str(role), role=role, label=role) for role in plain]
    accounts.append(Account(login="site", role=Role.SITE, label="场地", site=HOST))
    for login, code in (("tenderee", TENDEREE.code), ("other-tenderee", company(1).code)):
        accounts.append(Account(login=login, role=Role.TENDEREE, label=login, organisation=code))
    with town.office.db.transaction() as session:
        for account in accounts:
            put_account(session, account)


def app_of(town: Town) -> FastAPI:
    """The town's app without the alarm clock of a served one."""
    return create_app(web_of(town.office).state.setup)


def cookie(app: FastAPI, role: Role, user: str = "") -> str:
    """The session of somebody who has signed in; the form token is TOKEN."""
    session = {"role": role.value, "user": user or role.value, "csrf": TOKEN}
    signed = TimestampSigner(app.state.setup.secret).sign(b64encode(json.dumps(session).encode()))
    return signed.decode()


def browser(town: Town, role: Role, user: str = "") -> TestClient:
    """A signed-in browser before the town's app."""
    app = app_of(town)
    client = TestClient(app, headers=HTML, follow_redirects=False)
    client.cookies.set("yuanping", cookie(app, role, user))
    return client


def sealed_seeds(town: Town, role: Role) -> str:
    """What the script of the deposit page sends for a party: envelopes made on the device."""
    wanted = owed(town.state, role.value)
    return written(wanted, sealed(wanted, town.entropy)).decode()


def document(sent: Package) -> dict[str, Any]:
    """A package as the platform writes it."""
    bids = [
        {
            "number": f"TB-{n}",
            "code": bid.code,
            "name": bid.name,
            "members": [{"code": m.code, "name": m.name, "lead": True} for m in bid.members],
            "price": "1.00",
            "documents": [{"volume": "blind", "title": "技术方案", "text": bid.volume}],
        }
        for n, bid in enumerate(sent.bids)
    ]
    groups = [{**asdict(each), "parent": each.parent or None} for each in sent.organisations]
    return {"format": "etendering-package/v1", "lot": sent.lot, "bidders": bids, "organisations": groups}
