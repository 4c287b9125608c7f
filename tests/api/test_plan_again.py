"""`yuanping plan --from`: a plan on file is made again with the fewest changes, and frozen lots stay."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings

from api.cli import main
from fixtures.plan_worlds import Size, Supply, make_days, write_days
from scheduler.timetable import Days
from tests.plan_checker import faults_of_plan
from tests.scheduler.solve.tiny_days import tiny_days

Plan = Callable[..., Result]
SEED = "5a" * 32


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Days:
    """A small easy world on file, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YUANPING_LANG", "en")
    days = make_days(b"again", Supply.EASY, Size(experts=400, lots=10, days=1))
    write_days(days, Path("world"))
    return days


def plan(out: str, *options: str, code: int = 0, folder: str = "world") -> dict[str, Any]:
    """The document that the command writes."""
    result = CliRunner().invoke(main, ["plan", folder, "--out", out, "--seed", SEED, *options])
    assert result.exit_code == code, result.output
    return dict(json.loads(Path(out).read_text(encoding="utf-8")))


def core(document: dict[str, Any]) -> dict[str, Any]:
    """The plan without how long it took."""
    return {key: value for key, value in document.items() if key != "seconds"}


def without_moves(document: dict[str, Any]) -> dict[str, Any]:
    """The plan with the keys of a first one, as the checker of the contract knows them."""
    return {key: value for key, value in document.items() if key != "moved"}


def where(document: dict[str, Any], lot: str) -> dict[str, Any]:
    """The row of a lot."""
    return next(row for row in document["lots"] if row["lot"] == lot)


@pytest.mark.parametrize("draw", [(), ("--no-draw",)])
def test_a_plan_replanned_with_no_change_is_identical(world: Days, draw: tuple[str, ...]) -> None:
    """Windows, sites, panels, what is proved: all the same, and nothing is told to have moved."""
    first = plan("one.json", *draw)
    again = plan("two.json", "--from", "one.json", *draw)
    assert core(again) == core(first) | {"moved": []}
    third = plan("three.json", "--from", "two.json", *draw)
    assert core(third) == core(again)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(tiny_days())
def test_tiny_plans_on_file_are_identical_too(days: Days) -> None:
    """Random worlds with overlapping windows, busy people, recusals and limits, drawn panels included."""
    with TemporaryDirectory() as folder:
        write_days(days, Path(folder) / "world")
        one, two = str(Path(folder) / "one.json"), str(Path(folder) / "two.json")
        here = str(Path(folder) / "world")
        ran = CliRunner().invoke(main, ["plan", here, "--out", one])
        again = CliRunner().invoke(main, ["plan", here, "--out", two, "--from", one])
        assert again.exit_code == ran.exit_code
        first, second = (json.loads(Path(name).read_text(encoding="utf-8")) for name in (one, two))
        assert core(second) == core(first) | {"moved": []}


def test_a_lost_guest_site_moves_who_was_there_and_nobody_is_drawn_twice(world: Days) -> None:
    """The plan stays lawful; whoever was not at the site keeps window, sites and panel."""
    first = plan("one.json")
    lost = next(site for row in first["lots"] for site in row["guest_sites"])
    changed = replace(world, sites=tuple(replace(s, seats=0) if s.id == lost else s for s in world.sites))
    write_days(changed, Path("world"))
    again = plan("two.json", "--from", "one.json")
    touched = {row["lot"] for row in first["lots"] if lost in (row["host_site"], *row["guest_sites"])}
    moved = {row["lot"]: row for row in again["moved"]}
    assert touched <= moved.keys()
    for row in first["lots"]:
        if row["lot"] not in moved:
            assert where(again, row["lot"]) == row
    for lot, row in moved.items():
        if row["to"] is not None:
            assert row["to"] == {k: v for k, v in where(again, lot).items() if k not in ("lot", "panel")}
    assert faults_of_plan(Path("world"), without_moves(again)) == []


