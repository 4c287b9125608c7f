"""What can be wrong with an installation? Each check answers with a sentence's code and facts, or nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from api.keyring import KeysMissing, load
from api.services.packs import default
from api.settings import Settings
from api.store import registers
from api.store.db import Database, StorageFailed
from api.store.schema import is_current
from scheduler.errors import Refused

Complaint = tuple[str, dict[str, Any]]


def complaints(settings: Settings) -> list[Complaint]:
    """Everything found wrong, in the order in which to mend it."""
    return [*_keys(settings), *_pack(settings), *_database(settings)]


def _keys(settings: Settings) -> Iterator[Complaint]:
    try:
        keys = load(settings.secret_key_file)
    except KeysMissing as missing:
        yield "keys", {"reason": missing}
        return
    if settings.secret_key_file.stat().st_mode & 0o077:
        yield "keys_open", {"file": settings.secret_key_file}
    if keys.demo:
        yield "keys_demo", {"file": settings.secret_key_file}
    if not keys.known:
        yield "custodians", {}


def _pack(settings: Settings) -> Iterator[Complaint]:
    try:
        default(settings.rule_pack, lambda path: Path(path).read_text(encoding="utf-8"))
    except Refused as refusal:
        yield "pack", {"pack": settings.rule_pack, "reason": "; ".join(refusal.facts["faults"])}


def _database(settings: Settings) -> Iterator[Complaint]:
    try:
        database = Database(settings.database_url)
        if not is_current(database):
            yield "schema", {}
            return
        with database.reading() as session:
            if not registers.numbers(session):
                yield "empty", {}
        database.close()
    except StorageFailed as failed:
        yield "database", {"fault": failed.fault.value}
