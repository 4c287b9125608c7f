"""Register files of any bytes: faults with their places, and never an exception."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from api.intake.faults import Findings
from api.intake.registers import FORMS, Kind, Known, read_register

SAMPLES = (
    "",
    "A0401;B02",
    "2026-01-01/",
    "101:4;102:6",
    "101-3:camera",
    "340111",
    "1970-03-07",
    "09:00",
    "张三",
)
CELLS = st.sampled_from(SAMPLES) | st.text(max_size=6)
EDITS = st.lists(st.tuples(st.integers(0, 6000), st.binary(max_size=6)), min_size=1, max_size=5)


def ends_well(kind: Kind, data: bytes) -> None:
    findings = Findings("register")
    read = read_register(kind, data, findings, Known())
    assert findings or getattr(read.records, kind.value) or not read.rows
    for fault in findings.in_order():
        assert fault.row >= 1
        assert fault.line("en").isprintable()
        assert fault.line("zh-CN").isprintable()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(Kind), st.data())
def test_any_cells_are_records_or_faults(kind: Kind, data: st.DataObject) -> None:
    """Rows of the right width with anything in their cells."""
    names = [column.name for column in FORMS[kind].columns]
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), max_size=3))
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [names, *rows]]
    ends_well(kind, "\n".join(lines).encode("utf-8", "surrogatepass"))


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(Kind), EDITS)
def test_a_damaged_workbook_is_refused_or_read(kind: Kind, edits: list[tuple[int, bytes]]) -> None:
    """A workbook with bytes overwritten anywhere gives faults or rows, whatever its parser stumbles on."""
    workbook = Workbook()
    workbook.active.append([column.name for column in FORMS[kind].columns])
    workbook.active.append(list(SAMPLES))
    held = io.BytesIO()
    workbook.save(held)
    data = held.getvalue()
    for at, new in edits:
        data = data[:at] + new + data[at + len(new) :]
    ends_well(kind, data)
