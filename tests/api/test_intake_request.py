"""REQUEST.json: what is read, and every fault named by its pointer."""

import copy
import json
from typing import Any

import pytest

from api.intake.faults import Findings
from api.intake.pool import read_pool
from api.intake.request import AskedLimits, Request, read_request

POOL = "expert,region,employer,specialities\ne1,340111,,A0401\ne4,340102,,A0603;B02\ne17,340102,,A0401\n"
GOOD: dict[str, Any] = {
    "lot": "L-1",
    "region": "340111",
    "seats": [{"speciality": "A0401", "count": 4}, {"speciality": "A06", "count": 1}],
    "limits": {"same_employer_max": 1, "same_region_max": 0, "same_city_max": None},
    "recused": ["e17", "nobody"],
    "kept": [{"expert": "e4", "speciality": "A06"}],
}


def read(text: str | bytes, pool: str = POOL) -> tuple[Request | None, list[tuple[int, str, str]]]:
    findings = Findings("request.json")
    data = text if isinstance(text, bytes) else text.encode()
    request = read_request(data, findings, read_pool(pool.encode(), Findings("pool.csv")))
    faults = [(f.row, f.column, f.code.removeprefix("intake.")) for f in findings.in_order()]
    assert all(f.line(lang).isprintable() for f in findings.in_order() for lang in ("zh-CN", "en"))
    assert (request is None) == bool(faults)
    return request, faults


def told(change: dict[str, Any]) -> list[tuple[str, str]]:
    """Pointer and code of every fault of the good request with some members replaced."""
    return [(pointer, code) for _, pointer, code in read(json.dumps({**copy.deepcopy(GOOD), **change}))[1]]


def test_a_request_is_read_whole() -> None:
    """Every member of the contract arrives; unknown ids among the recused are no fault."""
    request, faults = read("\ufeff" + json.dumps(GOOD))
    assert faults == []
    assert request is not None
    assert [(s.speciality, s.count) for s in request.seats] == [("A0401", 4), ("A06", 1)]
    assert request.limits == AskedLimits(same_employer_max=1, same_region_max=0)
    assert request.recused == {"e17", "nobody"}
    assert [(k.expert, k.speciality) for k in request.kept] == [("e4", "A06")]


def test_only_lot_region_and_seats_are_required() -> None:
    """Limits, recused and kept may be absent."""
    request, faults = read('{"lot": "x", "region": "340111", "seats": [{"speciality": "A", "count": 99}]}')
    assert faults == []
    assert request is not None
    assert (request.limits, request.recused, request.kept) == (AskedLimits(), frozenset(), ())
    assert [code for _, _, code in read("{}")[1]] == ["json-missing"] * 3


