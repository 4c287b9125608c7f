"""Workbooks: a sheet gives the same rows as the CSV file of it, and rubbish is refused in a sentence."""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl import Workbook

from api.intake.faults import Findings
from api.intake.sheets import Column, Sheet, read_sheet

COLUMNS = (Column(name="a", zh="甲"), Column(name="b"))


def book(*rows: list[Any]) -> bytes:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    held = io.BytesIO()
    workbook.save(held)
    return held.getvalue()


def read(data: bytes) -> tuple[Sheet | None, list[tuple[int, str, str]]]:
    findings = Findings("x.xlsx")
    sheet = read_sheet(data, COLUMNS, findings)
    return sheet, [(f.row, f.column, f.code.removeprefix("intake.")) for f in findings.in_order()]


def repacked(data: bytes, name: str, change: Any) -> bytes:
    """The workbook with the bytes of one part changed."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return held.getvalue()


def test_cells_become_text_as_people_write_them() -> None:
    """Numbers, days and times lose nothing; empty rows are passed over and keep their numbers."""
    values = [
        340111,
        12.0,
        2.5,
        date(2026, 1, 2),
        datetime.fromisoformat("2026-01-02 09:30"),
        time(9, 0),
        "文",
        True,
    ]
    sheet, faults = read(book(["b", "甲", "c"], [None, None], *[[value] for value in values]))
    assert faults == []
    assert sheet is not None
    assert [row.cells for row in sheet.rows] == [
        ("", text)
        for text in ("340111", "12", "2.5", "2026-01-02", "2026-01-02 09:30", "09:00", "文", "True")
    ]
    assert sheet.rows[0].number == 3
    assert sheet.headings == ("甲", "b")


def test_cells_that_cannot_be_trusted_are_named() -> None:
    """Formulas, errors, ids that lost digits and cells beyond the header are faults with their place."""
    _, faults = read(book(["a", "b"], ["=1+1", "#N/A"], [340102199001011234, 1], [1, 2, 3]))
    assert faults == [
        (2, "a", "cell-formula"),
        (2, "b", "cell-error"),
        (3, "a", "cell-digits"),
        (4, "-", "row-long"),
    ]


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x03\x04" + bytes(100), book(["a"])[:-30]])
def test_rubbish_is_refused(data: bytes) -> None:
    """Something that only begins like a workbook is one fault."""
    assert read(data) == (None, [(1, "-", "book-broken")])


def test_old_and_encrypted_workbooks_are_refused() -> None:
    """The container of .xls and of encrypted files is recognised."""
    assert read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")[1] == [(1, "-", "file-workbook")]


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    """What would unpack to more than the limit is one fault."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bomb, bomb.open("xl/workbook.xml", "w") as part:
        for _ in range(257):
            part.write(bytes(2**20))
    assert read(held.getvalue()) == (None, [(1, "-", "book-bomb")])


def test_an_entity_bomb_is_refused() -> None:
    """XML that grows while it is parsed is refused by the parser and named as a broken workbook."""
    entities = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 20}">' for i in range(9))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{entities}]>'.encode()

    def bomb(xml: bytes) -> bytes:
        return doctype + xml.replace(b">1<", b">&e9;<")

    data = repacked(book(["a", "b"], [1, 2]), "xl/worksheets/sheet1.xml", bomb)
    assert read(data) == (None, [(1, "-", "book-broken")])


def test_a_sheet_that_claims_a_million_rows_is_cut_short() -> None:
    """A single cell far down or far right costs no memory and is named."""
    for far in (b"A1048576", b"XFD2"):
        moved = b'r="A2"', b'r="' + far + b'"'
        row = b'<row r="' + far.strip(b"AXFD") + b'"'

        def change(xml: bytes, moved: tuple[bytes, bytes] = moved, row: bytes = row) -> bytes:
            return xml.replace(b'<row r="2"', row).replace(*moved)

        data = repacked(book(["a", "b"], [1]), "xl/worksheets/sheet1.xml", change)
        assert [code for _, _, code in read(data)[1]] == ["book-large"]
