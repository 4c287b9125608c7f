"""Which installation does a command work on? The one the settings name; what is missing is one sentence."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.settings import BadSettings, Settings, read_settings

if TYPE_CHECKING:
    from api.services.office import Office
    from scheduler.packshape import Pack


def settings_here() -> Settings:
    """The settings of the environment; a usage error (exit 2) names every fault."""
    try:
        return read_settings(os.environ)
    except BadSettings as bad:
        raise click.UsageError(str(bad)) from bad


@contextmanager
def storage() -> "Iterator[None]":
    """A database that is full, busy or gone ends the command with one sentence and exit 1."""
    from api.store.db import StorageFailed

    try:
        yield
    except StorageFailed as failed:
        raise click.ClickException(f"数据库不可用 / the database cannot be used ({failed.fault})") from failed


@contextmanager
def office_here() -> "Iterator[Office]":
    """The office of this installation: keys, a current database, the rule pack; closed at the end."""
    from api import clock
    from api.keyring import KeysMissing, load
    from api.pool.far import pool_of
    from api.pulses import pulses_at
    from api.services.office import Office
    from api.store.db import Database
    from api.store.schema import is_current

    settings = settings_here()
    try:
        keys = load(settings.secret_key_file)
        refuse_demo_keys(settings, demo=keys.demo)
        with storage():
            database = Database(settings.database_url)
            if not is_current(database):
                raise click.UsageError(
                    "数据库版本不对：请运行 yuanping db upgrade / run yuanping db upgrade first"
                )
            chosen = chosen_pack(settings)
            try:
                yield Office(
                    db=database,
                    keys=keys,
                    pack=chosen,
                    now=clock.now,
                    entropy=clock.entropy,
                    far=pool_of(keys),
                    pulses=pulses_at(settings.beacon_url) if settings.beacon_url else None,
                )
            finally:
                database.close()
    except KeysMissing as missing:
        raise click.UsageError(f"密钥不可用 / keys cannot be used: {missing}") from missing


def chosen_pack(settings: Settings) -> "Pack":
    """The pack of YUANPING_RULE_PACK, by name or path; a usage error (exit 2) names every fault."""
    from api.services.packs import default
    from scheduler.errors import Refused

    try:
        return default(settings.rule_pack, lambda path: Path(path).read_text(encoding="utf-8"))
    except Refused as refusal:
        raise click.UsageError("\n".join(refusal.facts["faults"])) from refusal


def refuse_demo_keys(settings: Settings, *, demo: bool) -> None:
    """Demonstration keys are as good as published: never over a real database."""
    if demo and settings.database_url.startswith("postgresql"):
        raise click.UsageError(
            "演示密钥不得用于 PostgreSQL：请用 yuanping keys new 生成自己的密钥 / "
            "demonstration keys may not be used on PostgreSQL: make your own with yuanping keys new"
        )
