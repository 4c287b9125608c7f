"""`yuanping draw`: the contract of docs/formats/draw.md, seen from outside."""

import functools
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import main

SEED = "5a" * 32
HEADER = "expert,region,employer,specialities,household\n"
ROWS = [
    "e1,340111,o1,A0401,",
    "e2,340111,o1,A0401,",
    "e3,340102,o2,A0402,h1",
    "e4,340203,o3,A0401;A0603,",
    "e5,340203,,A0603,h1",
    "e6,340304,o5,A040101,",
    "e7,340304,o6,A0603,",
]
ASKED: dict[str, Any] = {
    "lot": "标段-1",
    "region": "340111",
    "seats": [{"speciality": "A0401", "count": 2}, {"speciality": "A06", "count": 1}],
    "limits": {"same_employer_max": 1, "host_region_max": 1},
    "recused": ["e7", "stranger"],
}
Draw = Callable[..., Result]


@pytest.fixture
def draw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Run the command on a pool and a request in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("YUANPING_LANG", raising=False)

    def run(*options: str, rows: list[str] = ROWS, seed: str = SEED, **change: Any) -> Result:
        Path("pool.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
        Path("request.json").write_text(json.dumps(ASKED | change), encoding="utf-8")
        return CliRunner().invoke(main, ["draw", "pool.csv", "request.json", "--seed", seed, *options])

    return run


def test_the_answer_has_the_keys_of_the_contract_and_nothing_else(draw: Draw) -> None:
    """One JSON document on standard output, with every promise that can be recounted."""
    result = draw("--json", "--repeat", "2")
    assert result.exit_code == 0
    assert result.stderr == ""
    told = json.loads(result.stdout)
    assert list(told) == [
        "lot", "status", "method", "optimal", "bound",
        "chances", "panel", "panels", "excluded", "seconds",
    ]  # fmt: skip
    assert (told["lot"], told["status"], told["optimal"]) == ("标段-1", "drawn", True)
    assert sum(map(Fraction, told["chances"].values())) == 3
    assert min(map(Fraction, told["chances"].values())) == Fraction(told["bound"])
    assert [seat["speciality"] for seat in told["panel"]] == ["A0401", "A0401", "A06"]
    assert told["excluded"] == {"e7": "R0"}
    assert set(told["seconds"]) == {"limits", "chances", "panels"}
    assert "panels" not in json.loads(draw("--json").stdout)
    assert json.loads(draw("--json", "--repeat", "0").stdout)["panels"] == []


def test_the_panel_depends_on_pool_request_and_seed_alone(draw: Draw) -> None:
    """Order of rows and seats, thread count and the spelling of the seed change nothing."""

    def core(result: Result) -> Any:
        told = json.loads(result.stdout)
        return {key: told[key] for key in told if key not in ("seconds", "panels")}

    first = core(draw("--json"))
    assert core(draw("--json", "--threads", "3", rows=ROWS[::-1], seed=SEED.upper())) == first
    assert core(draw("--json", "--repeat", "5", seats=ASKED["seats"][::-1])) == first
    split = [{"speciality": "A0401", "count": 1}, *ASKED["seats"][1:], {"speciality": "A0401", "count": 1}]
    assert core(draw("--json", seats=split)) == first


def test_repeated_panels_are_those_of_the_derived_seeds(draw: Draw) -> None:
    """Entry i is the panel of the seed SHA-256(seed ‖ u64 i), as a run with that seed shows."""
    panels = json.loads(draw("--json", "--repeat", "4").stdout)["panels"]
    for i, panel in enumerate(panels):
        seed = hashlib.sha256(bytes.fromhex(SEED) + i.to_bytes(8, "big")).hexdigest()
        alone = json.loads(draw("--json", seed=seed).stdout)["panel"]
        assert panel == [f"{seat['expert']}:{seat['speciality']}" for seat in alone]


def test_kept_members_sit_and_are_not_listed(draw: Draw) -> None:
    """The panel is whole; chances speak of the open seats only."""
    told = json.loads(draw("--json", kept=[{"expert": "e4", "speciality": "A06"}]).stdout)
    assert {"expert": "e4", "speciality": "A06"} in told["panel"]
    assert "e4" not in told["chances"]
    assert sum(map(Fraction, told["chances"].values())) == 2


def test_an_impossible_request_ends_with_the_clash(draw: Draw) -> None:
    """Exit 3, an irreducible set of rules with sentences, and the ladder."""
    result = draw("--json", seats=[{"speciality": "A0401", "count": 4}])
    assert result.exit_code == 3
    told = json.loads(result.stdout)
    assert list(told) == ["lot", "status", "clash", "ladder"]
    assert told["status"] == "impossible"
    assert {each["rule"] for each in told["clash"]} in ({"S0", "R12"}, {"S0", "L4"})
    assert all(each["says"] for each in told["clash"])


def test_the_ladder_names_the_steps_that_cure(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step with who approves it and how many people match then; what does not cure is not named."""
    rows = ["e1,340111,o1,A040101,", "e2,340102,o1,A040101,", "e3,340203,o2,A040102,"]
    asked = {"seats": [{"speciality": "A040101", "count": 2}], "limits": {"same_employer_max": 1}}
    result = draw("--json", rows=rows, **asked, recused=[])
    assert result.exit_code == 3
    told = json.loads(result.stdout)
    assert {each["rule"] for each in told["clash"]} == {"S0", "R12"}
    assert [(step["does"], step["approver"], step["matching"]) for step in told["ladder"]] == [
        ("parent_code", "supervisor", 3),
        ("raise", "supervisor", 2),
        ("neighbour_code", "supervisor", 3),
        ("appoint", "supervisor", None),
    ]
    assert all(set(step) == {"step", "does", "says", "approver", "matching"} for step in told["ladder"])
    monkeypatch.setenv("YUANPING_LANG", "en")
    assert "(approved by: Supervisor; 3 people match then)" in draw(rows=rows, **asked, recused=[]).stdout


def test_an_unknown_pack_is_bad_input(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong YUANPING_RULE_PACK is said in one line, also where no ladder would be needed."""
    for name in ("atlantis", "../x", "missing.toml"):
        monkeypatch.setenv("YUANPING_RULE_PACK", name)
        result = draw("--json")
        assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
        assert name in result.stderr


def test_every_seat_already_kept_is_still_a_panel(draw: Draw) -> None:
    """With no open seat the answer is the kept panel and nobody has a chance."""
    told = json.loads(
        draw(
            "--json", seats=[{"speciality": "A06", "count": 1}], kept=[{"expert": "e4", "speciality": "A06"}]
        ).stdout
    )
    assert (told["panel"], told["chances"]) == ([{"expert": "e4", "speciality": "A06"}], {})


def test_faults_of_both_files_come_at_once(draw: Draw) -> None:
    """Exit 2, one line a fault on standard error in both languages, nothing on standard output."""
    for lang in ("zh-CN", "en"):
        os.environ["YUANPING_LANG"] = lang
        try:
            result = draw("--json", rows=["e1,3401,,A04,", "e2,340111,,,"], lot="", recused=[1])
        finally:
            del os.environ["YUANPING_LANG"]
        assert (result.exit_code, result.stdout) == (2, "")
        places = [line.split(": ")[0] for line in result.stderr.splitlines()]
        assert places == [
            "pool.csv:2:region",
            "pool.csv:3:specialities",
            "request.json:1:/lot",
            "request.json:1:/recused/0",
        ]


@pytest.mark.parametrize(
    "options",
    [
        ("--seed", "00"),
        ("--seed", "zz" * 32),
        ("--seed", " " + SEED[1:]),
        ("--repeat", "-1"),
        ("--repeat", "x"),
        ("--threads", "0"),
        ("--nonsense",),
    ],
)
def test_bad_usage_ends_with_2(draw: Draw, options: tuple[str, ...]) -> None:
    """Options out of their range are refused before a file is read."""
    result = draw(*options)
    assert (result.exit_code, result.stdout) == (2, "")


def test_absent_files_are_one_line_each(tmp_path: Path) -> None:
    """What cannot be read is named and ends with 2, a folder included."""
    files = [str(tmp_path), str(tmp_path / "no.json")]
    result = CliRunner().invoke(main, ["draw", *files, "--seed", SEED])
    assert (result.exit_code, result.stdout) == (2, "")
    assert [line.split(":1:")[0] for line in result.stderr.splitlines()] == files


def test_people_get_a_report(draw: Draw) -> None:
    """Without --json the panel is readable, and so is a refusal."""
    result = draw("--repeat", "1", kept=[{"expert": "e4", "speciality": "A06"}])
    assert result.exit_code == 0
    assert "标段-1" in result.stdout
    assert "A06\te4\t保留" in result.stdout
    result = draw(seats=[{"speciality": "B", "count": 1}])
    assert result.exit_code == 3
    assert "S0" in result.stdout


def _start(*args: str, **kwargs: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "api.cli", "draw", *args, "--seed", SEED, "--json"]
    # whoever runs the tests in the background has interrupts switched off, and children inherit that
    listening = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    return subprocess.Popen(command, stderr=subprocess.PIPE, preexec_fn=listening, **kwargs)


def test_an_interrupt_ends_in_one_line(tmp_path: Path) -> None:
    """Ctrl-C leaves no traceback and says that there is no answer."""
    pipe = tmp_path / "pool.csv"
    os.mkfifo(pipe)
    running = _start(str(pipe), str(pipe), stdout=subprocess.PIPE)
    with pipe.open("wb"):  # opens once the command reads
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out, len(err.splitlines())) == (130, b"", 1)


def test_a_reader_that_leaves_is_no_fault(draw: Draw, tmp_path: Path) -> None:
    """When the other end of the pipe is closed the command ends quietly."""
    draw()
    reading, writing = os.pipe()
    os.close(reading)
    files = [str(tmp_path / "pool.csv"), str(tmp_path / "request.json")]
    running = _start(*files, stdout=writing, cwd=Path(__file__).parents[2])
    os.close(writing)
    assert (running.communicate(timeout=60)[1], running.returncode) == (b"", 0)


def test_a_full_disk_is_said_and_ends_with_2(draw: Draw, tmp_path: Path) -> None:
    """An answer that cannot be written is a sentence and never a silent success."""
    draw()
    files = [str(tmp_path / "pool.csv"), str(tmp_path / "request.json")]
    with Path("/dev/full").open("wb") as full:
        running = _start(*files, stdout=full, cwd=Path(__file__).parents[2])
    err = running.communicate(timeout=60)[1]
    assert (running.returncode, len(err.splitlines())) == (2, 1)


def test_a_closed_output_is_said_and_ends_with_2(draw: Draw, tmp_path: Path) -> None:
    """Started without any standard output, the command says so instead of giving a traceback."""
    draw()
    files = [str(tmp_path / "pool.csv"), str(tmp_path / "request.json")]
    told = [sys.executable, "-m", "api.cli", "draw", *files, "--seed", SEED, "--json"]
    shut = ["sh", "-c", 'exec "$@" >&-', "sh", *told]
    ended = subprocess.run(shut, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2], check=False)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)


