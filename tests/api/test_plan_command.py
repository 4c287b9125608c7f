"""`yuanping plan`: the contract of docs/formats/plan.md, seen from outside."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from fixtures.plan_worlds import Size, Supply, make_days, write_days
from tests.plan_checker import faults_of_file, faults_of_plan

SEED = "5a" * 32
FILES = {
    "experts": "expert,region,employer,specialities,household\n"
    "e1,340101,o1,A0401,\ne2,340102,o2,A0401;A0601,\ne3,340201,o3,A0402,\ne4,340202,,A0601,h1\n"
    "e5,340201,o3,A0401,h1\ne6,340301,o6,A0601,\n"
    "e7,340101,o7,A0401,\ne8,340102,o8,A0402,\ne9,340202,o9,A0401;A0601,\n",
    "sites": "site,region,seats\ns1,340101,4\ns2,340201,3\ns3,340301,0\n",
    "windows": "window,day,start,end\nw1,2026-03-02,08:30,11:30\nw2,2026-03-02,14:00,17:00\n",
    "lots": "lot,region,host_site,seats,owner_reps,windows,guest_sites_min,guest_sites_max,offsite_min,"
    "same_employer_max,same_region_max,host_region_max,priority\n"
    "L-1,340101,s1,A04:2;A0601:1,1,,1,1,1,1,,,0\n"
    "L-2,340101,s1,A0401:1,0,w1;w2,0,,,,,,1\n",
    "recusals": "lot,expert\nL-1,e6\nL-2,stranger\n",
    "busy": "expert,window\ne3,w2\n",
}
Plan = Callable[..., Result]


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Run the command on a small world in an empty folder, some of its files changed (None: not there)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YUANPING_LANG", "en")
    Path("world").mkdir()

    def run(*options: str, out: str = "plan.json", **files: str | None) -> Result:
        for name, text in (FILES | files).items():
            path = Path("world") / f"{name}.csv"
            path.unlink(missing_ok=True)
            if text is not None:
                path.write_text(text, encoding="utf-8")
        return CliRunner().invoke(main, ["plan", "world", "--out", out, *options])

    return run


def told() -> Any:
    """What the last run wrote."""
    return json.loads(Path("plan.json").read_text(encoding="utf-8"))


def core(document: dict[str, Any]) -> dict[str, Any]:
    """The plan without how long it took."""
    return {key: value for key, value in document.items() if key != "seconds"}


def test_the_plan_has_the_keys_of_the_contract_and_is_lawful(plan: Plan) -> None:
    """Both lots are placed and drawn; the checker finds nothing; --json prints the same document."""
    result = plan("--json", "--seed", SEED)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == told()
    assert list(told()) == ["lots", "unplaced", "proved", "upper_bound_lots", "seconds"]
    assert [set(lot) for lot in told()["lots"]] == [
        {"lot", "window", "host_site", "guest_sites", "panel"}
    ] * 2
    assert (told()["proved"], told()["upper_bound_lots"], told()["unplaced"]) == (True, 2, [])
    assert faults_of_file(Path("world"), Path("plan.json")) == []
    assert told()["lots"][1]["window"] == "w1"  # green channel early


def test_without_a_draw_there_are_no_panels(plan: Plan) -> None:
    """--no-draw names windows and sites only."""
    assert plan("--no-draw").exit_code == 0
    assert [set(lot) for lot in told()["lots"]] == [{"lot", "window", "host_site", "guest_sites"}] * 2
    assert faults_of_file(Path("world"), Path("plan.json"), drawn=False) == []


def test_guest_sites_are_used_evenly(plan: Plan) -> None:
    """Six lots with one guest each, and two guest cities that are alike: three lots go to each."""
    people = "".join(
        f"e{city}{n},340{city}01,o{city}{n},A0401,\n" for city in (1, 2, 3) for n in range(1, 13)
    )
    lots = "".join(f"L-{n},340101,s1,A0401:3,0,w1,1,1,1,,,2,0\n" for n in range(1, 7))
    result = plan(
        "--no-draw",
        experts=FILES["experts"].splitlines(keepends=True)[0] + people,
        sites="site,region,seats\ns1,340101,12\ns2,340201,12\ns3,340301,12\n",
        lots=FILES["lots"].splitlines(keepends=True)[0] + lots,
        recusals="lot,expert\n",
        busy=None,
    )
    assert result.exit_code == 0
    guests = [lot["guest_sites"] for lot in told()["lots"]]
    assert sorted(guests) == [["s2"]] * 3 + [["s3"]] * 3


def test_order_of_rows_and_columns_changes_nothing(plan: Plan) -> None:
    """The same files with rows and columns turned round give the same plan, panels too; so does a second run."""
    plan("--seed", SEED)
    first = core(told())
    plan("--seed", SEED)
    assert core(told()) == first
    turned: dict[str, str] = {}
    for name, text in FILES.items():
        header, *rows = [",".join(reversed(line.split(","))) for line in text.splitlines()]
        turned[name] = "\r\n".join([header, *reversed(rows)]) + "\r\n"
    plan("--seed", SEED, **turned)
    assert core(told()) == first


def test_panels_hang_on_the_seed_and_places_do_not(plan: Plan) -> None:
    """Another seed draws other panels at the same sites in the same windows; the default seed is fixed."""
    seen: list[dict[str, Any]] = []
    for seed in ("00" * 32, "01" * 32, "02" * 32, "03" * 32, "04" * 32):
        plan("--seed", seed, windows=FILES["windows"])
        seen.append(core(told()))
    panels = [[lot.pop("panel") for lot in one["lots"]] for one in seen]
    assert all(one == seen[0] for one in seen)
    assert any(panel != panels[0] for panel in panels)


def test_nothing_can_be_placed_is_exit_3_with_reasons(plan: Plan) -> None:
    """A plan is still written: every lot in `unplaced`, with what stands against it."""
    result = plan(sites=FILES["sites"].replace(",4", ",0").replace(",3\n", ",0\n"))
    assert result.exit_code == 3
    assert faults_of_file(Path("world"), Path("plan.json")) == []
    assert (told()["lots"], told()["proved"], told()["upper_bound_lots"]) == ([], True, 0)
    assert {"S0", "L7"} == {each["rule"] for each in told()["unplaced"][0]["clash"]}


@pytest.mark.parametrize(
    ("files", "rules"),
    [
        ({"recusals": "lot,expert\n" + "".join(f"L-2,e{i}\n" for i in range(1, 10))}, {"S0", "R0"}),
        (
            {"busy": "expert,window\n" + "".join(f"e{i},w{j}\n" for i in range(1, 10) for j in (1, 2))},
            {"S0", "E5"},
        ),
        ({"experts": FILES["experts"].replace("A0401", "A0501")}, {"S0"}),
        (
            {
                "lots": FILES["lots"]
                .replace(",1,,1,1,1,1,", ",1,,3,9,1,1,")
                .replace("0,w1;w2,0,", "0,w1;w2,4,")
            },
            {"S0", "G1"},
        ),
    ],
)
def test_reasons_name_what_stands_against_a_lot(plan: Plan, files: dict[str, str], rules: set[str]) -> None:
    """Recusals, people busy, nobody able, guests that do not exist: each is named, and nothing else."""
    plan(**files)
    clashes = {lot["lot"]: {each["rule"] for each in lot["clash"]} for lot in told()["unplaced"]}
    assert clashes["L-2"] == rules
    assert faults_of_file(Path("world"), Path("plan.json")) == []


def test_reasons_are_about_the_panels_that_were_drawn(plan: Plan) -> None:
    """One of two experts is drawn for the lot in place; who is told to be free for the other lot is the other one."""
    head = FILES["lots"].splitlines()[0]
    lots = f"{head}\nL-1,340101,s1,A:2,0,w1,1,1,,,,,0\nL-2,340101,s1,A:1,0,w1,1,1,,,,,1\n"
    experts = "expert,region,employer,specialities\nnear,340101,,A0401\nfar,340201,,A0401\n"
    seen = set()
    for seed in range(6):
        plan("--seed", f"{seed:064x}", lots=lots, experts=experts, recusals="lot,expert\n", busy=None)
        drawn = told()["lots"][0]["panel"][0]["expert"]
        away = 1 if drawn == "near" else 0
        assert f"only 1 experts are free ({away} outside" in told()["unplaced"][0]["clash"][0]["says"]
        seen.add(drawn)
    assert seen == {"near", "far"}


def test_overlapping_windows_count_as_one(plan: Plan) -> None:
    """The only expert able cannot serve two lots whose windows share a moment; once they only touch, yes."""
    lots = (
        FILES["lots"].splitlines()[0]
        + "\nL-1,340101,s1,A0601:1,0,w1,0,0,,,,,0\nL-2,340101,s1,A0601:1,0,w2,0,0,,,,,0\n"
    )
    windows = "window,day,start,end\nw1,2026-03-02,08:30,11:30\nw2,2026-03-02,{},17:00\n"
    plan(lots=lots, windows=windows.format("11:29"))
    assert len(told()["lots"]) == 1
    plan(lots=lots, windows=windows.format("11:30"))
    assert len(told()["lots"]) == 2


def test_nobody_serves_three_windows_a_day(plan: Plan) -> None:
    """Three lots that need the same expert on one day: two are placed."""
    lots = FILES["lots"].splitlines()[0] + "".join(
        f"\nL-{i},340101,s1,A0601:1,0,w{i},0,0,,,,,0" for i in (1, 2, 3)
    )
    windows = "window,day,start,end\n" + "".join(
        f"w{i},2026-03-02,{8 + i:02d}:00,{9 + i:02d}:00\n" for i in (1, 2, 3)
    )
    plan(lots=lots + "\n", windows=windows)
    assert (len(told()["lots"]), told()["proved"]) == (2, True)


def test_owner_representatives_sit_at_the_host(plan: Plan) -> None:
    """More of them than the host's seats: the lot has no place; just as many: experts sit at guests."""
    lots = FILES["lots"].splitlines()[0] + "\nL-1,340101,s1,A04:1,{},,0,1,,,,,0\n"
    plan(lots=lots.format(5), recusals="lot,expert\n")
    assert [each["rule"] for each in told()["unplaced"][0]["clash"]] == ["S0", "L7"]
    plan(lots=lots.format(4), recusals="lot,expert\n")
    assert told()["lots"][0]["guest_sites"] == ["s2"]


