"""A file of lots: every fault by row and column, a dry run that writes nothing, then all of it or nothing."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from starlette.testclient import TestClient

from api.commands import lots
from api.commands.importing import import_
from api.demo.people import OPERATOR, SUPERVISOR
from api.intake.faults import Faults
from api.services import booking
from api.services.batch import DryRun, dry_run, take_in
from api.services.memory import Memory
from api.services.office import Office
from api.store import journal
from api.store.accounts import Account, put_account
from api.store.db import Database
from scheduler.attempts import MARK
from scheduler.errors import Refused
from scheduler.model import Role
from tests.browsing import TOKEN, browser, open_accounts
from tests.town import TENDEREE, Town, found, order, register

HEAD = "lot,project_code,project_name,category,region,tenderee,seats,owners,host_site,guest_sites_max,day,start\n"


def row(lot: str, seats: str = "A0402:3;A0601:1", where: str = "", when: str = ",") -> str:
    """One lot of a batch."""
    return f"{lot},P-{lot},工程{lot},municipal,340111,{TENDEREE.code},{seats},owner,{where},2,{when}\n"


@pytest.fixture
def town(new_town: Town) -> Town:
    """A town without any lot, and the staff's accounts."""
    open_accounts(new_town)
    return new_town


def tried(town: Town, text: str) -> DryRun:
    """The dry run of a file."""
    return dry_run(town.office, Memory(), text.encode(), "lots.csv")


def booked(town: Town) -> list[str]:
    """All lots there are."""
    with town.office.db.reading() as session:
        return [row.lot for row in journal.cases(session)]


def test_without_any_site_the_batch_says_what_is_missing(database: Database) -> None:
    """A fresh installation with counties and experts, and no site yet."""
    bare = found(database, people=replace(register(), sites=()))
    with database.transaction() as session:
        put_account(session, Account(login="owner", role=Role.OWNER, label="代表"))
    with pytest.raises(Refused, match="no_sites"):
        tried(bare, HEAD + row("N-1"))


def test_a_batch_is_placed_without_a_clash_and_then_booked_whole(town: Town) -> None:
    """Three lots that want most of the town each: different windows; nothing is written before it is taken in."""
    text = HEAD + row("N-1") + row("N-2") + row("N-3")
    made = tried(town, text)
    assert made.whole
    assert len({line.starts for line in made.lines}) == 3
    assert booked(town) == []
    take_in(town.office, OPERATOR, Memory(), text.encode(), "lots.csv", made.digest)
    assert sorted(booked(town)) == ["N-1", "N-2", "N-3"]


def test_every_fault_is_named_with_row_and_column(town: Town) -> None:
    """All at once, whatever they are; a lot that is booked already is one."""
    booking.book(town.office, OPERATOR, order(owners=("owner",)))
    text = (
        HEAD
        + row("TOWN-01")
        + row("N-1", seats="B0")
        + row("N-1", where="NOWHERE")
        + row("N-2", when="2026-02-30,25:00")
    )
    with pytest.raises(Faults) as no:
        tried(town, text)
    told = [(fault.row, fault.column, fault.code) for fault in no.value.faults]
    assert told == [
        (2, "lot", "intake.lot-booked"),
        (3, "seats", "intake.seats-list"),
        (4, "host_site", "intake.site-absent"),
        (4, "lot", "intake.record-twice"),
        (5, "day", "intake.day"),
        (5, "start", "intake.clock"),
    ]
    assert no.value.faults[0].line("zh-CN").startswith("lots.csv:2:lot: ")


def test_a_lot_without_a_place_says_why_and_what_would_help(town: Town) -> None:
    """Three lots want a window with seats for two: one stays out, and the first help is the other window."""
    text = HEAD + "".join(row(f"N-{n}", when="2026-12-01,09:00") for n in (1, 2, 3))
    text += row("N-4", when="2026-12-02,09:00")
    made = tried(town, text)
    (out,) = [line for line in made.lines if line.option is None]
    assert out.against
    assert out.cures
    assert out.cures[0].zh == "改到 2026-12-02 09:00–12:00"
    with pytest.raises(Refused, match="batch_partly"):
        take_in(town.office, OPERATOR, Memory(), text.encode(), "lots.csv", made.digest)
    assert booked(town) == []


