"""`yuanping import`: a dry run first, then the whole file or nothing of it."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api import keyring
from api.cli import main
from api.store import registers
from api.store.db import Database
from api.store.personal import Personal
from crypto.keyfile import Effort
from fixtures.make import make_world
from scheduler.model import Booth, Span
from scheduler.records import ExpertRecord, OrganisationRecord, SiteRecord

ORDER = ("regions", "specialities", "organisations", "sites", "experts")
WORLD = make_world(b"import", today=date(2026, 11, 25), experts=60, groups=4).registers


def day(value: date | None) -> str:
    return value.isoformat() if value else ""


def spans(values: tuple[Span, ...]) -> str:
    return ";".join(f"{day(span.since)}/{day(span.until)}" for span in values)


def answer(value: bool | None) -> str:
    """是, 否, or empty where nobody said."""
    return "" if value is None else "是" if value else "否"


def booth(value: Booth | None) -> str:
    """Size and what it has; empty for open workstations."""
    if value is None:
        return ""
    has = "+".join(name for name in ("quiet", "gate") if getattr(value, name))
    return f"{value.width}x{value.depth}x{value.height}" + (f":{has}" if has else "")


def cells(record: Any) -> dict[str, str]:
    """A record as the row that a trading centre would write for it."""
    row = {name: getattr(record, name) for name in record.__dataclass_fields__}
    if isinstance(record, SiteRecord):
        rooms: dict[str, int] = {}
        for seat in row.pop("workstations"):
            rooms[seat.room] = max(rooms.get(seat.room, 0), seat.number)
        broken = [seat for seat in record.workstations if seat.broken]
        row["rooms"] = ";".join(f"{room}:{count}" for room, count in rooms.items())
        row["broken"] = ";".join(f"{seat.room}-{seat.number}:{'+'.join(seat.broken)}" for seat in broken)
        row["booth"] = booth(record.booth)
        row |= {"opens": record.opens.isoformat("minutes"), "closes": record.closes.isoformat("minutes")}
    if isinstance(record, OrganisationRecord):
        held = (f"{over.org}:{day(over.since)}/{day(over.until)}" for over in record.controllers)
        row["controllers"] = ";".join(held)
    if isinstance(record, ExpertRecord):
        row |= {"specialities": ";".join(record.specialities), "kin": ";".join(record.kin)}
        row |= {"leave": spans(record.leave), "standing": record.standing.value}
        jobs = (f"{job.org}:{day(job.since)}/{day(job.until)}" for job in record.jobs)
        row["jobs"] = ";".join(jobs)
        ties = (f"{tie.tie}:{tie.org}:{day(tie.since)}/{day(tie.until)}" for tie in record.relations)
        row |= {"relations": ";".join(ties), "senior": answer(record.senior)}
        row |= {"penalised": answer(record.penalised), "trained_until": day(record.trained_until)}
        row["practising_since"] = day(record.practising_since)
    return {name: str(value) for name, value in row.items()}


def write(path: Path, records: tuple[Any, ...], **change: str) -> str:
    """A CSV file of the records; `change` replaces cells of the last one."""
    rows = [cells(record) for record in records]
    rows[-1] |= change
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["import", *args])


@pytest.fixture
def installation(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Personal:
    """An empty installation with its keys; the key of personal data."""
    secret = tmp_path / "keys" / "secret.key"
    keyring.make(secret, demo=True, entropy=bytes, effort=Effort(memory=64, passes=1, lanes=1))
    monkeypatch.setenv("YUANPING_DATABASE_URL", database_url)
    monkeypatch.setenv("YUANPING_SECRET_KEY_FILE", str(secret))
    monkeypatch.setenv("YUANPING_LANG", "en")
    return keyring.load(secret).personal


def test_a_world_written_to_files_is_imported_whole(
    installation: Personal, database: Database, tmp_path: Path
) -> None:
    """Dry run, import and a second import: nothing, everything, nothing new; the registers equal the files."""
    for name in ORDER:
        records = getattr(WORLD, name)
        file = write(tmp_path / f"{name}.csv", records)
        dry = run(name, file)
        assert (dry.exit_code, dry.stderr) == (0, "")
        assert f"{name}: {len(records)} new, 0 changed, 0 unchanged" in dry.stdout
        with database.reading() as session:
            assert registers.version(session) == ORDER.index(name)
        assert run(name, file, "--apply").exit_code == 0
        assert f"{name}: 0 new, 0 changed, {len(records)} unchanged" in run(name, file).stdout
    with database.reading() as session:
        assert set(registers.sites(session)) == set(WORLD.sites)
        assert registers.experts(session, installation) == WORLD.experts
    changed = write(tmp_path / "sites.csv", WORLD.sites, name="新名称")
    assert (
        f"1 changed, {len(WORLD.sites) - 1} unchanged\nchanged: {WORLD.sites[-1].site}"
        in run("sites", changed).stdout
    )


def test_one_fault_and_nothing_is_taken(installation: Personal, database: Database, tmp_path: Path) -> None:
    """Faults of shape and of reference come together, with row and column, and no row is written."""
    file = write(tmp_path / "regions.csv", WORLD.regions)
    assert run("regions", file, "--apply").exit_code == 0
    file = write(tmp_path / "sites.csv", WORLD.sites, region="990101", opens="8")
    result = run("sites", file, "--apply")
    assert (result.exit_code, result.stdout) == (2, "")
    row = len(WORLD.sites) + 1
    assert [line.removeprefix(f"{file}:{row}:").split(": ")[0] for line in result.stderr.splitlines()] == [
        "opens",
        "region",
    ]
    with database.reading() as session:
        assert registers.sites(session) == ()


def test_what_only_the_registers_know_is_named_by_row(installation: Personal, tmp_path: Path) -> None:
    """A person registered under another number is a fault of the row, without the id number in it."""
    for name in ORDER:
        assert run(name, write(tmp_path / f"{name}.csv", getattr(WORLD, name)), "--apply").exit_code == 0
    person = WORLD.experts[0]
    file = write(tmp_path / "again.csv", (person,), expert="NEW-1", kin="")
    result = run("experts", file)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{file}:2:id_number: ")
    assert person.id_number not in result.stderr


def test_an_installation_that_is_not_ready_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No database, wrong settings, no such file: one sentence, exit 2, and nothing is made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YUANPING_DATABASE_URL", f"sqlite:///{tmp_path / 'no.db'}")
    file = write(tmp_path / "regions.csv", WORLD.regions)
    for args in (("regions", file), ("regions", file, "--apply"), ("regions", "absent.csv"), ("lots", file)):
        result = run(*args)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr
    monkeypatch.setenv("YUANPING_DATABASE_URL", "mysql://x/y")
    assert run("regions", file).exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["regions.csv"]


def test_experts_need_the_key_file(
    installation: Personal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the installation's key no personal data is compared or written."""
    monkeypatch.setenv("YUANPING_SECRET_KEY_FILE", str(tmp_path / "none.key"))
    result = run("experts", write(tmp_path / "experts.csv", WORLD.experts))
    assert result.exit_code == 2
    assert "none.key" in result.stderr
