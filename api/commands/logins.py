"""`yuanping logins list|put`: who may sign in at this installation, in exactly one role each."""

import os

import click

from api.commands.ending import BAD_INPUT, answer, orderly, spoken, tell
from api.commands.installation import office_here
from api.words import say
from scheduler.model import Role

_PASSWORD = "YUANPING_PASSWORD"
_STAFF = tuple(role.value for role in Role if role not in (Role.SYSTEM, Role.CUSTODIAN, Role.PUBLIC))


@click.group("logins")
def logins() -> None:
    """登录账号 / who may sign in."""


@logins.command("list")
@orderly
def list_() -> None:
    """列出账号，不含口令 / all logins with role and whom they stand for; never a password."""
    from api.store.accounts import accounts

    with office_here() as office, office.db.reading() as session:
        for each in accounts(session):
            whom = each.site or each.expert or each.organisation or ""
            answer(f"{each.login}\t{each.role.value}\t{whom}\t{each.label}")


@logins.command("put")
@click.argument("login")
@click.option("--role", type=click.Choice(_STAFF), required=True, help="角色 / role")
@click.option(
    "--label", required=True, help="界面上的称呼，专家不写姓名 / what screens call it; no expert's name"
)
@click.option("--site", default=None, help="场地人员的场地 / the site of a site's staff")
@click.option("--expert", default=None, help="专家编号 / register number of an expert")
@click.option("--organisation", default=None, help="招标人的统一社会信用代码 / code of a tenderee")
@orderly
def put(
    login: str, role: str, label: str, site: str | None, expert: str | None, organisation: str | None
) -> None:
    """新建或更改账号，口令从环境变量或键盘读取 / create or change one; the password from the environment or typed."""
    from api.store.accounts import SALT, Account, put_account
    from scheduler.model import SiteId

    wanted = {Role.SITE: site, Role.EXPERT: expert, Role.TENDEREE: organisation}
    if Role(role) in wanted and not wanted[Role(role)]:
        tell(say("logins.whom", spoken(), role=role))
        raise SystemExit(BAD_INPUT)
    with office_here() as office:
        if role == Role.EXPERT.value and office.far is not None:
            tell(say("logins.elsewhere", spoken()))
            raise SystemExit(BAD_INPUT)
    password = os.environ.get(_PASSWORD) or click.prompt(
        "口令 / password", hide_input=True, confirmation_prompt=True, err=True
    )
    account = Account(
        login=login,
        role=Role(role),
        label=label,
        site=SiteId(site) if site else None,
        expert=expert,
        organisation=organisation,
    )
    with office_here() as office, office.db.transaction() as session:
        put_account(session, account, password=password, salt=office.entropy(SALT))
    answer(say("logins.put", spoken(), login=login))
