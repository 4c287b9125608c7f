"""Whatever bytes the files hold: exit 0, 2 or 3, and never a traceback."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli import main

POOL = (
    b"expert,region,employer,specialities,household\r\n"
    b'e1,340111,o1,A0401,"h,1"\r\ne2,340111,"o""2",A0401;B02,\r\ne3,340203,,A0603,h1\r\n'
)
REQUEST: dict[str, Any] = {
    "lot": "L-1",
    "region": "340111",
    "seats": [{"speciality": "A0401", "count": 1}, {"speciality": "A06", "count": 1}],
    "limits": {"same_employer_max": 1, "same_city_max": None, "offsite_min": 1},
    "recused": ["e9"],
    "kept": [{"expert": "e3", "speciality": "A06"}],
}
TEXT = json.dumps(REQUEST).encode()

SIGNS = st.sampled_from([b"", b'"', b",", b"\n", b"\r", b"\x00", b"\xff"]) | st.binary(max_size=4)
EDITS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3), SIGNS), min_size=1, max_size=4)
SCALARS = st.none() | st.booleans() | st.floats() | st.text(max_size=4)
SCALARS |= st.integers(-3, 5) | st.sampled_from([2**53 - 1, 2**63, 10**30, "A", "A04", "e1", "e3", "340111"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*REQUEST, *REQUEST["limits"], "expert", "speciality", "count"]), inner
        )
    ),
    max_leaves=12,
)


def edited(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for at, length, new in edits:
        data = data[:at] + new + data[at + length :]
    return data


def ends_well(pool: bytes, request: bytes) -> int:
    with TemporaryDirectory() as folder:
        files = [Path(folder, "pool.csv"), Path(folder, "request.json")]
        for file, data in zip(files, (pool, request), strict=True):
            file.write_bytes(data)
        result = CliRunner().invoke(main, ["draw", *map(str, files), "--seed", "00" * 32, "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (0, 2, 3)
    if result.exit_code == 2:
        assert result.stdout == ""
        assert all(line.startswith(folder) for line in result.stderr.splitlines())
        assert result.stderr
    else:
        assert json.loads(result.stdout)["status"] == {0: "drawn", 3: "impossible"}[result.exit_code]
    return result.exit_code


def test_the_files_before_mutation_are_sound() -> None:
    """The fuzzed tests begin from files that make a panel."""
    assert ends_well(POOL, TEXT) == 0


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EDITS)
def test_an_edited_pool_never_gives_a_traceback(edits: list[tuple[int, int, bytes]]) -> None:
    """Bytes inserted, replaced and removed anywhere in POOL.csv."""
    ends_well(edited(POOL, edits), TEXT)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EDITS)
def test_an_edited_request_never_gives_a_traceback(edits: list[tuple[int, int, bytes]]) -> None:
    """Bytes inserted, replaced and removed anywhere in REQUEST.json."""
    ends_well(POOL, edited(TEXT, edits))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([*REQUEST, "limits", "kept", "seats"]), VALUES)
def test_any_value_in_any_place_never_gives_a_traceback(key: str, value: Any) -> None:
    """JSON of every kind where the contract wants another."""
    ends_well(POOL, json.dumps(REQUEST | {key: value}).encode())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=80), st.binary(max_size=80))
def test_random_bytes_never_give_a_traceback(pool: bytes, request: bytes) -> None:
    """Files that were never CSV or JSON."""
    assert ends_well(pool, request) == 2
