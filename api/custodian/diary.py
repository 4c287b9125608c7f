"""What does a custodian's agent keep? What it has seen and promised, and what it said in ceremonies: one SQLite file.

A lock keeps a second agent from working on the same memory: two that do not know of each other could be made to
speak twice. Everything done is also a line of `log.jsonl`, for people.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from api import loglines
from crypto.canonical import canonical, parse
from crypto.ceremony import Party
from crypto.errors import Broken
from crypto.messages import Message, message_body, message_of
from crypto.seats import Plan, plan_body, plan_of
from scheduler.agent import Memory
from scheduler.answers import signed_body, signed_of
from scheduler.attested import Signed
from scheduler.model import LotId

MEMORY, LOG, PAUSED = "memory.db", "log.jsonl", "paused"
_KINDS = ("heads", "keys", "promises")
_VERSION = 1  # of the tables below
_TABLES = """
CREATE TABLE IF NOT EXISTS seen (kind TEXT, name TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, name));
CREATE TABLE IF NOT EXISTS ceremony (id TEXT PRIMARY KEY, plan TEXT NOT NULL, over INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS alarm (told TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS message (
  number INTEGER PRIMARY KEY, ceremony TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (ceremony, body)
);
"""


class InUse(Exception):
    """Another agent works on this memory."""


class BadMemory(Exception):
    """What lies there is no memory, or one of another version; the text names the file and the fault."""


class Diary:
    """The memory of one custodian in one folder."""

    def __init__(self, folder: Path) -> None:
        """Open or begin it. Raises InUse, BadMemory."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        with ExitStack() as undo:
            try:
                self._db = sqlite3.connect(folder / MEMORY, isolation_level=None, timeout=0.2)
                undo.callback(self._db.close)
                self._begin()
            except (sqlite3.Error, Broken, KeyError) as fault:
                if getattr(fault, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
                    raise InUse(str(folder)) from fault
                raise BadMemory(f"{folder / MEMORY}: {fault}") from fault
            undo.pop_all()

    def _begin(self) -> None:
        self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("BEGIN EXCLUSIVE")
        self._db.execute("END")  # the lock stays until the connection closes
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version not in (0, _VERSION):  # 0: written before there was a number
            raise Broken(f"a memory of version {version}, and this program writes {_VERSION}")
        self._db.executescript(f"{_TABLES} PRAGMA user_version = {_VERSION};")
        self._memory = self._read()  # whoever cannot read what it promised must not begin to answer

    def close(self) -> None:
        """Give the memory free for another process."""
        self._db.close()

    @property
    def paused(self) -> bool:
        """Whether the custodian has asked its agent to rest."""
        return (self._folder / PAUSED).exists()

    def memory(self) -> Memory:
        """All that was seen and promised: what the file holds, which nobody else can change while we have it."""
        return self._memory

    def _read(self) -> Memory:
        read = cache(lambda body: signed_of(parse(body.encode("utf-8"))))  # one entry deals all keys of a lot
        found: dict[str, dict[str, Signed]] = {kind: {} for kind in _KINDS}
        for kind, name, body in self._db.execute("SELECT kind, name, body FROM seen WHERE kind != 'made'"):
            found[kind][name] = read(body)
        made = frozenset(name for (name,) in self._db.execute("SELECT name FROM seen WHERE kind = 'made'"))
        heads = {LotId(lot): each for lot, each in found["heads"].items()}
        return Memory(heads=heads, made=made, keys=found["keys"], promises=found["promises"])

    def remember(self, after: Memory) -> None:
        """Keep what is new in a later memory, all or nothing, before anything of it is told."""
        with self._whole():
            for kind in _KINDS:
                old: Mapping[str, Signed] = getattr(self._memory, kind)
                new: Mapping[str, Signed] = getattr(after, kind)
                for name, each in new.items():
                    if old.get(name) != each:
                        row = (kind, name, _text(signed_body(each)))
                        self._db.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", row)
        self._memory = after

    def ceremony(self, plan: Plan) -> tuple[Message, ...] | None:
        """What was kept of a ceremony; None when its id was used for another plan."""
        ident = plan.ceremony.hex()
        row = self._db.execute("SELECT plan FROM ceremony WHERE id = ?", (ident,)).fetchone()
        if row is None:
            return ()
        if plan_of(parse(row[0].encode("utf-8"))) != plan:
            return None
        rows = self._db.execute("SELECT body FROM message WHERE ceremony = ? ORDER BY number", (ident,))
        return tuple(message_of(parse(body.encode("utf-8"))) for (body,) in rows)

    def keep(self, party: Party, said: Iterable[Message]) -> bool:
        """Keep all of a ceremony, before what was said is sent; whether it came to a key or an end only now."""
        plan, ident = party.plan, party.plan.ceremony.hex()
        with self._whole():
            self._db.execute(
                "INSERT OR IGNORE INTO ceremony (id, plan) VALUES (?, ?)", (ident, _text(plan_body(plan)))
            )
            for message in (*party.heard.values(), *said):
                self._db.execute(
                    "INSERT OR IGNORE INTO message (ceremony, body) VALUES (?, ?)",
                    (ident, _text(message_body(message))),
                )
            if party.public:
                made = "INSERT OR IGNORE INTO seen VALUES ('made', ?, '')"
                self._db.execute(made, (party.public.hex(),))
            ended = "UPDATE ceremony SET over = 1 WHERE id = ? AND over = 0"
            over = party.public or party.over
            news = bool(over) and self._db.execute(ended, (ident,)).rowcount == 1
        if party.public:
            self._memory = replace(self._memory, made=self._memory.made | {party.public.hex()})
        return news

    def note(self, at: datetime, what: str, facts: Mapping[str, Any]) -> None:
        """One line of the log."""
        loglines.note(self._folder / LOG, at, what, facts)

    def alarm(self, at: datetime, facts: Mapping[str, Any]) -> None:
        """A journal that cannot be believed: one line of the log, and no second one for the same."""
        told = json.dumps(facts, ensure_ascii=False, sort_keys=True)
        if self._db.execute("INSERT OR IGNORE INTO alarm VALUES (?)", (told,)).rowcount:
            self.note(at, "alarm", facts)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("END")


def pause(folder: Path) -> None:
    """Ask the agent of this folder to rest; it answers nothing until `resume`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PAUSED).touch()


def resume(folder: Path) -> None:
    """Let it work again."""
    (folder / PAUSED).unlink(missing_ok=True)


def lines(folder: Path) -> list[dict[str, Any]]:
    """Everything the agent of this folder did, oldest first."""
    return loglines.lines(folder / LOG)


def _text(value: Any) -> str:
    return canonical(value).decode("utf-8")
