"""Can the modules be imported in any order? A circle works from one door and fails from the next."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("crypto", "scheduler", "api", "fixtures")


def modules() -> dict[str, Path]:
    """Every module of the product by its dotted name; packages' own files are of no interest."""
    files = (file for room in ROOMS for file in (ROOT / room).rglob("*.py") if file.name != "__init__.py")
    return {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in files}


def named(tree: ast.Module) -> Iterator[str]:
    """What a module names in its imports at the top; those in functions run later and hurt nobody."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def test_no_module_waits_for_itself() -> None:
    """Taking away again and again what needs nothing that is left, nothing remains."""
    known = modules()
    needs = {
        name: {other for other in named(ast.parse(file.read_text(encoding="utf-8"))) if other in known}
        for name, file in known.items()
    }
    while free := [name for name, others in needs.items() if not others & needs.keys()]:
        for name in free:
            del needs[name]
    assert sorted(needs) == []
