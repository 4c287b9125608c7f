"""The house law: rooms, sizes, sentences. Architecture is tested, not described."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.rules import DECLARED

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("crypto", "scheduler", "api", "fixtures")
FILE_MOST, FUNCTION_MOST = 350, 45
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "constants"}


def sources() -> Iterator[Path]:
    """Every source file of the product, migrations aside: those are generated."""
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            if "migrations/versions" not in file.as_posix():
                yield file


def guards() -> Iterator[Path]:
    """Every test file."""
    yield from sorted((ROOT / "tests").rglob("test_*.py"))


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, however deep."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring and decorators."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or node.lineno) - first.lineno + 1


def test_no_file_is_longer_than_a_person_reads_in_one_sitting() -> None:
    """350 lines is the most; a longer file answers more than one question."""
    long = [
        (f.relative_to(ROOT).as_posix(), n)
        for f in sources()
        if (n := len(f.read_text().splitlines())) > FILE_MOST
    ]
    assert long == []


def test_no_function_is_longer_than_a_screen() -> None:
    """45 lines is the most, docstring not counted."""
    long = [
        (f.name, node.name, n)
        for f in sources()
        for node in functions(f)
        if (n := body_lines(node)) > FUNCTION_MOST
    ]
    assert long == []


def test_every_module_says_which_question_it_answers() -> None:
    """A docstring opens every module."""
    silent = [
        f.relative_to(ROOT).as_posix() for f in sources() if not ast.get_docstring(ast.parse(f.read_text()))
    ]
    assert silent == []


def test_every_public_function_and_class_has_a_sentence() -> None:
    """What others may call says what it gives, and what it raises."""
    silent = []
    for file in sources():
        tree = ast.parse(file.read_text())
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                silent.append((file.relative_to(ROOT).as_posix(), node.name))
    assert silent == []


def test_no_file_is_named_after_nothing() -> None:
    """A file's name is the question it answers; `utils` answers none."""
    assert [f.as_posix() for f in sources() if f.stem in FORBIDDEN_NAMES] == []


def test_every_test_states_the_truth_it_guards() -> None:
    """A test without a sentence cannot be argued with."""
    silent = [
        (f.relative_to(ROOT).as_posix(), node.name)
        for f in guards()
        for node in functions(f)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_only_one_place_commits() -> None:
    """Services never commit: Database.transaction() does, once."""
    places = [
        f.relative_to(ROOT).as_posix()
        for f in sources()
        for node in ast.walk(ast.parse(f.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert places == ["api/store/db.py"]


def test_routes_are_short() -> None:
    """A route takes a form in and gives a page out; what is longer belongs into a service."""
    long = [
        (f.name, node.name, n)
        for room in ("pages", "v1")
        for f in sorted((ROOT / "api" / room).glob("*.py"))
        for node in functions(f)
        if any("router." in ast.unparse(d) for d in node.decorator_list) and (n := body_lines(node)) > 12
    ]
    assert long == []


def test_every_rule_has_law_title_and_both_languages() -> None:
    """A trading centre checks us against these."""
    for declared in DECLARED.values():
        assert declared.law
        assert declared.title.zh
        assert declared.title.en
        assert declared.says.zh
        assert declared.says.en
        assert declared.version >= 1


def test_the_import_law_holds() -> None:
    """api over fixtures over scheduler over crypto, and the protected doors."""
    ended = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("word", ["ortools", "numpy", "sqlalchemy", "fastapi", "pandas"])
def test_help_and_the_verifier_start_without_heavy_imports(word: str) -> None:
    """`--help` answers at once and the verifier needs no solver, server or database."""
    for entry in ("import api.cli", "import scheduler.audit, scheduler.audit.command"):
        code = f"{entry}; import sys; sys.exit({word!r} in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0, entry
