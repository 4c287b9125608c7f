"""Does the store commit once, fail whole and give moments back as they were?"""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import select

from api.store.db import Database, StorageFailed, StorageFault, UtcDateTime
from api.store.tables import RegionRow

REGION = {"city": "合肥市", "tile_x": 1, "tile_y": 2, "desk_phone": "", "desk_email": "", "desk_hours": ""}


def region(code: str, name: str = "包河区") -> RegionRow:
    return RegionRow(code=code, name=name, **REGION)


def write(database: Database, *rows: RegionRow) -> None:
    with database.transaction() as session:
        for row in rows:
            session.add(row)
            session.flush()


def codes(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.exec(select(RegionRow.code)).all())


def test_a_transaction_is_committed_at_its_end(database: Database) -> None:
    """What a service writes stands after the block, without the service committing."""
    with database.transaction() as session:
        session.add(region("340111"))
    assert codes(database) == ["340111"]


def test_an_exception_undoes_everything(database: Database) -> None:
    """A fault anywhere in the block leaves nothing of it, flushed or not."""

    def work() -> None:
        with database.transaction() as session:
            session.add(region("340111"))
            session.flush()
            session.add(region("340104"))
            _ = 1 // 0

    with pytest.raises(ZeroDivisionError):
        work()
    assert codes(database) == []


def test_a_service_cannot_commit(database: Database) -> None:
    """There is one commit, and it is not the session's."""

    def work() -> None:
        with database.transaction() as session:
            session.add(region("340111"))
            session.commit()

    with pytest.raises(RuntimeError, match="never commit"):
        work()
    assert codes(database) == []


def test_a_reader_cannot_write(database: Database) -> None:
    """The database refuses a write in a reading block; the next writer is not hindered."""

    def work() -> None:
        with database.reading() as session:
            session.add(region("340111"))
            session.flush()

    with pytest.raises(Exception, match=r"gone|read-only"):
        work()
    write(database, region("340104"))
    assert codes(database) == ["340104"]


def test_a_reader_sees_one_moment(database: Database) -> None:
    """Two queries of one reading block agree, whatever is written in between."""
    with database.reading() as session:
        before = session.exec(select(RegionRow.code)).all()
        with database.transaction() as writer:
            writer.add(region("340111"))
        assert session.exec(select(RegionRow.code)).all() == before
    assert codes(database) == ["340111"]


def test_a_locked_database_says_so_and_keeps_nothing(database: Database, database_url: str) -> None:
    """A writer that waits too long fails with BUSY, whole; the one that held the lock goes on."""
    late = Database(database_url, wait_ms=100)
    with database.transaction() as session:
        session.add(region("340111"))
        session.flush()
        with pytest.raises(StorageFailed) as failed:
            write(late, region("340104"), region("340111", name="被锁住"))
    late.close()
    assert failed.value.fault is StorageFault.BUSY
    assert codes(database) == ["340111"]


def test_a_full_disk_says_so_and_keeps_nothing(database: Database) -> None:
    """When space runs out in the middle of a transaction, nothing of it stands."""
    fill(database)
    rows = [region(f"90{number:04d}", name="满" * 2000) for number in range(100)]
    with pytest.raises(StorageFailed) as failed:
        write(database, *rows)
    assert failed.value.fault is StorageFault.FULL
    assert codes(database) == []


def fill(database: Database) -> None:
    """SQLite: forbid the file to grow. PostgreSQL: let the server report a full disk on a late row."""
    if database.url.get_backend_name() == "sqlite":

        @sa.event.listens_for(database.engine, "checkout")
        def no_growth(connection: sqlite3.Connection, *_: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages + 1}")

        return
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.code = '900099' THEN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END IF;"
            " RETURN NEW; END $$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER full_disk BEFORE INSERT ON region FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )


def test_a_database_that_is_not_there_says_so() -> None:
    """An unreachable server or folder is GONE, not a driver's error."""
    for url in ("sqlite:////nowhere/at/all.db", "postgresql://postgres@127.0.0.1:1/none"):
        with pytest.raises(StorageFailed) as failed, Database(url).reading() as session:
            session.exec(select(RegionRow.code)).all()
        assert failed.value.fault is StorageFault.GONE


def test_an_error_never_shows_the_values_of_a_row(database: Database) -> None:
    """Error texts reach the log; what stands in a row must not."""
    write(database, region("340111", name="张暗标"))
    with pytest.raises(IntegrityError) as error:
        write(database, region("340111", name="张暗标"))
    assert "张暗标" not in str(error.value)


def test_only_files_and_postgresql_are_databases() -> None:
    """Another kind of database, or one in memory, is refused by name."""
    for url in ("sqlite://", "sqlite:///:memory:", "mysql://root@host/x"):
        with pytest.raises(ValueError, match="SQLite file"):
            Database(url)


MOMENTS = sa.Table(
    "moment", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("at", UtcDateTime)
)


def test_a_moment_comes_back_as_it_was(database: Database) -> None:
    """Microseconds and the instant survive, in UTC, from whatever zone it came; nothing stays nothing."""
    shanghai = timezone(timedelta(hours=8))
    noon = datetime(2026, 12, 1, 12, 0, 0, 123456, tzinfo=shanghai)
    with database.transaction() as session:
        MOMENTS.create(session.connection())
        session.execute(MOMENTS.insert(), [{"id": 1, "at": noon}, {"id": 2, "at": None}])
    with database.reading() as session:
        first, second = session.execute(sa.select(MOMENTS.c.at).order_by(MOMENTS.c.id)).scalars().all()
        found = session.execute(sa.select(MOMENTS.c.id).where(MOMENTS.c.at <= noon)).scalars().all()
    assert (first, first.tzinfo, second, found) == (noon, UTC, None, [1])


def test_a_moment_without_zone_is_refused(database: Database) -> None:
    """A naive datetime is nobody's moment."""
    with database.transaction() as session:
        MOMENTS.create(session.connection())
        with pytest.raises(StatementError, match="time zone"):
            session.execute(MOMENTS.insert(), {"id": 1, "at": datetime(2026, 12, 1)})  # noqa: DTZ001  # the point


def test_writers_take_turns(database: Database) -> None:
    """Eight threads that read, think and write lose no update on SQLite; PostgreSQL needs its row lock."""
    with database.transaction() as session:
        session.add(region("340111", name="0"))

    def add_one() -> None:
        for _ in range(5):
            with database.transaction() as session:
                row = session.exec(select(RegionRow).with_for_update()).one()
                row.name = str(int(row.name) + 1)

    threads = [threading.Thread(target=add_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.exec(select(RegionRow.name)).one() == "40"


def test_a_file_that_is_no_database_says_so(tmp_path) -> None:
    """Something else lies at the path: GONE, as for one that is not there."""
    (tmp_path / "other.db").write_bytes(b"a letter, and no database at all")
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    with pytest.raises(StorageFailed) as failed, other.reading() as session:
        session.exec(select(RegionRow.code)).all()
    assert failed.value.fault is StorageFault.GONE