def test_every_fault_of_all_files_is_named_at_once(plan: Plan) -> None:
    """file:row:column and a sentence each; exit 2; nothing is written."""
    result = plan(
        experts=FILES["experts"] + "e1,34,o,B,\n",
        sites="site,region,seats\ns1,340101,-4\ns1,340102,3\n",
        windows="window,day,start,end\nw1,2026-02-30,08:30,11:30\nw2,2026-03-02,14:00,14:00\nw3,2026-W10-1,8:30,24:00\n",
        lots=FILES["lots"] + "L-3,340101,s9,A04:0;A06,x,w1;w9,2,1,-1,,,,2\n",
        recusals="lot,expert\nL-9,e1\n",
        busy="expert,window\ne1,w9\n",
    )
    assert result.exit_code == 2
    assert result.stdout == ""
    assert not Path("plan.json").exists()
    places = [":".join(line.split(":")[:3]) for line in result.stderr.splitlines()]
    assert places == [
        f"world/{name}.csv:{place}"
        for name, some in {
            "experts": ["11:region", "11:specialities", "11:expert"],
            "sites": ["2:seats", "3:site"],
            "windows": ["2:day", "3:end", "4:day", "4:start", "4:end"],
            "lots": [
                "4:host_site", "4:guest_sites_max", "4:offsite_min", "4:seats", "4:owner_reps",
                "4:windows", "4:priority",
            ],
            "recusals": ["2:lot"],
            "busy": ["2:window"],
        }.items()
        for place in some
    ]  # fmt: skip


