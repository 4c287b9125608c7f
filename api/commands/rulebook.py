"""What does the page of rules say? Every rule with its law, numbers per pack, sentence and tests."""

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from scheduler import pack
from scheduler.alarms import Alarm
from scheduler.limits import Declared, Guard, Notice, Rule
from scheduler.packshape import Entry, Pack
from scheduler.rules import DECLARED, EARLIER

_HEAD = """# 规则 Rules

本页由代码生成，请勿手改：`make docs`。每条规则只声明一次（`scheduler/rules/`），
数字在规则包（`scheduler/packs/*.toml`）。规则包中没有的规则不运行。
来历：read 读过原文 · memory 凭记忆，待核 · assumed 假定，核验报告逐一列出。

Made from the code, do not edit: `make docs`. A rule is declared once; its numbers are data. A rule that a pack does
not name does not run. Basis: read (in the text of the law) · memory (not read again) · assumed (and said so in every
report of the verifier). Besides the tests named here, `tests/scheduler/rules/test_twice_stated.py` compares every rule
on persons with a second, plain statement of it on random panels.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarding:
    """A test with the sentence it proves."""

    file: str
    name: str
    says: str

    def about(self, rule: Declared) -> bool:
        """Whether name or sentence speak of this rule, by its id or by the function that states it."""
        told = rule.id.lower() in self.name.split("_") or _name(rule) in self.name + self.says
        return told or re.search(rf"(?<!\w){rule.id}(?!\w)", self.says) is not None


def page(root: Path) -> str:
    """The whole of docs/rules.md; the tests are read under `root`."""
    packs = [pack.load(name) for name in pack.known()]
    guarding = tuple(tests(root / "tests", root))
    index = [
        "| id | 规则 | rule | version | " + " | ".join(p.id for p in packs) + " |",
        "|---|---|---|---|" + "---|" * len(packs),
        *(_line(rule, packs) for rule in DECLARED.values()),
    ]
    chapters = [_chapter(rule, packs, guarding) for rule in DECLARED.values()]
    return "\n".join([_HEAD, *index, "", *chapters])


def _line(rule: Declared, packs: list[Pack]) -> str:
    cells = ["; ".join(_numbers(e) or "✓" for e in p.entries if e.rule == rule.id) or "–" for p in packs]
    return f"| {rule.id} | {rule.title.zh} | {rule.title.en} | {rule.version} | {' | '.join(cells)} |"


def _chapter(rule: Declared, packs: list[Pack], guarding: tuple[Guarding, ...]) -> str:
    kind = "guard on the request 对申请" if isinstance(rule, Guard) else "rule on persons 对人员"
    kind = (
        "alarm over many lots, for the supervisor 对多个项目的提示，供监督"
        if isinstance(rule, Alarm)
        else kind
    )
    kind = "notice, refuses nothing 提示，不拒绝" if isinstance(rule, Notice) else kind
    told = [
        f"## {rule.id} {rule.title.zh} / {rule.title.en}",
        f"version {rule.version} · {kind} · {rule.law}",
        "",
        f"> {rule.says.zh}  ",
        f"> {rule.says.en}",
        "",
        _doc(rule),
        "",
        *_table(rule, packs),
        "",
        *(
            f"Earlier version {old.version} 旧版: {_doc(old)}\n"
            for old in EARLIER.values()
            if old.id == rule.id
        ),
        *(f"* `{each.name}` ({each.file}): {each.says}" for each in guarding if each.about(rule)),
        "",
    ]
    return "\n".join(told)


def _table(rule: Declared, packs: list[Pack]) -> Iterator[str]:
    rows: dict[str, list[str]] = {}
    for each in packs:
        for entry in each.entries:
            if entry.rule == rule.id:
                until = entry.until.isoformat() if entry.until else "…"
                row = f"{_numbers(entry) or '–'} | {entry.since} – {until} | {entry.basis} | {entry.cite} |"
                rows.setdefault(row, []).append(each.id)
    if not rows:
        yield "In no shipped pack 未列入任何规则包."
        return
    yield from ("| pack | numbers | in force | basis | citation |", "|---|---|---|---|---|")
    yield from (f"| {', '.join(names)} | {row}" for row, names in rows.items())


def _numbers(entry: Entry) -> str:
    """The numbers, and for which projects where not for all."""
    told = ", ".join(f"{name} = {value}" for name, value in entry.numbers.items())
    scope = entry.scope
    where = [", ".join(scope.categories)] if scope.categories else []
    where += [f"not {', '.join(scope.excepted)}"] if scope.excepted else []
    where += [f"≥ {scope.budget_least:,} yuan"] if scope.budget_least is not None else []
    where += [f"< {scope.budget_below:,} yuan"] if scope.budget_below is not None else []
    return f"{told or '✓'} ({'; '.join(where)})" if where else told


def _doc(rule: Declared) -> str:
    return " ".join((inspect.getdoc(_function(rule)) or "").split())


def _function(rule: Declared) -> Callable[..., Any]:
    if isinstance(rule, Alarm):
        return rule.finds
    return rule.drafts if isinstance(rule, Rule) else cast(Guard, rule).facts


def _name(rule: Declared) -> str:
    return str(_function(rule).__name__)


def tests(folder: Path, root: Path) -> Iterator[Guarding]:
    """Every test function under a folder, by file and place."""
    for file in sorted(folder.rglob("test_*.py")):
        for name, says in _functions(ast.parse(file.read_text(encoding="utf-8")).body):
            yield Guarding(file=file.relative_to(root).as_posix(), name=name, says=says)


def _functions(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _functions(node.body)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name, " ".join((ast.get_docstring(node) or "").split())
