"""`yuanping docs`: are the pages that are made from the code up to date, and write them anew?"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import click

from api.commands import rulebook, tables

STALE, NOT_HERE = 1, 2
_BEGIN, _END = "<!-- generated: {name} -->", "<!-- end of generated -->"

# Whole pages, and blocks inside pages that people write; each is made from the root of the sources.
PAGES: Mapping[str, Callable[[Path], str]] = {
    "docs/rules.md": rulebook.page,
    "docs/sight.md": lambda root: tables.sight(),
    "docs/phases.md": lambda root: tables.phases(),
    "docs/openapi.json": lambda root: openapi(),
}
BLOCKS: Mapping[tuple[str, str], Callable[[], str]] = {
    ("docs/verify.md", "steps"): lambda: tables.steps(),
    ("docs/operate.md", "commands"): lambda: tables.commands(),
    ("docs/formats/bundle.md", "events"): lambda: tables.events(),
    ("docs/formats/bundle.md", "parts"): lambda: tables.parts(),
    ("docs/formats/bundle.md", "exhibits"): lambda: tables.exhibits(),
}


@click.command("docs")
@click.option("--write", "wanted", flag_value="write", help="写入生成的页面 / write the generated pages")
@click.option("--check", "wanted", flag_value="check", help="只检查是否过时 / only say which are stale")
def docs(wanted: str | None) -> None:
    """由代码生成的文档（在源码目录下运行）/ the pages made from the code; run in the source folder.

    --check: exit 1 when one is stale.
    """
    root = Path.cwd()
    if wanted is None:
        raise click.UsageError("--write 或 --check / --write or --check")
    if not (root / "docs").is_dir() or not (root / "tests").is_dir():
        click.echo("这里不是源码目录 / this is no source folder: docs and tests are missing", err=True)
        raise SystemExit(NOT_HERE)
    old = stale(root)
    for page, text in old.items():
        if wanted == "write":
            (root / page).write_text(text, encoding="utf-8")
        click.echo(f"{page}: {'已更新 / written' if wanted == 'write' else '已过时 / stale'}")
    raise SystemExit(STALE if old and wanted == "check" else 0)


def stale(root: Path) -> dict[str, str]:
    """Path → text as it should be, of every page that differs. Raises ValueError where a block has no place."""
    wanted = {page: make(root) for page, make in PAGES.items()}
    for (page, name), make_block in BLOCKS.items():
        text = wanted.get(page) or (root / page).read_text(encoding="utf-8")
        wanted[page] = placed(text, name, make_block())
    return {page: text for page, text in wanted.items() if _now(root / page) != text}


def placed(text: str, name: str, block: str) -> str:
    """The page with a generated block set between its marks."""
    begin = _BEGIN.format(name=name)
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(_END)
    if not (found and ended):
        raise ValueError(f"the marks of the generated block {name} are missing")
    return f"{before}{begin}\n{block}{_END}{after}"


def _now(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None


def openapi() -> str:
    """The OpenAPI 3.1 document of the web app, as `/openapi.json` serves it."""
    from api.app import create_app
    from api.pages.desks import Desks
    from api.pages.setup import Setup

    nobody = cast(Desks, None)  # describing the app asks no desk anything
    document: dict[str, Any] = create_app(Setup(secret="described only", desks=nobody)).openapi()
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
