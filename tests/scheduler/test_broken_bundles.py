"""Is each bundle of fixtures/bundles broken at exactly the step its name says, and nothing else?"""

from pathlib import Path

import pytest

from scheduler.audit import STEPS, verify
from scheduler.audit.case import Outcome, Pins
from scheduler.audit.command import read_trust, run

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "bundles"
FILES = sorted(FOLDER.glob("*.jsonl"))
TRUST = FOLDER / "trust.json"
GOOD = [file for file in FILES if file.name.startswith("good")]
GLASS = [file for file in FILES if file.name.startswith("glass")]
BROKEN = [file for file in FILES if file not in (*GOOD, *GLASS)]


def found(file: Path, state: Outcome) -> list[int]:
    """The numbers of the steps in a state, under the pinned keys."""
    pins: Pins = read_trust(TRUST.read_bytes())
    return [f.n for f in verify(file.read_bytes(), pins).findings if f.state is state]


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_a_broken_bundle_is_broken_where_its_name_says(file: Path) -> None:
    """One step and no other; the command says 1."""
    assert found(file, Outcome.BROKEN) == [int(file.name[:2])]
    assert run([str(file), "--trust", str(TRUST)]) == 1


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_a_good_bundle_holds(file: Path) -> None:
    """No step is broken; the command says 0."""
    assert found(file, Outcome.BROKEN) == []
    assert run([str(file), "--trust", str(TRUST)]) == 0


@pytest.mark.parametrize("file", GLASS, ids=lambda file: file.stem)
def test_a_bundle_with_broken_glass_holds_and_says_so(file: Path) -> None:
    """No step is broken; the command says 3."""
    assert found(file, Outcome.BROKEN) == []
    assert run([str(file), "--trust", str(TRUST)]) == 3


def test_the_archived_bundle_holds_in_every_step() -> None:
    """From F7 on, with the experts' key opened, nothing is left unrevealed to the supervisor."""
    assert found(FOLDER / "good.archived.jsonl", Outcome.HOLDS) == list(range(1, len(STEPS) + 1))


def test_every_step_has_its_broken_bundle() -> None:
    """No step is there that was never seen to break."""
    assert sorted({int(file.name[:2]) for file in BROKEN}) == list(range(1, len(STEPS) + 1))


def test_the_folder_is_small() -> None:
    """The whole folder stays under 5 MB."""
    assert sum(file.stat().st_size for file in FOLDER.iterdir() if file.is_file()) < 5_000_000