def test_entries_with_the_same_code_add_up() -> None:
    """Each entry is at most 99, their sum may be more."""
    seats = [{"speciality": code, "count": count} for code, count in (("A0", 99), ("B", 1), ("A0", 99))]
    request, _ = read(json.dumps({**GOOD, "seats": seats, "kept": []}))
    assert request is not None
    assert [(s.speciality, s.count) for s in request.seats] == [("A0", 198), ("B", 1)]


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"lot": ""}, [("/lot", "id-empty")]),
        ({"lot": 7}, [("/lot", "json-text")]),
        ({"lot": "\ud800"}, [("/lot", "id-invisible")]),
        ({"region": 340111}, [("/region", "json-text")]),
        ({"region": "34011１"}, [("/region", "region")]),
        ({"seats": [], "kept": []}, [("/seats", "seats-none")]),
        ({"seats": {}, "kept": []}, [("/seats", "json-list")]),
        ({"limits": None}, [("/limits", "json-object")]),
        ({"limits": {"offsite_min": -1}}, [("/limits/offsite_min", "json-whole")]),
        ({"limits": {"offsite_min": 10**30}}, [("/limits/offsite_min", "json-whole")]),
        ({"limits": {"offsite_min": True}}, [("/limits/offsite_min", "json-whole")]),
        ({"limits": {"offsite_min": "1"}}, [("/limits/offsite_min", "json-whole")]),
        ({"limits": {"offsite_min": 1.0}}, [("/limits/offsite_min", "json-whole")]),
        ({"limits": {"offsite_min": float("nan")}}, [("/limits/offsite_min", "json-whole")]),
        ({"limits": {"max": 1}}, [("/limits/max", "json-unknown")]),
        ({"a/b~": 1}, [("/a~1b~0", "json-unknown")]),
        ({"recused": ["e1", "e:1", 3]}, [("/recused/1", "id-divider"), ("/recused/2", "json-text")]),
        ({"kept": [{"expert": "e9", "speciality": "A06"}]}, [("/kept/0/expert", "kept-unknown")]),
        ({"kept": [{"expert": "e17", "speciality": "A0401"}]}, [("/kept/0/expert", "kept-recused")]),
        ({"kept": [{"expert": "e1", "speciality": "A06"}]}, [("/kept/0", "kept-speciality")]),
        ({"kept": [{"expert": "e4", "speciality": "A0603"}]}, [("/kept/0/speciality", "kept-seat")]),
        ({"kept": GOOD["kept"] * 2}, [("/kept/1/expert", "kept-twice"), ("/kept/1", "kept-many")]),
        ({"kept": [{"expert": "e4"}]}, [("/kept/0/speciality", "json-missing")]),
    ],
)
def test_each_fault_is_named_by_its_pointer(change: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    """One rule of the contract broken gives exactly one line at the right place."""
    assert told(change) == faults


@pytest.mark.parametrize("count", [0, 100, -1, 1.5, 4.0, "4", None, True, [1], 10**400])
def test_a_count_is_a_whole_number_from_1_to_99(count: Any) -> None:
    """Nothing else is taken for a number."""
    assert told({"seats": [{"speciality": "A06", "count": count}]}) == [("/seats/0/count", "json-whole")]


@pytest.mark.parametrize("code", ["", "D", "a", "A04010203", "A0401 ", "AA", "A０"])
def test_a_seat_asks_for_the_beginning_of_a_speciality(code: str) -> None:
    """From one letter to seven characters, nothing else."""
    faults = told({"seats": [{"speciality": code, "count": 1}], "kept": []})
    assert faults == [("/seats/0/speciality", "seat")]


def test_double_keys_are_refused_wherever_they_stand() -> None:
    """A key that stands twice is a fault of the second one's line, also when both say the same."""
    text = '{"lot": "a",\n"region": "340111",\n"lot": "a",\n"seats": [{"speciality": "A",\n'
    text += '"count": 1,\n"count": 1}]}'
    assert read(text)[1] == [(3, "/lot", "json-twice"), (6, "/seats/0/count", "json-twice")]


def test_all_faults_come_at_once_in_the_order_of_lines() -> None:
    """Faults of every member are named together with the line on which each stands."""
    text = '{\n"lot": "",\n"region": "1",\n"seats": [\n{"speciality": "A06", "count": 0},\n7],\n"x": 1}'
    assert read(text)[1] == [
        (2, "/lot", "id-empty"),
        (3, "/region", "region"),
        (5, "/seats/0/count", "json-whole"),
        (6, "/seats/1", "json-object"),
        (7, "/x", "json-unknown"),
    ]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", (1, "/", "file-empty")),
        (b"\n[1,\n", (3, "/", "json-broken")),
        (b'{"lot": "a"} x', (1, "/", "json-broken")),
        (b'{"lot":\n "\xff"}', (2, "/", "file-not-utf8")),
        (b"[" * 100_000, (1, "/", "json-deep")),
        (b"[]", (1, "/", "json-object")),
        (b'"\\ud800"', (1, "/", "json-object")),
        (b"NaN", (1, "/", "json-object")),
        (b"1" * 5000, (1, "/", "json-object")),
    ],
)
def test_what_is_no_object_is_one_fault(data: bytes, fault: tuple[int, str, str]) -> None:
    """Rubbish of every kind ends in one line and never in a traceback."""
    assert read(data)[1] == [fault]


@pytest.mark.parametrize("depth", range(880, 1000, 3))
def test_nesting_near_the_parsers_limit_is_a_fault_too(depth: int) -> None:
    """Whatever depth the parser just bears, naming the fault bears it as well."""
    assert len(read(b'{"x":' + b"[" * depth + b"]" * depth + b"}")[1]) in (1, 4)


def test_kept_members_of_an_unread_pool_are_not_called_unknown() -> None:
    """When the pool is no table at all, only its own fault is told."""
    findings = Findings("request.json")
    assert read_request(json.dumps(GOOD).encode(), findings, None) is not None
