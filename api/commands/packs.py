"""`yuanping packs list|look|propose|confirm|withdraw`: rule packs by date, each confirmed by a second login."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.ending import BAD_INPUT, answer, orderly, spoken, tell
from api.commands.installation import office_here
from api.words import say

if TYPE_CHECKING:
    from api.actor import Actor
    from api.services.office import Office
    from scheduler.packchanges import Change

_AS = click.option("--as", "login", required=True, help="用户名 / login of a supervisor or administrator")
_PASSWORD = click.option(
    "--password", prompt="密码 Password", hide_input=True, envvar="YUANPING_PASSWORD", help="密码 / password"
)
_FROM = click.option(
    "--from", "since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="启用日 / first day in force"
)


@click.group("packs")
def packs() -> None:
    """规则包 / rule packs: what is in force, proposals, and a second person's confirmation."""


@packs.command("list")
@orderly
def list_() -> None:
    """现行规则包与全部提议 / the pack in force and every proposal."""
    from api.services import packs as rulebook

    with office_here() as office:
        now = rulebook.ruled(office).pack
        name, day = now.name.zh if spoken() == "zh-CN" else now.name.en, rulebook.today(office)
        answer(say("packs.now", spoken(), day=day, id=now.id, name=name, digest=now.digest))
        for each in rulebook.history(office):
            held, decision = each.proposal, each.proposal.decision
            state = "open" if decision is None else "confirmed" if decision.confirmed else "withdrawn"
            told = {"id": held.pack.id, "since": held.since, "by": held.actor, "number": held.number}
            answer(say("packs.line", spoken(), state=say(f"packs.state.{state}", spoken()), **told))
            if decision is None:
                _differences(each.changes)
            else:
                facts = {"by": decision.actor, "at": decision.at.isoformat(timespec="minutes")}
                answer(say("packs.decided", spoken(), state=say(f"packs.state.{state}", spoken()), **facts))


@packs.command("look")
@click.argument("pack")
@_FROM
@_AS
@_PASSWORD
@orderly
def look(pack: str, since: datetime, login: str, password: str) -> None:
    """一个规则包会改动什么 / what PACK, a shipped name or a TOML file, would change; keeps nothing."""
    from api.services import packs as rulebook

    def see(office: "Office", actor: "Actor") -> None:
        _, found = rulebook.look(office, actor, _text(pack), since.date())
        _differences(found)

    _as(login, password, see)


@packs.command("propose")
@click.argument("pack")
@_FROM
@_AS
@_PASSWORD
@orderly
def propose(pack: str, since: datetime, login: str, password: str) -> None:
    """提出规则包 / propose PACK, a shipped name or a TOML file, for another login to confirm."""
    from api.services import packs as rulebook

    def act(office: "Office", actor: "Actor") -> None:
        number = rulebook.propose(office, actor, _text(pack), since.date())
        answer(say("packs.proposed", spoken(), number=number))

    _as(login, password, act)


@packs.command("confirm")
@click.argument("number", type=int)
@_AS
@_PASSWORD
@orderly
def confirm(number: int, login: str, password: str) -> None:
    """由第二人确认 / the second person confirms."""
    from api.services import packs as rulebook

    def act(office: "Office", actor: "Actor") -> None:
        held = rulebook.confirm(office, actor, number)
        answer(say("packs.confirmed", spoken(), number=number, since=held.since))

    _as(login, password, act)


@packs.command("withdraw")
@click.argument("number", type=int)
@_AS
@_PASSWORD
@orderly
def withdraw(number: int, login: str, password: str) -> None:
    """撤回 / withdraw a proposal that nobody has confirmed."""
    from api.services import packs as rulebook

    def act(office: "Office", actor: "Actor") -> None:
        rulebook.withdraw(office, actor, number)
        answer(say("packs.withdrawn", spoken(), number=number))

    _as(login, password, act)


def _as(login: str, password: str, act: "Callable[[Office, Actor], None]") -> None:
    """Do it as this login, once its password fits; refusals and faults are lines and exit 2."""
    from api.actor import Actor
    from api.store.accounts import account, password_fits
    from scheduler.errors import Refused

    with office_here() as office:
        with office.db.reading() as session:
            known = account(session, login)
            right = password_fits(session, login, password)
        if known is None or not right:
            tell(say("packs.login", spoken()))
            raise SystemExit(BAD_INPUT)
        try:
            act(office, Actor(id=known.login, role=known.role))
        except Refused as refusal:
            _tell(refusal.code, refusal.facts)
            raise SystemExit(BAD_INPUT) from None


def _tell(code: str, facts: Mapping[str, object]) -> None:
    faults = facts.get("faults", ())
    for fault in faults if isinstance(faults, tuple) else ():
        tell(say("packs.fault", spoken(), pack=facts.get("pack", "?"), fault=fault))
    tell(say(f"page.refused.{code}", spoken(), **facts))


def _text(pack: str) -> str:
    """The file's text, or a file that takes a shipped pack as it is."""
    from api.services import packs as rulebook
    from scheduler.pack import known

    if pack in known():
        return rulebook.shipped(pack)
    try:
        return Path(pack).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        tell(say("packs.unreadable", spoken(), file=pack, reason=getattr(fault, "strerror", None) or fault))
        raise SystemExit(BAD_INPUT) from None


def _differences(found: "tuple[Change, ...]") -> None:
    for each in found:
        answer(say("packs.change", spoken(), place=each.place, old=each.old or "–", new=each.new or "–"))
    if not found:
        answer(say("packs.same", spoken()))