def test_when_the_world_has_moved_since_the_dry_run_nothing_is_booked(town: Town) -> None:
    """Another lot has taken the seats meanwhile: the old dry run is refused, the new one holds."""
    text = HEAD + row("N-1")
    made = tried(town, text)
    line = made.lines[0]
    assert line.starts is not None
    assert line.ends is not None
    booking.book(town.office, OPERATOR, order(owners=("owner",), starts=line.starts, ends=line.ends))
    with pytest.raises(Refused, match="plan_stale"):
        take_in(town.office, OPERATOR, Memory(), text.encode(), "lots.csv", made.digest)
    again = tried(town, text)
    take_in(town.office, OPERATOR, Memory(), text.encode(), "lots.csv", again.digest)
    assert "N-1" in booked(town)


def test_one_refused_lot_books_none(town: Town) -> None:
    """All or nothing: the last lot of the batch is refused by a rule, and the first is not booked either."""
    text = HEAD + row("N-1") + row(f"N-2{MARK}2")
    made = tried(town, text)
    with pytest.raises(Refused, match="lot_mark"):
        take_in(town.office, OPERATOR, Memory(), text.encode(), "lots.csv", made.digest)
    assert booked(town) == []


def test_a_panel_that_no_law_allows_is_told_by_row_in_the_dry_run(town: Town) -> None:
    """An even panel: the fault names row and column, and nothing is placed."""
    with pytest.raises(Faults) as no:
        tried(town, HEAD + row("N-1") + row("N-2", seats="A0402:3"))
    (fault,) = no.value.faults
    assert (fault.row, fault.column) == (3, "seats")
    assert "单数" in fault.says("zh-CN")


def test_a_workbook_says_the_same_as_its_csv(town: Town) -> None:
    """XLSX and CSV of the same rows have one digest."""
    text = HEAD + row("N-1") + row("N-2")
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for line in text.strip().splitlines():
        sheet.append(line.split(","))
    book.save(file)
    assert dry_run(town.office, Memory(), file.getvalue(), "lots.xlsx").digest == tried(town, text).digest


def test_only_an_operator_books(town: Town) -> None:
    """The supervisor may not."""
    with pytest.raises(Refused, match="role"):
        take_in(town.office, SUPERVISOR, Memory(), b"", "lots.csv", "")


def send(operator: TestClient, text: str) -> str:
    """The page after sending a file."""
    files = {"file": ("lots.csv", text.encode(), "text/csv")}
    return operator.post("/operator/batch/check", data={"csrf": TOKEN}, files=files).text


def test_the_page_tries_shows_and_books(town: Town) -> None:
    """Faults in a table; a sound file with its places and one button; pressed, the lots are booked."""
    operator = browser(town, Role.OPERATOR)
    assert "上传清单" in operator.get("/operator/batch").text
    assert "1 处错误" in send(operator, HEAD + row("N-1", seats=""))
    page = send(operator, HEAD + row("N-1") + row("N-2"))
    assert "预约全部 2 个标段" in page
    form = dict(re.findall(r'type="hidden" name="(name|content|digest)" value="([^"]*)"', page))
    assert booked(town) == []
    done = operator.post("/operator/batch/apply", data={"csrf": TOKEN, **form})
    assert (done.status_code, done.headers["location"]) == (303, "/operator")
    assert sorted(booked(town)) == ["N-1", "N-2"]
    again = operator.post("/operator/batch/apply", data={"csrf": TOKEN, **form})
    assert again.status_code == 422
    assert "已经预约" in again.text


def test_the_command_tells_and_books(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`import lots` prints every place; with --apply the lots are there; what has no place ends with 3."""

    @contextmanager
    def here() -> Iterator[Office]:
        yield town.office

    monkeypatch.setattr(lots, "office_here", here)
    file = tmp_path / "lots.csv"
    file.write_text(HEAD + row("N-1"), "utf-8")
    dry = CliRunner().invoke(import_, ["lots", str(file)])
    assert (dry.exit_code, "N-1" in dry.output, booked(town)) == (0, True, [])
    done = CliRunner().invoke(import_, ["lots", str(file), "--apply"])
    assert (done.exit_code, booked(town)) == (0, ["N-1"])
    again = CliRunner().invoke(import_, ["lots", str(file)])
    assert again.exit_code == 2
    assert f"{file}:2:lot: " in again.stderr
    crowd = "".join(row(f"M-{n}", when="2026-12-01,09:00") for n in (1, 2, 3))
    file.write_text(HEAD + crowd, "utf-8")
    assert CliRunner().invoke(import_, ["lots", str(file), "--apply"]).exit_code == 3
    assert booked(town) == ["N-1"]
