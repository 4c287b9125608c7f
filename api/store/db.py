"""Engine, session and the one commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import Any, NoReturn

from sqlalchemy import DateTime, Dialect, Engine, create_engine, event, make_url
from sqlalchemy import Enum as EnumType
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

_WRITES = "yuanping_writes"

# Names of constraints are part of the schema: without them SQLite could not alter one later.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class StorageFault(StrEnum):
    """What kept the database from taking or giving the data."""

    FULL = "full"  # disk or quota
    BUSY = "busy"  # somebody else held the lock for longer than we wait
    GONE = "gone"  # not reachable, not readable, not writable


class StorageFailed(Exception):
    """The database failed; nothing of the transaction stands. The cause is in `__cause__`."""

    def __init__(self, fault: StorageFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: stored in UTC, given back with its zone on every database; naive ones are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware moment → UTC. Raises ValueError for a naive one (SQLAlchemy wraps it: StatementError)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone is not a moment")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What the database holds → the same moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def by_value(kind: type[Enum]) -> EnumType:
    """A column type that stores the enum's values as plain text, so that a new one needs no migration."""
    return EnumType(
        kind, native_enum=False, length=24, values_callable=lambda members: [each.value for each in members]
    )


class _Work(Session):
    """A session that cannot commit: only `Database.transaction` does."""

    def commit(self) -> NoReturn:
        """Always refused: a service that commits would split one verb into two."""
        raise RuntimeError("services never commit: Database.transaction() does, once")


class Database:
    """One database, by URL; SQLite in a file or PostgreSQL through psycopg."""

    def __init__(self, url: str, *, wait_ms: int = 5000) -> None:
        """`wait_ms`: how long a writer waits for another one before it fails with BUSY."""
        self.url: URL = make_url(url)
        self.engine: Engine = _engine(self.url, wait_ms)
        self._writer = self.engine.execution_options(**{_WRITES: True})
        self._reader = self.engine.execution_options(**{_WRITES: False}, **self._snapshot())

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work is committed at the end, or undone whole on any exception.

        Raises StorageFailed when the database is full, busy or gone; other errors pass unchanged.
        """
        with told(), _Work(self._writer, expire_on_commit=False) as session:
            session.connection()  # SQLite: take the write lock before reading what we decide on
            yield session
            Session.commit(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on one consistent snapshot; the database itself refuses writes in it."""
        with told(), _Work(self._reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def _snapshot(self) -> dict[str, Any]:
        if self.url.get_backend_name() == "postgresql":
            return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        return {}


def _engine(url: URL, wait_ms: int) -> Engine:
    # hide_parameters: an error text reaches the log, the values of a row must not.
    match url.get_backend_name():
        case "sqlite" if url.database and url.database != ":memory:":
            engine = create_engine(url, connect_args={"timeout": wait_ms / 1000}, hide_parameters=True)
            event.listen(engine, "connect", _open_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        case "postgresql":
            options = f"-c lock_timeout={wait_ms} -c timezone=UTC"
            return create_engine(
                url.set(drivername="postgresql+psycopg"),
                connect_args={"options": options},
                pool_pre_ping=True,
                hide_parameters=True,
            )
    raise ValueError("the database is an SQLite file (sqlite:///path) or PostgreSQL (postgresql+psycopg://…)")


def _open_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver must not open transactions of its own
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer that starts as a reader may find its snapshot stale when it first writes.
    writes = connection.get_execution_options().get(_WRITES, True)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def told() -> Iterator[None]:
    """Turn what the driver says about full, busy or gone storage into StorageFailed."""
    try:
        yield
    except DatabaseError as error:  # a file that is no database is no OperationalError
        fault = _fault(error)
        if fault is None:
            raise
        raise StorageFailed(fault) from error


_SQLITE = {
    "SQLITE_FULL": StorageFault.FULL,
    "SQLITE_BUSY": StorageFault.BUSY,
    "SQLITE_LOCKED": StorageFault.BUSY,
    "SQLITE_CANTOPEN": StorageFault.GONE,
    "SQLITE_IOERR": StorageFault.GONE,
    "SQLITE_READONLY": StorageFault.GONE,
    "SQLITE_NOTADB": StorageFault.GONE,  # another file lies there
    "SQLITE_CORRUPT": StorageFault.GONE,
}
_POSTGRES = {
    "53100": StorageFault.FULL,  # disk_full
    "53200": StorageFault.FULL,  # out_of_memory
    "55P03": StorageFault.BUSY,  # lock_not_available
    "40001": StorageFault.BUSY,  # serialization_failure
    "40P01": StorageFault.BUSY,  # deadlock_detected
    "57014": StorageFault.BUSY,  # query_canceled
    "53300": StorageFault.BUSY,  # too_many_connections
}


def _fault(error: DatabaseError) -> StorageFault | None:
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:  # extended names such as SQLITE_IOERR_WRITE belong to their first two words
        return _SQLITE.get("_".join(name.split("_")[:2]))
    if not isinstance(error, OperationalError):
        return None
    state = getattr(error.orig, "sqlstate", None)
    return _POSTGRES.get(state, StorageFault.GONE) if state else StorageFault.GONE
