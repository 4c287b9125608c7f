"""Register files: one sound row becomes a record, and each unsound cell is named."""

import csv
import io
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from api.intake.faults import Findings
from api.intake.registers import FORMS, Kind, Known, Record, read_register
from scheduler.model import Job, Kinship, Relation, Span, Standing, Tie
from scheduler.records import Controller

ORG, PARENT = "91340100MA2TEXT00X", "91340100MA2TEXT01X"
KNOWN = Known(
    regions=frozenset({"340111", "340202"}),
    specialities=frozenset({"A", "A04", "A0401", "B02"}),
    organisations=frozenset({ORG}),
    experts=frozenset({"E9"}),
)
SOUND: dict[Kind, dict[str, str]] = {
    Kind.REGIONS: {"code": "340111", "name": "包河区", "city": "合肥市", "tile_x": "5", "tile_y": "8"}
    | {"desk_phone": "0551-6000 0000", "desk_email": "desk@example.cn", "desk_hours": "09:00-17:00"},
    Kind.SPECIALITIES: {"code": "A0401", "level": "3", "name": "市政公用工程"},
    Kind.ORGANISATIONS: {"code": PARENT, "name": "示例集团", "parent": ORG}
    | {"controllers": f"{ORG}:2020-01-01/2025-06-30;{ORG}"},
    Kind.SITES: {"site": "S1", "name": "包河中心", "region": "340111", "opens": "08:30", "closes": "17:30"}
    | {"rooms": "101:2;东2:1", "broken": "101-2:mic+camera", "booth": "150x150x230:quiet+gate"},
    Kind.TRAVEL: {"counties": "340202-340111", "minutes": "95"},
    Kind.EXPERTS: {
        "expert": "E1",
        "name": " 张三 ",
        "id_number": "340111197003070015",
        "phone": "13800000000",
    }
    | {"born": "1970-03-07", "region": "340111", "employer": ORG, "title": "高级工程师"}
    | {"specialities": "A0401;B02", "household": "h1", "kin": "E9", "certificate_until": "2028-12-31"}
    | {"standing": "暂停", "leave": "2026-01-01/2026-01-05;2026-03-01/", "jobs": f"{ORG}:2020-01-01/"}
    | {"senior": "是", "practising_since": "2010-07-01", "trained_until": "2027-05-31", "penalised": "否"}
    | {"relations": f"director:{ORG}:2020-01-01/;kin_head-collateral-3:{ORG}:/2026-01-01"}
    | {"key": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"},  # RFC 8032 §7.1, test 1
}


def as_csv(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def read(
    kind: Kind, data: bytes, known: Known = KNOWN
) -> tuple[tuple[Record, ...], list[tuple[int, str, str]]]:
    findings = Findings("register.csv")
    records = getattr(read_register(kind, data, findings, known).records, kind.value)
    assert all(f.line(lang).isprintable() for f in findings.in_order() for lang in ("zh-CN", "en"))
    return records, [(f.row, f.column, f.code.removeprefix("intake.")) for f in findings.in_order()]


@pytest.mark.parametrize("kind", Kind)
def test_a_sound_row_becomes_a_record(kind: Kind) -> None:
    """CSV, workbook and Chinese headings give the same record."""
    row = SOUND[kind]
    records, faults = read(kind, as_csv([row]))
    assert faults == []
    assert len(records) == 1
    chinese = {column.zh: row[column.name] for column in FORMS[kind].columns}
    assert read(kind, as_csv([chinese])) == (records, [])
    workbook = Workbook()
    workbook.active.append(list(row))
    workbook.active.append(list(row.values()))
    held = io.BytesIO()
    workbook.save(held)
    assert read(kind, held.getvalue()) == (records, [])


def test_an_expert_arrives_with_jobs_leave_and_kin() -> None:
    """Lists, spans and the Chinese standing are understood; names lose the spaces around them."""
    (expert,), _ = read(Kind.EXPERTS, as_csv([SOUND[Kind.EXPERTS]]))
    assert expert.name == "张三"
    assert expert.standing is Standing.SUSPENDED
    assert expert.leave == (
        Span(since=date(2026, 1, 1), until=date(2026, 1, 5)),
        Span(since=date(2026, 3, 1)),
    )
    assert expert.jobs == (Job(org=ORG, since=date(2020, 1, 1)),)
    assert expert.kin == ("E9",)
    assert (expert.senior, expert.penalised) == (True, False)
    assert (expert.practising_since, expert.trained_until) == (date(2010, 7, 1), date(2027, 5, 31))
    assert expert.relations == (
        Relation(tie=Tie.DIRECTOR, org=ORG, since=date(2020, 1, 1)),
        Relation(
            tie=Tie.KIN_HEAD,
            org=ORG,
            until=date(2026, 1, 1),
            kinship=Kinship.COLLATERAL,
            generations=3,
        ),
    )


def test_an_organisation_arrives_with_who_controlled_it_and_when() -> None:
    """Days may be open or unknown; the one parent without days stands beside them."""
    (group,), _ = read(Kind.ORGANISATIONS, as_csv([SOUND[Kind.ORGANISATIONS]]))
    assert group.parent == ORG
    assert group.controllers == (
        Controller(org=ORG, since=date(2020, 1, 1), until=date(2025, 6, 30)),
        Controller(org=ORG),
    )


def test_a_site_arrives_with_its_workstations() -> None:
    """Rooms are spelled out to workstations and broken devices stand where they belong."""
    (site,), _ = read(Kind.SITES, as_csv([SOUND[Kind.SITES]]))
    assert site.opens == time(8, 30)
    assert [(w.room, w.number, w.broken) for w in site.workstations] == [
        ("101", 1, ()),
        ("101", 2, ("camera", "mic")),
        ("东2", 1, ()),
    ]


FAULTY = [
    (Kind.REGIONS, "code", "34011", "region"),
    (Kind.REGIONS, "name", " ", "cell-empty"),
    (Kind.REGIONS, "tile_x", "1.5", "whole"),
    (Kind.REGIONS, "desk_phone", "call", "phone"),
    (Kind.REGIONS, "desk_email", "desk", "email"),
    (Kind.REGIONS, "desk_hours", "17:00-09:00", "hours"),
    (Kind.SPECIALITIES, "code", "A0501", "parent-unknown"),
    (Kind.SPECIALITIES, "code", "D01", "speciality"),
    (Kind.SPECIALITIES, "level", "2", "level"),
    (Kind.ORGANISATIONS, "code", "", "organisation"),
    (Kind.ORGANISATIONS, "code", ORG[:-1] + "O", "organisation"),
    (Kind.ORGANISATIONS, "parent", PARENT, "organisation-circle"),
    (Kind.ORGANISATIONS, "parent", "91340100MA2TEXT02X", "organisation-unknown"),
    (Kind.SITES, "site", "a:b", "id-divider"),
    (Kind.SITES, "region", "340102", "region-unknown"),
    (Kind.SITES, "opens", "8:30", "clock"),
    (Kind.SITES, "opens", "24:00", "clock"),
    (Kind.SITES, "closes", "08:30", "closes"),
    (Kind.SITES, "rooms", "101", "rooms"),
    (Kind.SITES, "rooms", "101:2;101:3", "rooms"),
    (Kind.SITES, "rooms", "101:0", "whole"),
    (Kind.TRAVEL, "counties", "340111", "pair"),
    (Kind.TRAVEL, "counties", "340111-340111", "pair"),
    (Kind.TRAVEL, "counties", "340111-990101", "region-unknown"),
    (Kind.TRAVEL, "minutes", "0", "whole"),
    (Kind.SITES, "booth", "150x150", "booth"),
    (Kind.SITES, "booth", "150x150x230:sofa", "booth"),
    (Kind.SITES, "booth", "150x0x230", "whole"),
    (Kind.SITES, "broken", "101-3:mic", "workstation-unknown"),
    (Kind.SITES, "broken", "101-1:kettle", "broken"),
    (Kind.SITES, "broken", "101-1:mic;101-1:pc", "broken-twice"),
    (Kind.EXPERTS, "expert", "", "id-empty"),
    (Kind.EXPERTS, "name", "a\u200bb", "cell-invisible"),
    (Kind.EXPERTS, "id_number", "34011119700307001x", "person"),
    (Kind.EXPERTS, "id_number", "340111197002300015", "person"),
    (Kind.EXPERTS, "key", "d75a98", "key"),
    (Kind.EXPERTS, "key", "01" + 62 * "0", "key"),  # the identity point
    (Kind.EXPERTS, "born", "1970-03-08", "born"),
    (Kind.EXPERTS, "born", "7.3.1970", "day"),
    (Kind.EXPERTS, "region", "340102", "region-unknown"),
    (Kind.EXPERTS, "employer", PARENT, "organisation-unknown"),
    (Kind.EXPERTS, "specialities", "", "specialities-empty"),
    (Kind.EXPERTS, "specialities", "A0402", "speciality-unknown"),
    (Kind.EXPERTS, "specialities", "A", "speciality"),
    (Kind.EXPERTS, "kin", "E1", "kin-unknown"),
    (Kind.EXPERTS, "kin", "E7", "kin-unknown"),
    (Kind.EXPERTS, "certificate_until", "20281231", "day"),
    (Kind.EXPERTS, "standing", "retired", "standing"),
    (Kind.EXPERTS, "leave", "2026-01-01", "span"),
    (Kind.EXPERTS, "leave", "/", "span"),
    (Kind.EXPERTS, "leave", "2026-01-02/2026-01-01", "span-order"),
    (Kind.EXPERTS, "jobs", "2020-01-01/", "job"),
    (Kind.EXPERTS, "jobs", f"{PARENT}:2020-01-01/", "organisation-unknown"),
    (Kind.EXPERTS, "senior", "perhaps", "answer"),
    (Kind.EXPERTS, "practising_since", "2010", "day"),
    (Kind.EXPERTS, "trained_until", "2010", "day"),
    (Kind.EXPERTS, "penalised", "1", "answer"),
    (Kind.EXPERTS, "relations", f"friend:{ORG}:2020-01-01/", "relation"),
    (Kind.EXPERTS, "relations", f"director:{ORG}", "job"),
    (Kind.EXPERTS, "relations", f"director:{ORG}:/", "span"),
    (Kind.EXPERTS, "relations", f"director-spouse:{ORG}:2020-01-01/", "relation"),
    (Kind.EXPERTS, "relations", f"kin_head-friend:{ORG}:2020-01-01/", "kinship"),
    (Kind.EXPERTS, "relations", f"kin_head-spouse-2:{ORG}:2020-01-01/", "kinship"),
    (Kind.EXPERTS, "relations", f"kin_officer-lineal-1:{ORG}:2020-01-01/", "whole"),
    (Kind.ORGANISATIONS, "controllers", f"{PARENT}:2020-01-01/", "organisation-circle"),
    (Kind.ORGANISATIONS, "controllers", "91340100MA2TEXT02X", "organisation-unknown"),
    (Kind.ORGANISATIONS, "controllers", f"{ORG}:/", "span"),
    (Kind.EXPERTS, "relations", f"director:{PARENT}:2020-01-01/", "organisation-unknown"),
]


@pytest.mark.parametrize(("kind", "column", "text", "code"), FAULTY)
def test_each_unsound_cell_is_named(kind: Kind, column: str, text: str, code: str) -> None:
    """One unsound cell gives exactly one fault, in its row and column."""
    assert read(kind, as_csv([SOUND[kind] | {column: text}]))[1] == [(2, column, code)]


@pytest.mark.parametrize("kind", Kind)
def test_a_record_that_stands_twice_is_named(kind: Kind) -> None:
    """The second row with the same key is a fault that says where the first is."""
    faults = read(kind, as_csv([SOUND[kind]] * 2))[1]
    assert (3, FORMS[kind].columns[0].name, "record-twice") in faults


def test_a_person_is_registered_once() -> None:
    """Two register numbers with one id number are a fault."""
    rows = [SOUND[Kind.EXPERTS], SOUND[Kind.EXPERTS] | {"expert": "E2"}]
    assert read(Kind.EXPERTS, as_csv(rows))[1] == [(3, "id_number", "person-twice")]


def test_a_file_may_name_its_own_records() -> None:
    """Kin, parents of organisations and parents of codes may stand in the same file, also further down."""
    person = SOUND[Kind.EXPERTS]
    other = person | {"expert": "E2", "id_number": "340111197003070023", "kin": "E1"}
    assert read(Kind.EXPERTS, as_csv([person | {"kin": "E2"}, other]))[1] == []
    orgs = [{"code": ORG, "name": "甲", "parent": PARENT}, {"code": PARENT, "name": "乙", "parent": ""}]
    nothing = replace(KNOWN, organisations=frozenset(), specialities=frozenset())
    assert read(Kind.ORGANISATIONS, as_csv(orgs), nothing)[1] == []
    codes = [{"code": "C" + "01" * i, "level": str(i + 1), "name": "x"} for i in (3, 2, 1, 0)]
    assert read(Kind.SPECIALITIES, as_csv(codes), nothing)[1] == []


def test_a_missing_column_is_named_once() -> None:
    """A column that is not there is one fault of the header, not one of every row."""
    row = {name: text for name, text in SOUND[Kind.EXPERTS].items() if name != "born"}
    other = row | {"expert": "E2", "id_number": "340111197003070023"}
    assert read(Kind.EXPERTS, as_csv([row, other]))[1] == [(1, "born", "column-missing")]


def test_the_pages_of_the_formats_name_every_column() -> None:
    """docs/formats/registers.md lists each column with its Chinese heading."""
    page = Path("docs/formats/registers.md").read_text(encoding="utf-8")
    for form in FORMS.values():
        for column in form.columns:
            assert f"| `{column.name}` | {column.zh} |" in page


def test_a_row_with_one_fault_is_read_to_its_end() -> None:
    """Empty cells after a first fault are named too."""
    row = SOUND[Kind.SITES] | {"site": "a:b", "name": "", "rooms": ""}
    assert {column for _, column, _ in read(Kind.SITES, as_csv([row]))[1]} == {"site", "name", "rooms"}
