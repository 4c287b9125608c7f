"""POOL.csv: what is read, and every fault named by row and column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.intake.faults import Fault, Findings
from api.intake.pool import Pool, read_pool
from api.intake.sheets import Column, read_csv

HEADER = "expert,region,employer,specialities,household\n"


def pool_of(text: str | bytes) -> tuple[Pool | None, list[Fault]]:
    findings = Findings("pool.csv")
    pool = read_pool(text if isinstance(text, bytes) else text.encode(), findings)
    return pool, findings.in_order()


def told(text: str | bytes) -> list[tuple[int, str, str]]:
    """Row, column and code of every fault."""
    return [(f.row, f.column, f.code.removeprefix("intake.")) for f in pool_of(text)[1]]


def test_a_pool_is_read_with_bom_and_either_line_ending() -> None:
    """A BOM, CRLF, a missing last newline, extra columns and another order of columns change nothing."""
    plain, _ = pool_of(HEADER + "e1,340111,org1,A0401;B02,h1\n专家2,340102,,A06,\n")
    other = "\ufeff备注,specialities,expert,region,household,employer\r\n"
    other += '"a ""b"",\nc",A0401;B02,e1,340111,h1,org1\r\n,A06,专家2,340102,,'
    again, faults = pool_of(other)
    assert faults == []
    assert plain == again
    assert plain is not None
    assert plain.experts[0].specialities == ("A0401", "B02")
    assert plain.experts[1].employer == ""


def test_household_may_be_absent_and_a_pool_may_be_empty() -> None:
    """Only `household` is an optional column; a header without rows is a pool of nobody."""
    pool, faults = pool_of("expert,region,employer,specialities\ne1,340111,,A04\n")
    assert faults == []
    assert pool is not None
    assert pool.experts[0].household == ""
    assert pool_of(HEADER) == (Pool(experts=(), named=frozenset()), [])


def test_all_faults_of_all_rows_are_named_at_once() -> None:
    """Every faulty cell has its own line, and rows with several faults have several."""
    rows = [
        "e1,34011,,A04,",
        ",340111,,A04,",
        "e 3,３４０１１１,a:b,D04,h;1",
        "e4,340111,,,",
        "e5,340111,,A04",
        "e6,340111,,A04,,",
        "e1,340111,,A04,",
        " e8,340111,,A0401;,",
        "e\u200b9,340111,,A0,",
        "e\u0301,340111,,A06, ",
        "",
    ]
    assert told(HEADER + "\n".join(rows) + "\n") == [
        (2, "region", "region"),
        (3, "expert", "id-empty"),
        (4, "region", "region"),
        (4, "employer", "id-divider"),
        (4, "specialities", "speciality"),
        (4, "household", "id-divider"),
        (5, "specialities", "specialities-empty"),
        (6, "household", "row-short"),
        (7, "-", "row-long"),
        (8, "expert", "expert-twice"),
        (9, "expert", "id-spaces"),
        (9, "specialities", "speciality"),
        (10, "expert", "id-invisible"),
        (10, "specialities", "speciality"),
        (11, "expert", "id-nfc"),
        (11, "household", "id-spaces"),
        (12, "region", "row-short"),
    ]


def test_rows_count_records_and_not_lines() -> None:
    """A newline inside quotes does not move the numbers of the rows after it."""
    text = 'expert,region,employer,specialities,note\ne1,340111,,A04,"a\nb\r\nc"\ne2,3401,,A04,x\n'
    assert told(text) == [(3, "region", "region")]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ('"e1,340111,,A04,', (2, "expert", "csv-open")),
        ('e1,"340111"x,,A04,', (2, "region", "csv-after")),
        ('e1,340111,a"b,A04,', (2, "employer", "csv-quote")),
        ('e1,340111,"a"\r,A04,', (2, "employer", "csv-return")),
        ("e1,340111,a\rb,A04,", (2, "-", "csv-return")),
    ],
)
def test_bad_quoting_is_a_fault_of_its_row(row: str, fault: tuple[int, str, str]) -> None:
    """Quotes that RFC 4180 forbids are named with row and column; they never swallow text unnoticed."""
    assert told(HEADER + row) == [fault]


def test_reading_goes_on_after_a_damaged_row() -> None:
    """A stray quote costs its own row only."""
    assert told(HEADER + 'e1,340111,a"b,A04,\ne2,1,,A04,\n') == [
        (2, "employer", "csv-quote"),
        (3, "region", "region"),
    ]


def test_bytes_that_are_no_text_are_named_once() -> None:
    """The first byte that is not UTF-8, or the first NUL, is placed; other rows are still checked."""
    bad = HEADER.encode() + b"e1,340111,\xd6\xd0,A04,\ne2,340111,\xd6,A04,\ne3,34,,A04,\n"
    assert told(bad) == [(2, "employer", "file-not-utf8"), (4, "region", "region")]
    assert told(HEADER + "e1,340111,,A04,\x00\n") == [(2, "household", "file-nul")]
    assert told(HEADER.encode("utf-16")) == [(1, "1", "file-not-utf8")]


def test_the_header_must_name_every_column_once() -> None:
    """A missing or double column is named, and the cells of the others are still judged."""
    assert told("expert,region,region,specialities\ne1,1,340111,A04\n") == [
        (1, "region", "column-twice"),
        (1, "employer", "column-missing"),
        (2, "region", "region"),
    ]
    assert told("expert,region,employer,specialities,x,x\ne1,340111,,A04,,\n") == []


def test_empty_and_foreign_files_are_refused() -> None:
    """Nothing, a BOM alone, and a workbook are each one fault."""
    for data in (b"", b"\xef\xbb\xbf"):
        assert told(data) == [(1, "-", "file-empty")]
    assert told(b"PK\x03\x04rubbish") == [(1, "-", "file-workbook")]


def test_a_fault_is_one_line_whatever_the_file_holds() -> None:
    """Line breaks and terminal codes of the file are shown escaped, in both languages."""
    _, faults = pool_of(HEADER + '"e\n\x1b[31m1",340111,,A04,\n')
    for lang in ("zh-CN", "en"):
        line = faults[0].line(lang)
        assert line.startswith("pool.csv:2:expert: ")
        assert line.isprintable()
        assert "e\\n\\x1b[31m1" in line


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=5)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=5), st.sampled_from(["\n", "\r\n"]))
def test_quoted_cells_come_back_as_written(rows: list[list[str]], ending: str) -> None:
    """Whatever a cell holds, RFC 4180 quoting carries it through unchanged."""
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [["a", "b"], *rows]]
    findings = Findings("x.csv")
    sheet = read_csv(ending.join(quoted).encode(), (Column(name="b"), Column(name="a")), findings)
    assert not findings
    assert sheet is not None
    assert [row.cells for row in sheet.rows] == [(b, a) for a, b in rows]
    assert [row.number for row in sheet.rows] == list(range(2, len(rows) + 2))
