"""Do the pages say what the code does, and do their links lead somewhere?"""

import re
from pathlib import Path

import pytest

from api.cli import COMMANDS
from api.commands import docs, rulebook
from scheduler.audit import STEPS
from scheduler.rules import DECLARED

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "fixtures").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
MACHINE = re.compile(r"/work/|/home/|/root/|/Users/|/tmp/|[A-Z]:\\|pypi|npmjs")


def text(name: str) -> str:
    """A page by its path from the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_generated_pages_are_fresh():
    """What the code makes of rules, sight, phases, OpenAPI and the tables is what lies in docs: `make docs`."""
    assert list(docs.stale(ROOT)) == []


def test_a_changed_page_is_noticed(tmp_path):
    """A block between its marks that differs is put right, and the text around it stays."""
    page = "before\n<!-- generated: x -->\nold\n<!-- end of generated -->\nafter\n"
    assert docs.placed(page, "x", "new\n") == page.replace("old", "new")
    with pytest.raises(ValueError, match="marks"):
        docs.placed("no marks here", "x", "new\n")


@pytest.mark.parametrize("number", range(1, len(STEPS) + 1))
def test_the_supervisors_page_explains_every_step(number):
    """docs/verify.md has a section per step under the verifier's own number and names."""
    name, _ = STEPS[number - 1]
    assert f"### {number} {name.zh} / {name.en}\n" in text("docs/verify.md")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_manual(name):
    """A command that exists is told in README or docs/operate.md."""
    assert f"`yuanping {name}" in text("docs/operate.md") + text("README.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    """Every relative link of every page names a file that is there."""
    prose = CODE.sub("", page.read_text(encoding="utf-8"))
    links = [link.partition("#")[0] for link in LINK.findall(prose)]
    near = [link for link in links if link and "://" not in link and not link.startswith("mailto:")]
    assert [link for link in near if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_pages_name_no_machine(page):
    """No page holds a path of somebody's machine or the host of a registry."""
    assert MACHINE.findall(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda page: page.name)
def test_decisions_are_short(page):
    """One decision, at most sixty lines."""
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 60


@pytest.mark.parametrize("rule", DECLARED)
def test_every_rule_has_a_test_of_its_own(rule):
    """The page of rules names at least one test for every rule."""
    guarding = rulebook.tests(ROOT / "tests", ROOT)
    assert any(each.about(DECLARED[rule]) for each in guarding)
