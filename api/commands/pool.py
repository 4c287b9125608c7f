"""`yuanping pool new|card|run|log|trust`: the pool owner's own process, on the pool owner's own machine."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.ending import BAD_INPUT, answer, orderly, spoken, tell
from api.commands.installation import settings_here, storage
from api.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

    from api import keyring
    from api.pool.running import Post
    from api.store.db import Database

_card = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group("pool")
def pool() -> None:
    """专家库一方：登记表与其密钥不在中心 / the pool owner's house: register and keys away from the centre."""


@pool.command("new")
@orderly
def new() -> None:
    """生成专家库一方的密钥与空库，绝不覆盖 / make its key file and an empty database; never replaces one."""
    from api import clock, keyring
    from api.store import schema
    from api.store.db import Database

    settings = settings_here()
    try:
        keyring.make_secret(settings.secret_key_file, demo=False, entropy=clock.entropy)
    except FileExistsError as there:
        tell(say("keys.there", spoken(), file=there.filename))
        raise SystemExit(BAD_INPUT) from None
    database = Database(settings.database_url)
    with storage():
        schema.upgrade(database)
    database.close()
    answer(say("pool.made", spoken(), folder=settings.secret_key_file.parent))


@pool.command("card")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="输出 / file")
@orderly
def card(out: Path) -> None:
    """写出名片：公钥，交给中心 / the public card for the centre."""
    out.write_text(_ring().log.public.hex() + "\n", encoding="ascii")


@pool.command("run")
@click.option("--centre", type=_card, required=True, help="中心的信任文件 / the centre's TRUST.json")
@click.option(
    "--entrance", required=True, help="中心的地址，专家由此进入 / the centre's address, for experts"
)
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address to listen on")
@click.option("--port", default=8010, show_default=True, type=click.IntRange(0, 65535), help="端口 / port")
@click.option(
    "--socket", "handle", type=int, hidden=True, help="a listening socket handed down by who starts us"
)
@orderly
def run(centre: Path, entrance: str, host: str, port: int, handle: int | None) -> None:
    """运行：专家的网页；只回答这一家中心，逐条记录 / experts' pages; answer one centre, and note every question."""
    from api.custodian.running import leashed
    from api.pool.running import keep_answering
    from api.serving import bound, inherited

    post = _post(centre, entrance)
    if handle is not None:
        leashed()
    try:
        with inherited(handle) if handle is not None else bound(host, port) as listener:
            keep_answering(post, listener)
    except OSError:
        tell(say("serve.port", spoken(), host=host, port=port))
        raise SystemExit(BAD_INPUT) from None
    finally:
        post.database.close()


@pool.command("enrol")
@click.argument("number")
@click.option("--key", "public", required=True, help="专家的长期公钥 / the expert's public key, hexadecimal")
@click.option(
    "--fingerprint",
    "told",
    prompt="专家本人读出的指纹 / fingerprint as the expert reads it out",
    help="专家本人设备所示指纹 / as the expert's own device shows it",
)
@orderly
def enrol(number: str, public: str, told: str) -> None:
    """登记专家的长期公钥：先与本人核对指纹；旧钥留痕 / enrol a long-term key, its fingerprint compared before."""
    from api import clock
    from api.store.expertkeys import put_keys
    from crypto.canonical import unhex
    from crypto.errors import CryptoError
    from crypto.keys import fingerprint
    from scheduler.errors import Refused

    try:
        key = unhex(public.strip().lower(), 32)
    except CryptoError as fault:
        _refuse("pool.unusable", reason=fault)
    if _plain(told) != _plain(fingerprint(key)):
        _refuse("pool.fingerprint")
    try:
        with _register() as database, database.transaction() as session:
            new = put_keys(session, _ring().personal, {number: key}, clock.now())
    except Refused as refusal:
        _refuse(f"pool.{refusal.code}", number=number)
    answer(say("pool.enrolled" if new else "pool.enrolled_before", spoken(), number=number))


