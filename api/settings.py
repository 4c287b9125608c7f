"""How this installation is set up, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from api.words import Lang

PREFIX = "YUANPING_"


class BadSettings(Exception):
    """Settings that cannot work; `faults` has one sentence each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of `contracts/commands.md`; URLs may hold passwords and are kept out of the repr."""

    data_dir: Path
    database_url: str = field(repr=False)
    rule_pack: str  # name of a shipped pack, or path of a TOML file
    secret_key_file: Path
    smtp_url: str | None = field(repr=False)
    webhook_url: str | None = field(repr=False)
    lang: Lang  # what the interface speaks first
    beacon_url: str | None = field(default=None, repr=False)  # where a beacon's pulses can be fetched


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from variables with the prefix YUANPING_. Raises BadSettings naming every fault at once."""
    given = {
        name.removeprefix(PREFIX): value.strip()
        for name, value in environment.items()
        if name.startswith(PREFIX) and value.strip()
    }
    data_dir = Path(given.get("DATA_DIR", "yuanping-data"))
    database_url = given.get("DATABASE_URL", f"sqlite:///{data_dir / 'yuanping.db'}")
    lang = given.get("LANG", Lang.ZH)
    faults = [
        *_database_faults(database_url),
        *_url_faults("SMTP_URL", given.get("SMTP_URL"), ("smtp", "smtps")),
        *_url_faults("BEACON_URL", given.get("BEACON_URL"), ("http", "https")),
        *_url_faults("WEBHOOK_URL", given.get("WEBHOOK_URL"), ("http", "https")),
    ]
    if data_dir.exists() and not data_dir.is_dir():
        faults.append(f"{PREFIX}DATA_DIR: {data_dir} is a file, not a directory")
    if lang not in tuple(Lang):
        faults.append(f"{PREFIX}LANG: {lang!r} is not one of {', '.join(Lang)}")
    if faults:
        raise BadSettings(tuple(faults))
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        rule_pack=given.get("RULE_PACK", "national"),
        secret_key_file=Path(given.get("SECRET_KEY_FILE", data_dir / "keys" / "secret.key")),
        smtp_url=given.get("SMTP_URL"),
        webhook_url=given.get("WEBHOOK_URL"),
        lang=Lang(lang),
        beacon_url=given.get("BEACON_URL"),
    )


def _database_faults(text: str) -> list[str]:
    wanted = "an SQLite file (sqlite:///path) or PostgreSQL (postgresql+psycopg://…)"
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        return [f"{PREFIX}DATABASE_URL: not a database URL; wanted: {wanted}"]
    file = url.database not in (None, "", ":memory:")
    if url.get_backend_name() == "postgresql" or (url.get_backend_name() == "sqlite" and file):
        return []
    return [f"{PREFIX}DATABASE_URL: {url.drivername} is not supported; wanted: {wanted}"]


def _url_faults(name: str, text: str | None, schemes: tuple[str, ...]) -> list[str]:
    if text is None:
        return []
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return [f"{PREFIX}{name}: not a URL"]
    if parts.scheme in schemes and parts.hostname:
        return []
    return [f"{PREFIX}{name}: wanted {' or '.join(f'{each}://host' for each in schemes)}"]
