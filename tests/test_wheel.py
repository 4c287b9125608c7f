"""What a stranger installs: the wheel alone, in a fresh environment, from an empty folder."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command in a folder, without our own tree on the path."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    ended = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, cwd=ROOT)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def fresh(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the locked runtime and the wheel; gives its folder of commands."""
    folder = tmp_path_factory.mktemp("fresh")
    run(sys.executable, "-m", "venv", folder / "env", cwd=folder)
    pip = [folder / "env/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--no-compile", "--require-hashes", "-r", ROOT / "requirements.lock", cwd=folder)
    run(*pip, "--no-deps", wheel, cwd=folder)
    return folder / "env/bin"


def test_the_demonstration_runs_from_the_wheel_in_an_empty_folder(fresh: Path, tmp_path: Path) -> None:
    """The demo world, templates, packs and migrations ride along; its bundles verify with the wheel's own verifier."""
    told = run(fresh / "yuanping", "demo", "--no-serve", "--json", cwd=tmp_path).stdout
    result = json.loads(told)
    assert result["verified"] is True
    folder = tmp_path / "yuanping-demo"
    for name in (result["bundle"], result["public_bundle"]):
        run(fresh / "yuanping-verify", folder / name, "--trust", folder / result["trust"], cwd=tmp_path)


def test_the_wheel_holds_the_product_and_nothing_else(wheel: Path) -> None:
    """Packs, words, templates and the demo world are inside; tests, vectors and broken bundles are not."""
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "scheduler/packs/anhui.toml",
        "api/words/zh-CN.toml",
        "fixtures/anhui/anhui_104.tsv",
        "crypto/py.typed",
    ):
        assert part in names
    roots = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert roots == {"api", "crypto", "fixtures", "scheduler"}
    assert not [name for name in names if name.startswith(("fixtures/vectors", "fixtures/bundles"))]
