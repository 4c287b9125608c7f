"""`yuanping db upgrade|check`: is the schema of the database this program's?"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from api.commands.installation import settings_here, storage
from api.store.db import Database
from api.store.schema import newest, revision, upgrade


@click.group("db")
def db() -> None:
    """数据库迁移 / migrations of the database named by YUANPING_DATABASE_URL."""


@db.command("upgrade")
def upgrade_command() -> None:
    """升级到最新版本 / bring the schema to the newest revision."""
    with _database() as database:
        if file := _file(database):
            file.parent.mkdir(parents=True, exist_ok=True)
        before, after = revision(database), newest()
        upgrade(database)
    if before == after:
        click.echo(f"数据库已是最新版本 {after} / the database is at revision {after} already")
    else:
        click.echo(f"数据库已升级：{before or '空'} → {after} / upgraded: {before or 'empty'} → {after}")


@db.command("check")
def check_command() -> None:
    """检查版本，落后则退出码为 1 / exit 1 when the schema is not this program's."""
    with _database() as database:
        file, wanted = _file(database), newest()
        current = None if file and not file.exists() else revision(database)
    if current == wanted:
        click.echo(f"数据库版本 {wanted}，正确 / the database is at revision {wanted}, as it should be")
        return
    click.echo(
        f"数据库版本 {current or '空'}，应为 {wanted}：请运行 yuanping db upgrade / "
        f"the database is at revision {current or 'none'}, this program wants {wanted}: "
        "run yuanping db upgrade",
        err=True,
    )
    raise SystemExit(1)


@contextmanager
def _database() -> Iterator[Database]:
    database = Database(settings_here().database_url)
    try:
        with storage():
            yield database
    finally:
        database.close()


def _file(database: Database) -> Path | None:
    sqlite = database.url.get_backend_name() == "sqlite"
    return Path(database.url.database) if sqlite and database.url.database else None
