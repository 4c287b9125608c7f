"""Which rows of text does the first sheet of a workbook (XLSX) hold?"""

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from api.intake.faults import WHOLE, Findings

MOST_ROWS = 100_000
MOST_COLUMNS = 1_000
MOST_UNPACKED = 256 * 2**20  # bytes of all parts together
MOST_PARTS = 1_000
_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number and drops the rest


def read_workbook(data: bytes, findings: Findings) -> list[tuple[int, Sequence[str]]] | None:
    """Records with their row numbers, all as wide as the header; None, with the fault noted, for rubbish.

    Numbers, days and times become text as people write them; wholly empty rows are passed over.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            sizes = [part.file_size for part in parts.infolist()]  # zipfile never unpacks more than that
        if len(sizes) > MOST_PARTS or sum(sizes) > MOST_UNPACKED:
            findings.note(1, WHOLE, "intake.book-bomb", most=MOST_UNPACKED // 2**20)
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which are not read
            return list(_records(data, findings))
    except Exception:  # a foreign parser over foreign bytes: whatever it stumbles on, the file is at fault
        findings.note(1, WHOLE, "intake.book-broken")
        return None


def _records(data: bytes, findings: Findings) -> Iterator[tuple[int, Sequence[str]]]:
    book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file claims about its size cuts cells off
        header: list[str] = []
        for number, row in enumerate(sheet.iter_rows(), 1):
            if number > MOST_ROWS or len(row) > MOST_COLUMNS:
                findings.note(number, WHOLE, "intake.book-large", rows=MOST_ROWS, columns=MOST_COLUMNS)
                return
            cells = [(cell.value, cell.data_type) for cell in row]
            while cells and cells[-1][0] is None:
                cells.pop()
            if not cells and number > 1:
                continue
            names = header + [str(i) for i in range(len(header) + 1, len(cells) + 1)]
            texts = [_text(v, kind, number, names[i], findings) for i, (v, kind) in enumerate(cells)]
            header = header or texts
            yield number, texts + [""] * (len(header) - len(texts))
    finally:
        book.close()


def _text(value: Any, kind: str, row: int, column: str, findings: Findings) -> str:
    """One cell as text; a formula, an error or a number that lost digits is noted and taken as empty."""
    if kind == "f":
        findings.note(row, column, "intake.cell-formula")
    elif kind == "e":
        findings.note(row, column, "intake.cell-error", found=value)
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= _EXACT:
        findings.note(row, column, "intake.cell-digits")
    else:
        return _plain(value)
    return ""


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, timedelta):  # a time of day beyond 24:00, or one formatted as a duration
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(value, time):
        return value.isoformat("minutes")
    return value.isoformat() if isinstance(value, date) else str(value)