def test_of_a_list_in_a_cell_the_entry_that_is_wrong_is_named(plan: Plan) -> None:
    """Not the whole cell: of several windows or seats most are right."""
    result = plan(lots=FILES["lots"] + "L-3,340101,s1,A04:2;A06:0,0,w1;w9;w2,0,,,,,,0\n")
    said = [line.split(":", 2)[2] for line in result.stderr.splitlines()]
    assert [line.split('"')[1] for line in said] == ["0", "w9"]


@pytest.mark.parametrize("spoiled", [b"s3,340301,\xb0\n", b"s3,340301,0\x00\n", b'"s3,340301,0\n'])
def test_rows_that_cannot_be_read_make_no_other_file_wrong(plan: Plan, spoiled: bytes) -> None:
    """A site in an unreadable row may well be there: only sites.csv is faulty."""
    plan()
    Path("world/sites.csv").write_bytes(b"site,region,seats\ns1,340101,4\n" + spoiled)
    Path("world/lots.csv").write_text(FILES["lots"].replace(",s1,", ",s3,"), encoding="utf-8")
    result = CliRunner().invoke(main, ["plan", "world", "--out", "other.json"])
    assert result.exit_code == 2
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["world/sites.csv"]


def test_missing_files_and_columns_are_faults(plan: Plan) -> None:
    """Each is named once; busy.csv alone may be absent."""
    result = plan(sites=None, recusals=None, busy=None, lots="lot,seats\nL-1,A04:1\n")
    assert result.exit_code == 2
    named = [line.split(": ")[0] for line in result.stderr.splitlines()]
    assert "world/sites.csv:1:-" in named
    assert "world/recusals.csv:1:-" in named
    assert "world/lots.csv:1:host_site" in named
    assert not any("busy" in line for line in named)


