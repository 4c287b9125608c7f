"""What do the generated tables say? Sight, phases, steps of the verifier, commands, events and exhibits."""

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from scheduler.events import EVENTS
from scheduler.exhibits import KINDS
from scheduler.model import Role
from scheduler.phases import PHASES
from scheduler.sight import SIGHT

_MADE = "本页由代码生成，请勿手改：`make docs`。Made from the code, do not edit."
_SIGHT = f"""# 谁在何时可见 Who sees what, and when

{_MADE} 来源 source: `scheduler/sight.py`.

格内为最早可见的阶段，– 为永不。表中没有的信息任何人不可见；页面的每个字段都标明属于哪一行，未标明的整页拒绝。
取消的项目只显示 F0 可见的内容。审计文件按同一张表取舍：完整版按 supervisor 列，公开版按 public 列。

A cell names the first phase; – means never. What is not in the table nobody sees: every field of a page names its
row, and a page with an undeclared field is refused whole. A cancelled case shows what F0 shows. Bundles follow the
same table: the full one the column `supervisor`, the public one the column `public`. The roles that act but see
nothing here: {{silent}}.

"""
_PHASES = f"""# 阶段 Phases

{_MADE} 来源 source: `scheduler/phases.py`.

F0 已预约 booked · F1 已抽取，未开标 drawn · F2 已开标，签到 opened · F3 盲评 blind scoring · F4 评分截止 closed ·
F5 已揭盲 unblinded · F6 报告与公示 report · F7 归档 archive · cancelled 已取消

一行为一种事件：在这些阶段、由这些角色可以记录，之后进入的阶段（– 为不变；只前进，不后退）。
One row per event: in these phases these roles may record it; then the case is in the phase of the last column
(– means it stays; a case moves forward only). What else must hold is in `scheduler/transitions/`.

"""


def sight() -> str:
    """The whole of docs/sight.md."""
    seeing = [role for role in Role if any(role in row.first for row in SIGHT)]
    silent = ", ".join(f"`{role}`" for role in Role if role not in seeing)
    rows = [
        (f"`{row.datum}`", row.says, *(row.first.get(role, "–") for role in seeing))
        for row in SIGHT  # in the order of the table
    ]
    return _SIGHT.format(silent=silent) + table(("datum", "内容 content", *seeing), rows)


def phases() -> str:
    """The whole of docs/phases.md."""
    rows = [
        (
            f"`{row.event.__name__}`",
            row.says,
            " ".join(row.phases) or "before 尚无",
            ", ".join(row.roles),
            row.to or "–",
        )
        for row in PHASES
    ]
    return _PHASES + table(("event", "事件", "phases 阶段", "roles 角色", "next 之后"), rows)


def steps() -> str:
    """The verifier's steps with what each one proves, in its own words."""
    from scheduler.audit import FAIRNESS, STEPS

    steps = enumerate((*STEPS, FAIRNESS), 1)
    rows = [(n, name.zh, name.en, _doc(step)) for n, (name, step) in steps]
    return table(("n", "步骤", "step", "what it proves"), rows)


def commands() -> str:
    """Every command of `yuanping`."""
    from api.cli import COMMANDS

    rows = [(f"`yuanping {name}`", line, "") for name, (_, line) in COMMANDS.items()]
    return table(("command 命令", "does 用途", ""), rows)


def events() -> str:
    """Every event with its fields."""
    return "".join(_shape(kind) for kind in EVENTS.values())


def parts() -> str:
    """Everything that stands inside events and exhibits, by name."""
    tops = [*EVENTS.values(), *(kind.shape for kind in KINDS.values())]
    found: dict[str, type] = {}
    for top in tops:
        _inside(top, found)
    inner = {name: shape for name, shape in sorted(found.items()) if shape not in tops}
    return "".join(_shape(shape) for shape in inner.values())


def exhibits() -> str:
    """Every exhibit: name, datum, who finds it in which bundle, and the fields of its body."""
    first = {row.datum: row.first for row in SIGHT}
    rows = [
        (
            f"`{name}`",
            f"`{kind.shape.__name__}`",
            f"`{kind.datum}`",
            first[kind.datum].get(Role.SUPERVISOR, "–"),
            first[kind.datum].get(Role.PUBLIC, "–"),
        )
        for name, kind in KINDS.items()
    ]
    shapes = dict.fromkeys(kind.shape for kind in KINDS.values())
    told = "".join(_shape(shape) for shape in shapes)
    return table(("name", "body", "datum", "full from", "public from"), rows) + "\n" + told


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines)


def _doc(thing: object) -> str:
    return " ".join((inspect.getdoc(thing) or "").split())


def _shape(shape: type) -> str:
    """A dataclass as a list: field, type, what the source says beside it."""
    notes = dict(re.findall(r"^    (\w+): [^#\n]*#\s*(.+)$", inspect.getsource(shape), re.MULTILINE))
    hints = get_type_hints(shape)
    lines = [f"\n**{shape.__name__}**: {_doc(shape)}\n"]
    for each in fields(shape):
        optional = each.default is not MISSING or each.default_factory is not MISSING
        note = f" · {notes[each.name]}" if each.name in notes else ""
        may = " · optional" if optional else ""
        lines.append(f"* `{each.name}`: {_type(hints[each.name])}{may}{note}")
    return "\n".join(lines) + "\n"


def _type(hint: Any) -> str:
    """A type in words of JSON."""
    if isinstance(hint, NewType):
        return _type(hint.__supertype__) if hint.__name__ != "Digest" else "digest"
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " or ".join("null" if part is NoneType else _type(part) for part in inner)
    if origin is tuple:
        return "list of " + " and ".join(_type(part) for part in inner if part is not Ellipsis)
    if origin is not None:
        return "object" if issubclass(origin, Mapping) else str(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return "one of " + ", ".join(f"`{member}`" for member in hint)
    return _WORDS.get(hint.__name__, str(hint.__name__))


_WORDS = {
    "str": "text",
    "int": "whole number",
    "bool": "true or false",
    "Any": "any value",
    "date": "date `2026-12-01`",
    "datetime": "moment (ISO 8601 with offset)",
    "Decimal": "decimal number as text",
    "Words": "list of two texts, Chinese and English",
}


def _inside(shape: Any, found: dict[str, type]) -> None:
    """Collect every dataclass reachable from a dataclass, by name."""
    for hint in get_type_hints(shape).values():
        for part in _flat(hint):
            if is_dataclass(part) and isinstance(part, type) and part.__name__ not in found:
                found[part.__name__] = part
                _inside(part, found)


def _flat(hint: Any) -> list[Any]:
    inner = get_args(hint)
    return [leaf for part in inner for leaf in _flat(part)] if inner else [hint]
