"""`yuanping custodian …`: a custodian's own agent and key, on the custodian's own machine."""

from pathlib import Path
from typing import Any

import click

from api.commands.ending import BAD_INPUT, answer, orderly, spoken, tell
from api.commands.paper import backup, restore
from api.commands.secret import key_option, own_of_file, passphrase
from api.words import say

SECONDS = 2.0  # between two rounds to the centre
DATA = Path("custodian-data")

_data = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=DATA,
    show_default=True,
    help="代理的记忆 / the agent's memory",
)


@click.group("custodian")
def custodian() -> None:
    """保管人代理：在保管人自己的机器上运行 / a custodian's own agent."""


@custodian.command("new")
@click.argument("name")
@key_option
@orderly
def new(name: str, key: Path) -> None:
    """生成保管人的密钥文件，绝不覆盖 / make a custodian's key file; never replaces one."""
    from api import clock, keyring

    try:
        keyring.make_custodian(key, name, passphrase(confirm=True), clock.entropy)
    except FileExistsError:
        tell(say("keys.there", spoken(), file=key))
        raise SystemExit(BAD_INPUT) from None
    answer(say("custodian.made", spoken(), file=key))


@custodian.command("card")
@key_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="输出 / file")
@orderly
def card(key: Path, out: Path) -> None:
    """写出名片：名称与公钥，交给中心与核验者 / the public card for centre and verifiers."""
    from api.keyring import custodian_card, custodian_keys

    own = own_of_file(key)
    out.write_bytes(custodian_card(custodian_keys(own.name, own.seed)))


@custodian.command("run")
@click.option("--server", required=True, help="中心的地址 / the centre's address, https://…")
@key_option
@click.option(
    "--trust",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="另行取得的信任文件 / TRUST.json, obtained from elsewhere than this server",
)
@_data
@click.option("--once", is_flag=True, help="只走一趟 / one round, then end")
@click.option(
    "--demo-clock", is_flag=True, help="演示：用中心的时钟 / demonstration only: go by the centre's clock"
)
@click.option("--every", type=float, default=SECONDS, hidden=True, help="seconds between two rounds")
@click.option("--leashed", "on_leash", is_flag=True, hidden=True, help="end when standard input closes")
@orderly
def run(
    server: str,
    key: Path,
    trust: Path,
    data: Path,
    *,
    once: bool,
    demo_clock: bool,
    every: float,
    on_leash: bool,
) -> None:
    """运行：参加密钥仪式，条件齐备才开启，否则签名拒绝 / take part, release when all holds, refuse otherwise."""
    from api.custodian.diary import BadMemory, InUse
    from api.custodian.running import BadTrust, keep_running, leashed

    own = own_of_file(key)
    if on_leash:
        leashed()
    try:
        keep_running(own, server, trust, data, seconds=None if once else every, demo_clock=demo_clock)
    except InUse:
        tell(say("custodian.in_use", spoken(), folder=data))
        raise SystemExit(BAD_INPUT) from None
    except (BadMemory, BadTrust, ValueError) as fault:
        tell(say("custodian.unusable", spoken(), reason=fault))
        raise SystemExit(BAD_INPUT) from None


@custodian.command("log")
@_data
@orderly
def log(data: Path) -> None:
    """它做过的每一件事 / everything the agent did."""
    from api.custodian.diary import lines
    from api.loglines import printable

    for line in lines(data):
        answer(printable(f"{line['at']} {_told(line)}"))


@custodian.command("pause")
@_data
@orderly
def pause(data: Path) -> None:
    """暂停：不再作答 / rest: answer nothing until resumed."""
    from api.custodian.diary import pause as rest

    rest(data)


@custodian.command("resume")
@_data
@orderly
def resume(data: Path) -> None:
    """继续工作 / work again."""
    from api.custodian.diary import resume as work

    work(data)


def _told(line: dict[str, Any]) -> str:
    """One line of the log as a sentence; a refusal with its reason in plain words."""
    told = {name: str(value) for name, value in line.items()}
    if line["what"] in ("refused", "alarm"):
        told["why"] = say(f"custodian.why.{line['code']}", spoken(), **line["facts"])
    return say(f"custodian.did.{line['what']}", spoken(), **told)


custodian.add_command(backup)
custodian.add_command(restore)