@pytest.mark.parametrize(
    "bad", [["--seed", "5a"], ["--time-limit", "0"], ["--time-limit", "nan"], ["--nonsense"]]
)
def test_bad_usage_is_exit_2(plan: Plan, bad: list[str]) -> None:
    """Nothing is written."""
    assert plan(*bad).exit_code == 2
    assert not Path("plan.json").exists()


def test_a_plan_that_cannot_be_written_is_refused_before_the_work(plan: Plan) -> None:
    """One sentence and exit 2."""
    result = plan(out="nowhere/plan.json")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr


@pytest.mark.parametrize("supply", list(Supply))
def test_made_worlds_are_planned_lawfully(tmp_path: Path, supply: Supply) -> None:
    """Easy, tight, scarce and starved: the checker finds nothing, with panels drawn."""
    write_days(make_days(b"p" * 32, supply, Size(experts=600, lots=40, days=1)), tmp_path / "world")
    out = tmp_path / "plan.json"
    result = CliRunner().invoke(main, ["plan", str(tmp_path / "world"), "--out", str(out), "--json"])
    assert result.exit_code == 0
    assert faults_of_plan(tmp_path / "world", json.loads(result.stdout)) == []


def run_apart(world: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    """The command as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli", "plan", str(world), "--out", str(out), *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "YUANPING_LANG": "en"},
    )  # fmt: skip


def test_a_short_limit_still_gives_a_lawful_plan(tmp_path: Path) -> None:
    """Five seconds for a world whose lotteries take longer: lots are placed, panels are drawn, nothing clashes."""
    world, out = tmp_path / "world", tmp_path / "plan.json"
    write_days(make_days(b"p" * 32, Supply.TIGHT, Size(experts=3000, lots=150, days=1)), world)
    process = run_apart(world, out, "--time-limit", "5")
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert faults_of_file(world, out) == []
    assert len(json.loads(out.read_text())["lots"]) > 100


def test_an_interrupted_plan_keeps_the_best_found(tmp_path: Path) -> None:
    """Ctrl-C while lotteries run: the plan is written, lawful, and the command ends in order."""
    world, out = tmp_path / "world", tmp_path / "plan.json"
    write_days(make_days(b"p" * 32, Supply.TIGHT, Size(experts=3000, lots=150, days=1)), world)
    process = run_apart(world, out)
    assert process.stderr is not None
    assert "lots placed" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert faults_of_file(world, out) == []


def test_cells_may_be_quoted_and_columns_unknown(plan: Plan) -> None:
    """RFC 4180 and extra columns change nothing."""
    plan("--seed", SEED)
    first = core(told())
    quoted: dict[str, str] = {}
    for name, text in FILES.items():
        rows = list(csv.reader(text.splitlines()))
        lines = [[*row, "note" if i == 0 else 'a "b", c'] for i, row in enumerate(rows)]
        quoted[name] = "\ufeff" + "\n".join(
            ",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in lines
        )
    plan("--seed", SEED, **quoted)
    assert core(told()) == first