def test_a_frozen_lot_stays_and_moves_only_when_it_must(world: Days) -> None:
    """Frozen by option and by column: it stays, panel and all; when its window is gone it moves, and that is said."""
    first = plan("one.json")
    lot = first["lots"][0]["lot"]
    green = tuple(replace(each, green=True) for each in world.lots if each.id != lot)
    write_days(replace(world, lots=(*(e for e in world.lots if e.id == lot), *green)), Path("world"))
    again = plan("two.json", "--from", "one.json", "--freeze", lot)
    assert where(again, lot) == first["lots"][0]
    gone = first["lots"][0]["window"]
    others = tuple(w.id for w in world.windows if w.id != gone)
    lots = tuple(replace(e, windows=others) if e.id == lot else e for e in world.lots)
    write_days(replace(world, lots=lots), Path("world"))
    rows = (Path("world") / "lots.csv").read_text(encoding="utf-8").splitlines()
    marked = [rows[0] + ",frozen", *(row + (",1" if row.startswith(f"{lot},") else ",") for row in rows[1:])]
    (Path("world") / "lots.csv").write_text("\n".join(marked) + "\n", encoding="utf-8")
    (row,) = (r for r in plan("three.json", "--from", "one.json")["moved"] if r["lot"] == lot)
    assert (row["frozen"], row["panel"]) == (True, "drawn")
    assert row["to"]["window"] != gone


def test_lots_come_and_go(world: Days) -> None:
    """A cancelled lot leaves with `to` null, a new one comes with `from` null, the others stay."""
    gone, *rest = world.lots
    write_days(replace(world, lots=(*rest[:-1], gone)), Path("world"))
    first = plan("one.json")
    write_days(replace(world, lots=tuple(rest)), Path("world"))
    again = plan("two.json", "--from", "one.json")
    told = {row["lot"]: (row["from"] is None, row["to"] is None) for row in again["moved"]}
    assert told == {gone.id: (False, True), rest[-1].id: (True, False)}
    assert {row["lot"] for row in first["lots"]} - {gone.id} <= {row["lot"] for row in again["lots"]}
    assert faults_of_plan(Path("world"), without_moves(again)) == []


def test_people_read_what_moved(world: Days) -> None:
    """Without --json the lines say what is other, or that nothing is."""
    plan("one.json")
    same = CliRunner().invoke(
        main, ["plan", "world", "--out", "two.json", "--seed", SEED, "--from", "one.json"]
    )
    assert "the same as the plan before" in same.output
    write_days(replace(world, lots=world.lots[1:]), Path("world"))
    other = CliRunner().invoke(
        main, ["plan", "world", "--out", "two.json", "--seed", SEED, "--from", "one.json"]
    )
    assert "1 lots are other than in the plan before" in other.output
    assert "→ nowhere" in other.output


def test_bad_old_plans_are_refused_with_every_fault(world: Days) -> None:
    """Not JSON, absent, wrong shapes, a lot twice, a lot to freeze that is not there: exit 2, nothing written."""
    plan("one.json")
    row = json.loads(Path("one.json").read_text(encoding="utf-8"))["lots"][0]
    for text, says in (
        ("{", "not JSON"),
        ("[]", "expected an object"),
        ("{}", '"lots" is missing'),
        (json.dumps({"lots": [{**row, "window": 3}, {"lot": "x"}]}), "expected text"),
        (json.dumps({"lots": [row, row]}), "more than once"),
        (json.dumps({"lots": [{**row, "panel": [{"expert": "e1"}]}]}), '"speciality" is missing'),
    ):
        Path("old.json").write_text(text, encoding="utf-8")
        result = CliRunner().invoke(main, ["plan", "world", "--out", "new.json", "--from", "old.json"])
        assert (result.exit_code, says in result.output) == (2, True), result.output
    for options, says in (
        (("--from", "nowhere.json"), "no such file"),
        (("--freeze", row["lot"]), "goes with --from"),
        (("--from", "one.json", "--freeze", "X-1"), "not in lots.csv"),
    ):
        result = CliRunner().invoke(main, ["plan", "world", "--out", "new.json", *options])
        assert (result.exit_code, says in result.output) == (2, True), result.output
    assert not Path("new.json").exists()