@contextmanager
def _not_root() -> Iterator[None]:
    """Root may read everything: another user meanwhile."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.mark.parametrize("command", [["draw", "--seed", SEED], ["lottery", "--size", "1"]])
def test_a_file_that_may_not_be_read_is_told_beside_the_other_faults(command: list[str]) -> None:
    """A lack of permission is one line in the contract's form, and the other file is read as well."""
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to other users
        Path(name).chmod(0o755)
        shut, missing = Path(name, "pool.csv"), Path(name, "request.json")
        asked = [*command, str(shut), str(missing)]
        CliRunner().invoke(main, asked)  # loads modules and words before the rights are gone
        shut.touch(mode=0)
        with _not_root():
            result = CliRunner().invoke(main, asked)
    assert (result.exit_code, result.stdout) == (2, "")
    told = [line.split(": ")[0] for line in result.stderr.splitlines()]
    assert told == [f"{shut}:1:-", f"{missing}:1:-"]


def test_the_ceremony_lists_a_thousand_panels_and_states_its_loss(draw: Draw) -> None:
    """Only on request; the panels depend on the lottery alone, and the loss can be recounted."""
    assert "ceremony" not in json.loads(draw("--json").stdout)
    told = json.loads(draw("--json", "--ceremony").stdout)
    made = told["ceremony"]
    assert len(made["panels"]) == 1000
    assert (
        made["panels"]
        == json.loads(draw("--json", "--ceremony", seed="00" * 32).stdout)["ceremony"]["panels"]
    )
    seen = [who.split(":")[0] for panel in made["panels"] for who in panel]
    fewest = min(Fraction(seen.count(who), 1000) for who in told["chances"])
    least = min(map(Fraction, told["chances"].values()))
    assert Fraction(made["smallest"]) == fewest
    assert Fraction(made["loss"]) == 1 - fewest / least


def test_the_pool_of_six_of_the_page_comes_out_as_worked_by_hand(draw: Draw) -> None:
    """docs/lottery.md: a third each where shuffle-and-take gives 4/15 and 2/5."""
    page = (Path(__file__).parents[2] / "docs" / "lottery.md").read_text(encoding="utf-8")
    block = page.split("```")[1]
    rows = [line.split()[0] for line in block.strip().splitlines()]
    assert rows[0] == "expert,region,employer,specialities"
    asked = {"seats": [{"speciality": "A0401", "count": 2}], "limits": {"same_employer_max": 1}}
    told = json.loads(draw("--json", rows=[f"{row}," for row in rows[1:]], recused=[], **asked).stdout)
    assert told["chances"] == dict.fromkeys("abcdef", "1/3")
    assert (told["bound"], told["optimal"]) == ("1/3", True)
    assert 'chances": {"a": "1/3"' in block
    assert '"bound": "1/3"' in block
