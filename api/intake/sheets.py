"""Which rows of text does a table hold, be it CSV or a workbook?"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from api.intake.faults import WHOLE, Findings

MOST_ROWS = 500_000

_SPOILED = re.compile("[\x00\udc80-\udcff]")  # NUL, and bytes that are no UTF-8 (by surrogateescape)
_QUOTED = re.compile(r'"([^"]*+(?:""[^"]*+)*+)"')
_PLAIN = re.compile(r'[^",\r\n]*+')


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column wanted: its name, another heading it may bear (Chinese), and whether it may be absent."""

    name: str
    zh: str = ""
    optional: bool = False


class Row(NamedTuple):
    """One record: its row number (the header is row 1) and its cells in the order of the columns wanted."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The rows of a table; what each wanted column is called here; which wanted ones are not there at all."""

    headings: tuple[str, ...]
    absent: frozenset[str]  # names of required columns; their cells are empty
    rows: tuple[Row, ...]


Record = tuple[int, Sequence[str]]
Wanted = Sequence[Column] | Callable[[Sequence[str]], Sequence[Column]]  # … or what the header makes wanted


def read_sheet(data: bytes, columns: Sequence[Column], findings: Findings) -> Sheet | None:
    """The rows of a CSV file or of a workbook's first sheet; None when there is no usable header."""
    if data[:4] == b"PK\x03\x04":
        from api.intake.workbooks import read_workbook  # openpyxl is slow to import

        records = read_workbook(data, findings)
        return None if records is None else _shape(records, columns, findings)
    return read_csv(data, columns, findings)


def read_csv(data: bytes, columns: Wanted, findings: Findings) -> Sheet | None:
    """The rows of an RFC 4180 file in UTF-8; every fault noted; None when there is no usable header."""
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        findings.note(1, WHOLE, "intake.file-workbook")
        return None
    try:
        text, whole = data.decode("utf-8-sig"), b"\x00" not in data
    except UnicodeDecodeError:
        text, whole = data.decode("utf-8-sig", "surrogateescape"), False
    if not text:
        findings.note(1, WHOLE, "intake.file-empty")
        return None
    records = _records(text, findings)
    return _shape(records if whole else _without_spoiled(records, findings), columns, findings)


def _records(text: str, findings: Findings) -> list[Record]:
    """Records with their numbers; damaged ones are noted and left out."""
    found: list[Record] = []
    at, number, end = 0, 0, len(text)
    while at < end:
        number += 1
        if number > MOST_ROWS:
            findings.note(number, WHOLE, "intake.rows-many", most=MOST_ROWS)
            break
        stop = text.find("\n", at)
        stop = end if stop < 0 else stop
        line = text[at : stop - 1] if stop > at and text[stop - 1] == "\r" else text[at:stop]
        if '"' in line:
            cells, at, fault = _quoted(text, at)
            if fault is None:
                found.append((number, cells))
            else:
                findings.note(number, _heading(found, len(cells) - 1), fault)
            continue
        at = stop + 1
        if "\r" in line:
            findings.note(number, WHOLE, "intake.csv-return")
        else:
            found.append((number, line.split(",")))
    return found


def _quoted(text: str, at: int) -> tuple[list[str], int, str | None]:
    """The cells of one record with quotes, where the next begins, and what is wrong with the last cell."""
    cells: list[str] = []
    while True:
        match = _QUOTED.match(text, at) if text.startswith('"', at) else _PLAIN.match(text, at)
        if match is None:  # where this record ends, nobody can say
            return [*cells, ""], len(text), "intake.csv-open"
        cells.append(match[0] if match.re is _PLAIN else match[1].replace('""', '"'))
        at = match.end()
        if text.startswith(",", at):
            at += 1
            continue
        for ending in ("\r\n", "\n"):
            if text.startswith(ending, at):
                return cells, at + len(ending), None
        if text[at:] in ("", "\r"):
            return cells, len(text), None
        stop = text.find("\n", at)
        fault = "intake.csv-quote" if match.re is _PLAIN else "intake.csv-after"
        fault = "intake.csv-return" if text[at] == "\r" else fault
        return cells, len(text) if stop < 0 else stop + 1, fault


def _heading(records: Sequence[Record], place: int) -> str:
    """The name of a column by its place, or its number when the header does not reach that far."""
    header = records[0][1] if records and records[0][0] == 1 else ()
    return header[place] if place < len(header) else str(place + 1)


def _without_spoiled(records: Sequence[Record], findings: Findings) -> list[Record]:
    """Records that hold text only. The first spoiled cell is named: the rest is the same mistake."""
    clean: list[Record] = []
    named = False
    for number, cells in records:
        spoiled = [(i, found[0]) for i, cell in enumerate(cells) if (found := _SPOILED.search(cell))]
        if not spoiled:
            clean.append((number, cells))
        elif not named:
            named = True
            place, sign = spoiled[0]
            code = "intake.file-nul" if sign == "\x00" else "intake.file-not-utf8"
            findings.note(number, _heading(clean, place), code, byte=f"{ord(sign) & 0xFF:02X}")
    return clean


def _shape(records: list[Record], wanted: Wanted, findings: Findings) -> Sheet | None:
    """The wanted cells of every record that has as many cells as the header."""
    if not records or records[0][0] != 1:
        if not findings:
            findings.note(1, WHOLE, "intake.file-empty")
        return None
    header = records[0][1]
    columns = wanted(header) if callable(wanted) else wanted
    places = [_place(header, column, findings) for column in columns]
    width = len(header)
    pick = _picker([width if place is None else place for place in places])
    rows: list[Row] = []
    for number, cells in records[1:]:
        if len(cells) == width:
            rows.append(Row(number, pick((*cells, ""))))
        elif len(cells) < width:
            findings.note(number, header[len(cells)], "intake.row-short", found=len(cells), width=width)
        else:
            findings.note(number, WHOLE, "intake.row-long", found=len(cells), width=width)
    headings = tuple(c.name if p is None else header[p] for c, p in zip(columns, places, strict=True))
    absent = frozenset(c.name for c, p in zip(columns, places, strict=True) if p is None and not c.optional)
    return Sheet(headings=headings, absent=absent, rows=tuple(rows))


def _place(header: Sequence[str], column: Column, findings: Findings) -> int | None:
    """Where a column stands; a missing or double one is noted."""
    at = [i for i, heading in enumerate(header) if heading == column.name or heading == (column.zh or None)]
    if len(at) > 1:
        findings.note(1, column.name, "intake.column-twice", places=tuple(i + 1 for i in at))
    if not at and not column.optional:
        findings.note(1, column.name, "intake.column-missing", header=tuple(header))
    return at[0] if at else None


def _picker(places: list[int]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    if len(places) == 1:
        return lambda cells: (cells[places[0]],)
    pick: Callable[[tuple[str, ...]], tuple[str, ...]] = itemgetter(*places)
    return pick
