"""`yuanping lottery`: the contract of docs/formats/lottery.md, seen from outside."""

import json
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli import main
from benchmarks.quota import generated
from tests.scheduler import small

SEED = "5a" * 32
CATEGORIES = [("sex", "f", 1, 2), ("sex", "m", 1, 2), ("age", "old", 0, 1), ("age", "young", 2, 3)]
PEOPLE = [("p1", "f", "old"), ("p2", "f", "young"), ("p3", "m", "young"), ("p4", "m", "old")]
PEOPLE += [("p5", "m", "young")]
Lottery = Callable[..., Result]


def table(header: str, rows: list[Any]) -> str:
    """A CSV file."""
    return header + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


@pytest.fixture
def lottery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lottery:
    """Run the command on two tables in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YUANPING_LANG", "en")

    def run(
        *options: str,
        categories: list[Any] = CATEGORIES,
        people: list[Any] = PEOPLE,
        heads: tuple[str, str] = ("category,feature,min,max", "id,sex,age"),
        size: int = 3,
    ) -> Result:
        Path("c.csv").write_text(table(heads[0], categories), encoding="utf-8")
        Path("r.csv").write_text(table(heads[1], people), encoding="utf-8")
        return CliRunner().invoke(main, ["lottery", "c.csv", "r.csv", "--size", str(size), *options])

    return run


def told(result: Result) -> Any:
    """The JSON answer of a run that ended well."""
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return json.loads(result.stdout)


def test_the_answer_has_the_keys_of_the_contract_and_nothing_else(lottery: Lottery) -> None:
    """Chances as exact fractions that add up to the panel, the bound, and a panel only with a seed."""
    found = told(lottery("--json"))
    assert list(found) == ["status", "chances", "bound", "optimal", "panels", "seconds"]
    assert (found["status"], found["optimal"]) == ("drawn", True)
    assert isinstance(found["panels"], int)
    assert list(found["chances"]) == ["p1", "p2", "p3", "p4", "p5"]
    assert sum(map(Fraction, found["chances"].values())) == 3
    assert min(map(Fraction, found["chances"].values())) >= Fraction(found["bound"]) - Fraction(1, 10**12)
    assert set(found["seconds"]) == {"limits", "chances", "panels"}
    drawn = told(lottery("--json", "--seed", SEED))
    assert [key for key in drawn if key not in found] == ["panel"]
    assert len(set(drawn["panel"])) == 3
    assert sum(who in ("p1", "p4") for who in drawn["panel"]) <= 1


def test_the_report_names_chances_and_panel(lottery: Lottery) -> None:
    """Without --json a person reads the same."""
    assert "smallest chance" in lottery("--seed", SEED).stdout
    assert lottery("--seed", SEED).stdout.count("\n  p") == 3


def test_both_spellings_and_further_columns_mean_the_same(lottery: Lottery) -> None:
    """`feature,value` for `category,feature`; columns that nobody asked for are passed over."""
    rows = [(*row, 0, 9) for row in CATEGORIES]
    other = lottery(
        "--json", categories=rows, heads=("feature,value,min,max,min_flex,max_flex", "id,sex,age")
    )
    people = [(f"name {i}", *row[1:], row[0]) for i, row in enumerate(PEOPLE)]
    more = lottery("--json", people=people, heads=("category,feature,min,max", "name,sex,age,id"))
    assert told(other)["chances"] == told(more)["chances"] == told(lottery("--json"))["chances"]


def test_people_are_named_by_id_else_by_the_first_other_column_else_by_number(lottery: Lottery) -> None:
    """In this order; a number counts the rows from 1."""
    named = [(row[1], f"{row[0]}; Esq.", row[2]) for row in PEOPLE]
    first = told(lottery("--json", people=named, heads=("category,feature,min,max", "sex,name,age")))
    assert list(first["chances"]) == [f"p{i}; Esq." for i in range(1, 6)]
    bare = [row[1:] for row in PEOPLE]
    number = told(lottery("--json", people=bare, heads=("category,feature,min,max", "sex,age")))
    assert list(number["chances"]) == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"categories": [("sex", "f", 2, 1)]}, "c.csv:2:min: min 2 is above max 1"),
        ({"categories": [*CATEGORIES, ("sex", "f", 0, 9)]}, "c.csv:6:feature: \"sex:f\" stands already in row 2"),
        ({"categories": [("sex", "f", "1.0", 2)]}, 'c.csv:2:min: "1.0" is not a whole number'),
        ({"categories": [("sex", "f", -1, 2)]}, 'c.csv:2:min: "-1" is not a whole number'),
        ({"categories": [("sex", "f", 0, "")]}, 'c.csv:2:max: "" is not a whole number'),
        ({"categories": [("sex", "f", 0, 10**30)]}, "c.csv:2:max:"),
        ({"categories": [("sex", " f", 0, 1)]}, "c.csv:2:feature:"),
        ({"categories": [("", "f", 0, 1)]}, "c.csv:2:category:"),
        ({"categories": []}, "c.csv:1:-: no quota at all"),
        ({"heads": ("category,feature,min", "id,sex,age")}, "c.csv:1:max: the column is missing"),
        ({"heads": ("feature,min,max", "id,sex,age")}, "c.csv:1:category: the column is missing"),
        ({"heads": ("category,feature,min,max", "id,sex,years")}, "r.csv:1:age: the column is missing"),
        ({"heads": ("category,feature,min,max", "id,sex,sex")}, "r.csv:1:sex: the column stands more than once"),
        ({"people": [*PEOPLE, ("p2", "f", "old")]}, 'r.csv:7:id: "p2" stands already in row 3'),
        ({"people": [*PEOPLE, ("", "f", "old")]}, "r.csv:7:id: the id is empty"),
        ({"people": [*PEOPLE, ("p6", "x", "old")]}, 'r.csv:7:sex: no quota names "x"'),
        ({"people": [*PEOPLE, ("p6", "f", "")]}, 'r.csv:7:age: no quota names ""'),
        ({"people": [*PEOPLE, ("p6", "f")]}, "r.csv:7:age: the row has 2 cells"),
        ({"people": []}, "r.csv:1:-: a panel of 3 out of 0 people"),
        ({"size": 6}, "r.csv:6:-: a panel of 6 out of 5 people"),
    ],
)  # fmt: skip
def test_every_fault_is_named_with_its_place(lottery: Lottery, change: Any, line: str) -> None:
    """Exit 2, nothing on standard output, and the fault among the lines."""
    result = lottery("--json", **change)
    assert (result.exit_code, result.stdout) == (2, "")
    assert any(told.startswith(line) for told in result.stderr.splitlines()), result.stderr


@pytest.mark.parametrize("size", [0, -3, "x"])
def test_a_size_that_is_none_is_bad_usage(lottery: Lottery, size: Any) -> None:
    """Exit 2."""
    assert lottery(size=size).exit_code == 2


def test_all_faults_of_both_files_are_told_at_once(lottery: Lottery) -> None:
    """A person mends both files before the next try."""
    result = lottery(
        categories=[("sex", "f", 3, 1), ("sex", "m", "?", 1)], people=[("p1", "f", "q"), ("p1",)]
    )
    assert result.exit_code == 2
    assert {line.split(":")[0] for line in result.stderr.splitlines()} == {"c.csv", "r.csv"}
    assert len(result.stderr.splitlines()) >= 3


def test_a_clash_is_irreducible_and_names_quotas_only(lottery: Lottery) -> None:
    """Exit 3; the quotas named cannot hold together, and without any one of them the others can."""
    clashing = [("sex", "f", 2, 2), ("sex", "m", 1, 2), ("age", "old", 1, 1), ("age", "young", 2, 3)]
    people = [("p1", "f", "old"), ("p2", "f", "old"), ("p3", "m", "young"), ("p4", "m", "young")]
    result = lottery("--json", categories=clashing, people=people)
    assert result.exit_code == 3
    found = json.loads(result.stdout)
    assert list(found) == ["status", "clash"]
    names = [(each["category"], each["feature"]) for each in found["clash"]]
    assert [each["rule"] for each in found["clash"]] == [f"{c}:{f}" for c, f in names]
    assert all("wanted" in each["says"] for each in found["clash"])
    assert names

    def only(*held: tuple[str, str]) -> int:
        rows = [row if row[:2] in held else (*row[:2], 0, 3) for row in clashing]
        return lottery(categories=rows, people=people).exit_code

    assert only(*names) == 3
    assert all(only(*(other for other in names if other != name)) == 0 for name in names)
    assert lottery(categories=clashing, people=people).stdout.count("\n  ") == len(names)


def test_colons_in_names_confuse_nobody(lottery: Lottery) -> None:
    """Category `a:b` with feature `c` is not category `a` with feature `b:c`."""
    rows = [("a:b", "c", 1, 1), ("a", "b:c", 0, 0), ("a", "d", 0, 1)]
    people = [("p1", "c", "b:c"), ("p2", "c", "b:c")]
    result = lottery(
        "--json", categories=rows, people=people, heads=("category,feature,min,max", "id,a:b,a"), size=1
    )
    assert result.exit_code == 3
    assert [each["rule"] for each in json.loads(result.stdout)["clash"]] == ["a:b:c"]


def test_small_instances_have_the_textbooks_chances(lottery: Lottery) -> None:
    """Every panel listed, leximin by the textbook: person by person the same to one in a million."""
    for seed in range(12):
        asked = generated((11, 4, 3, 3), seed, tight=0.7)
        quotas = [(q.category, q.feature, q.least, q.most) for q in asked.quotas.rows]
        names = list(asked.quotas.named)
        result = lottery(
            "--json",
            categories=quotas,
            people=[(p.id, *p.features) for p in asked.people],
            heads=("category,feature,min,max", ",".join(["id", *names])),
            size=4,
        )
        panels = []
        for some in combinations(asked.people, 4):
            count = Counter((name, p.features[i]) for p in some for i, name in enumerate(names))
            if all(least <= count[c, f] <= most for c, f, least, most in quotas):
                panels.append(frozenset(p.id for p in some))
        exact = small.leximin(panels)
        found = {who: Fraction(chance) for who, chance in told(result)["chances"].items()}
        assert set(found) == set(exact)
        assert all(abs(found[who] - exact[who]) < 1e-6 for who in exact), seed


SIGNS = st.sampled_from([b'"', b",", b"\n", b"\r", b"\x00", b"\xff", b"-", b"9"]) | st.binary(max_size=4)
EDITS = st.lists(st.tuples(st.integers(0, 120), st.integers(0, 3), SIGNS), min_size=1, max_size=4)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EDITS, st.booleans())
def test_edited_files_never_give_a_traceback(edits: list[tuple[int, int, bytes]], of_people: bool) -> None:
    """Bytes inserted, replaced and removed anywhere in either file: exit 0, 2 or 3."""
    files = [table("category,feature,min,max", CATEGORIES).encode(), table("id,sex,age", PEOPLE).encode()]
    for at, length, new in edits:
        data = files[of_people]
        files[of_people] = data[:at] + new + data[at + length :]
    with TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("c.csv", "r.csv")]
        for path, data in zip(paths, files, strict=True):
            path.write_bytes(data)
        result = CliRunner().invoke(main, ["lottery", *map(str, paths), "--size", "2", "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (0, 2, 3)
    assert bool(result.stdout) == (result.exit_code != 2)
