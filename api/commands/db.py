"""`yuanping db upgrade|check`: is the schema of the database this program's?"""

import os

import click

from api.settings import BadSettings, read_settings
from api.store.db import Database, StorageFailed
from api.store.schema import is_current, newest, revision, upgrade


@click.group("db")
def db() -> None:
    """数据库迁移 / migrations of the database named by YUANPING_DATABASE_URL."""


@db.command("upgrade")
def upgrade_command() -> None:
    """升级到最新版本 / bring the schema to the newest revision."""
    database = _database(create=True)
    try:
        before = revision(database)
        upgrade(database)
    except StorageFailed as failed:
        raise _no_database(failed) from failed
    after = newest()
    if before == after:
        click.echo(f"数据库已是最新版本 {after} / the database is at revision {after} already")
    else:
        click.echo(f"数据库已升级：{before or '空'} → {after} / upgraded: {before or 'empty'} → {after}")


@db.command("check")
def check_command() -> None:
    """检查版本，落后则退出码为 1 / exit 1 when the schema is not this program's."""
    database = _database(create=False)
    try:
        current, wanted = revision(database), newest()
        same = is_current(database)
    except StorageFailed as failed:
        raise _no_database(failed) from failed
    if same:
        click.echo(f"数据库版本 {wanted}，正确 / the database is at revision {wanted}, as it should be")
        return
    click.echo(
        f"数据库版本 {current or '空'}，应为 {wanted}：请运行 yuanping db upgrade / "
        f"the database is at revision {current or 'none'}, this program wants {wanted}: "
        "run yuanping db upgrade",
        err=True,
    )
    raise SystemExit(1)


def _database(*, create: bool) -> Database:
    try:
        settings = read_settings(os.environ)
    except BadSettings as bad:
        raise click.UsageError(str(bad)) from bad
    database = Database(settings.database_url)
    if create and database.url.get_backend_name() == "sqlite":
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    return database


def _no_database(failed: StorageFailed) -> click.ClickException:
    return click.ClickException(
        f"数据库不可用（{failed.fault}）/ the database cannot be used ({failed.fault})"
    )
