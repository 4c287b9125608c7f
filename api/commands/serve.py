"""`yuanping serve`: web, API and clock of an installation, set up by YUANPING_* variables."""

import os

import click

from api.settings import BadSettings, Settings, read_settings


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address to listen on")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="端口 / port")
def serve(host: str, port: int) -> None:
    """启动网页、接口与时钟 / web, API and clock of this installation."""
    from api import clock
    from api.keyring import KeysMissing, load
    from api.serving import listen, web_of
    from api.store.db import Database, StorageFailed
    from api.store.schema import is_current
    from api.words import lang_of
    from scheduler import pack

    settings = _settings()
    try:
        keys = load(settings.secret_key_file)
        refuse_demo_keys(settings, demo=keys.demo)
        database = Database(settings.database_url)
        if not is_current(database):
            raise click.ClickException(
                "数据库版本不对：请运行 yuanping db upgrade / run yuanping db upgrade first"
            )
    except KeysMissing as missing:
        raise click.ClickException(f"密钥不可用 / keys cannot be used: {missing}") from missing
    except StorageFailed as failed:
        raise click.ClickException(f"数据库不可用 / the database cannot be used ({failed.fault})") from failed
    from api.services.office import Office

    office = Office(
        db=database, keys=keys, pack=pack.load(settings.rule_pack), now=clock.now, entropy=clock.entropy
    )
    click.echo(f"http://{host}:{port}")
    listen(web_of(office, language=lang_of(settings.lang)), host=host, port=port)


def refuse_demo_keys(settings: Settings, *, demo: bool) -> None:
    """Demonstration keys are as good as published: never over a real database."""
    if demo and settings.database_url.startswith("postgresql"):
        raise click.ClickException(
            "演示密钥不得用于 PostgreSQL：请用 yuanping keys 生成自己的密钥 / "
            "demonstration keys may not be used on PostgreSQL: make your own with yuanping keys"
        )


def _settings() -> Settings:
    try:
        return read_settings(os.environ)
    except BadSettings as bad:
        raise click.UsageError(str(bad)) from bad