@pool.command("keys")
@click.argument("number")
@orderly
def keys(number: str) -> None:
    """一名专家登记过的公钥指纹，最后一个有效 / fingerprints of the keys an expert had enrolled; the last one counts."""
    from api.store.expertkeys import enrolled
    from crypto.keys import fingerprint

    with _register() as database, database.reading() as session:
        found = enrolled(session, _ring().personal, (number,)).get(number, ())
    for each in found:
        answer(f"{fingerprint(each.public)}  {each.at.isoformat() if each.at else '–'}")
    if not found:
        tell(say("pool.keyless", spoken(), number=number))


@pool.command("log")
@orderly
def log() -> None:
    """被问过什么：何时、哪个标段、多少项；不记何人 / what was asked: when, which lots, how many; never whom."""
    from api.loglines import lines, printable
    from api.pool.wire import ASKED

    found = lines(settings_here().data_dir / ASKED)
    for line in found:
        what = say(f"pool.asked.{line['what']}", spoken())
        facts = ", ".join(f"{k}={v}" for k, v in line.items() if k not in ("at", "what"))
        answer(printable(f"{line['at']}  {what}  {facts}"))
    if not found:
        tell(say("pool.quiet", spoken()))


@pool.command("trust")
@click.argument("card", type=_card)
@click.option("--url", required=True, help="专家库一方的地址 / the pool owner's address, https://…")
@orderly
def trust(card: Path, url: str) -> None:
    """在中心：固定专家库一方的公钥与地址 / at the centre: pin the pool owner's key and address."""
    from api import keyring
    from api.custodian.calls import over_http
    from crypto.errors import CryptoError

    file = settings_here().secret_key_file
    try:
        over_http(url)
        keyring.entrust(file, keyring.PoolOwner(url=url, sign=card.read_text("ascii", "replace").strip()))
    except FileExistsError as there:
        tell(say("keys.there", spoken(), file=there.filename))
        raise SystemExit(BAD_INPUT) from None
    except (CryptoError, ValueError) as fault:
        tell(say("pool.unusable", spoken(), reason=fault))
        raise SystemExit(BAD_INPUT) from None
    answer(say("pool.trusted", spoken(), url=url))


def _post(centre: Path, entrance: str) -> "Post":
    from api.commands.installation import chosen_pack
    from api.pool.running import BadCentre, Post, entrance_of, pins_of
    from api.store.db import Database
    from api.store.schema import is_current

    settings, ring = settings_here(), _ring()
    database = Database(settings.database_url)
    with storage():
        if not is_current(database):
            _refuse("import.schema")
    try:
        return Post(
            database=database,
            keys=ring,
            pack=chosen_pack(settings),
            folder=settings.data_dir,
            centre=pins_of(centre),
            entrance=entrance_of(entrance),
            language=spoken(),
        )
    except BadCentre as fault:
        tell(say("pool.unusable", spoken(), reason=fault))
        raise SystemExit(BAD_INPUT) from None


def _plain(fingerprint: str) -> str:
    return "".join(sign for sign in fingerprint.lower() if sign.isalnum())


def _refuse(code: str, **facts: object) -> "NoReturn":
    tell(say(code, spoken(), **facts))
    raise SystemExit(BAD_INPUT)


@contextmanager
def _register() -> "Iterator[Database]":
    """The register's database; exit 2 with a sentence where it is not of this version, or sealed under another key."""
    from api.store.db import Database
    from api.store.schema import is_current
    from crypto.errors import Broken

    database = Database(settings_here().database_url)
    try:
        with storage():
            if not is_current(database):
                _refuse("import.schema")
            yield database
    except Broken as fault:
        _refuse("keys.missing", reason=fault)
    finally:
        database.close()


def _ring() -> "keyring.Keyring":
    from api import keyring

    try:
        return keyring.load(settings_here().secret_key_file)
    except keyring.KeysMissing as missing:
        tell(say("keys.missing", spoken(), reason=missing))
        raise SystemExit(BAD_INPUT) from None
