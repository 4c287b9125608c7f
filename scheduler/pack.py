"""Which rule pack is this, and is its file sound? Packs are TOML; every fault is named at once."""

import tomllib
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from importlib import resources
from typing import Any, TypeVar

from crypto.canonical import unhex
from crypto.errors import Broken
from crypto.keys import PUBLIC, enrol
from scheduler.errors import Refused
from scheduler.limits import Words
from scheduler.model import Category, Mark, Role, RuleId
from scheduler.packdigest import digest
from scheduler.packshape import (
    UNSIGNED,
    AfterGlass,
    Answers,
    Basis,
    Beacon,
    Custody,
    Does,
    Draw,
    Entry,
    Pack,
    Scope,
    Step,
    Times,
)
from scheduler.rules import DECLARED, declared

__all__ = [
    "Basis", "Beacon", "Custody", "Does", "Draw", "Entry", "Pack", "Step", "Times", "known", "load", "read",
]  # fmt: skip

_TABLES = {
    "id", "extends", "since", "name", "rules", "draw", "custody", "times", "answers", "ladder", "beacon",
}  # fmt: skip
_SCOPE = {"categories", "except", "budget_least", "budget_below", "or_marked"}
_DATED = {"since", "until", "basis", "cite", "version"} | _SCOPE
_TEMPLATE = "template"  # a text to copy, no pack
S = TypeVar("S", bound=StrEnum)


def load(name: str) -> Pack:
    """The pack `name` that ships with the house. Raises Refused("pack", …) with every fault found."""
    file = resources.files("scheduler") / "packs" / f"{name}.toml"
    if name not in known():
        raise Refused("pack", pack=name, faults=(f"{name}: there is no such pack; known: {known()}",))
    return read(file.read_text(encoding="utf-8"))


def known() -> tuple[str, ...]:
    """Names of the packs that ship with the house."""
    files = (resources.files("scheduler") / "packs").iterdir()
    names = {file.name[:-5] for file in files if file.name.endswith(".toml")}
    return tuple(sorted(names - {_TEMPLATE}))


def read(text: str, parent: Callable[[str], Pack] = load) -> Pack:
    """The pack of a TOML text. Raises Refused("pack", pack=…, faults=(…)) naming every fault at once.

    Sections and rules it does not have come from the pack it `extends`; a rule it has replaces all entries
    of that rule, and its ladder, when it has one, replaces the whole ladder.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise Refused("pack", pack="?", faults=(f"not TOML: {fault}",)) from None
    reader = _Reader()
    name = reader.text(table, "id", "")
    base = parent(str(table["extends"])) if table.get("extends") else None
    pack = reader.pack(table, base)
    if reader.faults or pack is None:
        raise Refused("pack", pack=name, faults=tuple(reader.faults))
    return pack


class _Reader:
    """Takes a TOML table apart and gathers every fault as `where: what is wrong`."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def wrong(self, at: str, what: str) -> None:
        """Note one fault."""
        self.faults.append(f"{at}: {what}")

    def pack(self, table: dict[str, Any], base: Pack | None) -> Pack | None:
        """The whole pack, or None where a fault leaves a hole."""
        for key in sorted(table.keys() - _TABLES):
            self.wrong(key, f"unknown; known are {', '.join(sorted(_TABLES))}")
        own = self.entries(table.get("rules", {}))
        replaced = {entry.rule for entry in own}
        entries = own + [e for e in base.entries if e.rule not in replaced] if base else own
        draw = self.section(table, "draw", Draw) or (base.draw if base else None)
        custody = self.section(table, "custody", Custody) or (base.custody if base else None)
        times = self.section(table, "times", Times) or (base.times if base else None)
        beacon = self.section(table, "beacon", Beacon) or (base.beacon if base else None)
        answers = self.section(table, "answers", Answers) or (base.answers if base else UNSIGNED)
        ladder = self.ladder(table["ladder"]) if "ladder" in table else base.ladder if base else ()
        since = self.day(table, "since", "")
        name = self.words(table.get("name"), "name")
        for part, value in (("draw", draw), ("custody", custody), ("times", times)):
            if value is None and part not in table:
                self.wrong(part, "missing")
        if custody and not 1 <= custody.threshold <= len(custody.holders):
            self.wrong("custody.threshold", f"expected 1 to {len(custody.holders)}, the number of holders")
        if not (draw and custody and times and since) or self.faults:
            return None
        held = {
            "id": table["id"],
            "since": since,
            "name": name,
            "entries": tuple(sorted(entries, key=lambda entry: (entry.rule, entry.since))),
            "draw": draw,
            "custody": custody,
            "times": times,
            "answers": answers,
            "ladder": ladder,
        }
        told = held | ({"beacon": beacon} if beacon else {})
        return Pack(**held, beacon=beacon, digest=digest(told))

    def entries(self, rules: Any) -> list[Entry]:
        """Every dated entry of [[rules.ID]]."""
        found: list[Entry] = []
        for rule, rows in rules.items() if isinstance(rules, dict) else ():
            if rule not in DECLARED:
                self.wrong(f"rules.{rule}", "no such rule")
                continue
            for i, row in enumerate(rows if isinstance(rows, list) else [rows]):
                if not isinstance(row, dict):
                    self.wrong(f"rules.{rule}", f"expected [[rules.{rule}]] tables")
                    continue
                entry = self.entry(RuleId(rule), row, f"rules.{rule}[{i}]")
                if entry and any(_overlap(entry, other) for other in found if other.rule == rule):
                    self.wrong(
                        f"rules.{rule}[{i}]", "in force on a day on which another entry is, for one project"
                    )
                found += [entry] if entry else []
        return found

    def entry(self, rule: RuleId, row: dict[str, Any], at: str) -> Entry | None:
        """One entry: since, until, basis, cite and the rule's own numbers."""
        numbers = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items() if k not in _DATED}
        version = row.get("version", DECLARED[rule].version)
        meant = declared(rule, version) if type(version) is int else None
        if meant is None:
            self.wrong(f"{at}.version", f"{version!r}: this program knows no such version of {rule}")
        try:
            (meant or DECLARED[rule]).read(numbers)
        except Refused as refusal:
            self.wrong(at, f"numbers {numbers}: expected {refusal.facts['expected']}")
        since = self.day(row, "since", at)
        until = self.day(row, "until", at) if "until" in row else None
        if since and until and until < since:
            self.wrong(f"{at}.until", "before since")
        basis, cite, scope = self.basis(row, at), self.text(row, "cite", at), self.scope(row, at)
        if since is None or basis is None or meant is None:
            return None
        return Entry(
            rule=rule,
            version=meant.version,
            numbers=numbers,
            since=since,
            until=until,
            basis=basis,
            cite=cite,
            scope=scope,
        )

    def scope(self, row: dict[str, Any], at: str) -> Scope:
        """Which projects an entry is about; a scope that nothing can meet is a fault."""
        before = len(self.faults)
        named = {key: self.several(Category, row, key, at) for key in ("categories", "except")}
        marks = self.several(Mark, row, "or_marked", at)
        budgets = {
            key: self.whole(row, key, at) if key in row else None for key in ("budget_least", "budget_below")
        }
        scope = Scope(categories=named["categories"], excepted=named["except"], or_marked=marks, **budgets)
        if len(self.faults) == before and not scope.meets(scope):
            self.wrong(at, "there is no project that its categories and budgets mean")
        return scope

    def several(self, kind: type[S], row: dict[str, Any], key: str, at: str) -> tuple[S, ...]:
        """A list of different members of an enumeration, none when the key is absent."""
        names = row.get(key, [])
        if (
            not isinstance(names, list)
            or (key in row and not names)
            or len(set(map(str, names))) != len(names)
        ):
            self.wrong(f"{at}.{key}", "expected a list of different names")
            return ()
        read = [self.one_of(kind, name, f"{at}.{key}") for name in names]
        return tuple(each for each in read if each is not None)

    def section(self, table: dict[str, Any], name: str, shape: type[Any]) -> Any:
        """A section whose keys are the fields of `shape`, those with a default or not; numbers, roles, basis, cite."""
        row = table.get(name)
        if row is None:
            return None
        names = [field.name for field in fields(shape)]
        needed = [field.name for field in fields(shape) if field.default is MISSING]
        if not isinstance(row, dict) or not set(needed) <= set(row) <= set(names):
            self.wrong(name, f"expected exactly {', '.join(needed)}")
            return None
        before = len(self.faults)
        values = {key: self.value(row, key, name) for key in names if key in row}
        return shape(**values) if len(self.faults) == before else None

    def value(self, row: dict[str, Any], key: str, at: str) -> Any:
        """One value of a section, by its name."""
        if key == "basis":
            return self.basis(row, at)
        if key == "cite":
            return self.text(row, key, at)
        if key in ("id", "key"):
            return self.public_key(row, at) if key == "key" else self.text(row, key, at)
        if key == "genesis":
            return self.moment(row, key, at)
        if key == "after_glass":
            return self.one_of(AfterGlass, row[key], f"{at}.{key}")
        if key == "signed":
            return self.yes_or_no(row, key, at)
        if key in ("seed_parties", "holders"):
            names = row[key] if isinstance(row[key], list) else []
            if not names or len(set(names)) != len(names):
                self.wrong(f"{at}.{key}", "expected a list of different roles")
            return tuple(self.one_of(Role, name, f"{at}.{key}") for name in names)
        return self.whole(row, key, at)

    def yes_or_no(self, row: dict[str, Any], key: str, at: str) -> bool:
        """true or false."""
        if type(row[key]) is not bool:
            self.wrong(f"{at}.{key}", "expected true or false")
        return row[key] is True

    def ladder(self, rows: Any) -> tuple[Step, ...]:
        """Every step of [[ladder]], in order."""
        found = [
            self.step(row, f"ladder[{i}]") for i, row in enumerate(rows if isinstance(rows, list) else ())
        ]
        steps = [step for step in found if step]
        if len({step.id for step in steps}) != len(steps):
            self.wrong("ladder", "two steps of one id")
        return tuple(steps)

    def step(self, row: dict[str, Any], at: str) -> Step | None:
        """One step."""
        row = row if isinstance(row, dict) else {}
        does = self.one_of(Does, row.get("does"), f"{at}.does")
        moves = does in (Does.RAISE, Does.LOWER)
        expected = {"id", "does", "approver", "zh", "en", "basis", "cite"} | (
            {"rule", "by"} if moves else set()
        )
        if set(row) != expected:
            self.wrong(at, f"expected exactly {', '.join(sorted(expected))}")
            return None
        if moves:
            self.moved(row["rule"], "most" if does is Does.RAISE else "least", at)
        approver = self.one_of(Role, row["approver"], f"{at}.approver")
        basis = self.basis(row, at)
        by = self.whole(row, "by", at) if moves else 0
        if does is None or approver is None or basis is None:
            return None
        return Step(
            id=self.text(row, "id", at),
            does=does,
            rule=RuleId(row["rule"]) if moves else None,
            by=by,
            approver=approver,
            says=self.words(row, at),
            basis=basis,
            cite=self.text(row, "cite", at),
        )

    def one_of(self, kind: type[StrEnum], value: Any, at: str) -> Any:
        """A member of an enumeration by its value."""
        if isinstance(value, str) and value in [member.value for member in kind]:
            return kind(value)
        self.wrong(at, f"{value!r}: expected one of {', '.join(member.value for member in kind)}")
        return None

    def moved(self, rule: str, number: str, at: str) -> None:
        """A step moves a number that its rule has."""
        declared = DECLARED.get(RuleId(rule))
        if declared is None or number not in {field.name for field in fields(declared.params)}:
            self.wrong(f"{at}.rule", f"{rule!r}: expected a rule with the number {number}")

    def basis(self, row: dict[str, Any], at: str) -> Any:
        """How the number is known."""
        return self.one_of(Basis, row.get("basis"), f"{at}.basis")

    def text(self, row: dict[str, Any], key: str, at: str) -> str:
        """Text that is not empty."""
        value = row.get(key)
        if isinstance(value, str) and value:
            return value
        self.wrong(f"{at}.{key}".lstrip("."), "expected text")
        return ""

    def words(self, row: Any, at: str) -> Words:
        """The two languages of a name or sentence."""
        row = row if isinstance(row, dict) else {}
        return Words(self.text(row, "zh", at), self.text(row, "en", at))

    def whole(self, row: dict[str, Any], key: str, at: str) -> int:
        """A whole number >= 0."""
        value = row.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self.wrong(f"{at}.{key}", "expected a whole number >= 0")
        return 0

    def public_key(self, row: dict[str, Any], at: str) -> str:
        """An Ed25519 public key that signatures can be checked with, 64 hexadecimal digits."""
        text = self.text(row, "key", at)
        try:
            return enrol(unhex(text, PUBLIC)).hex()
        except Broken:
            self.wrong(f"{at}.key", "expected an Ed25519 public key, 64 hexadecimal digits")
            return ""

    def moment(self, row: dict[str, Any], key: str, at: str) -> datetime | None:
        """A TOML moment in UTC, in whole seconds."""
        value = row.get(key)
        if isinstance(value, datetime) and value.utcoffset() == timedelta(0) and not value.microsecond:
            return value.astimezone(UTC)
        self.wrong(f"{at}.{key}", "expected a moment such as 2026-01-01T00:00:00Z")
        return None

    def day(self, row: dict[str, Any], key: str, at: str) -> date | None:
        """A TOML local date."""
        value = row.get(key)
        if type(value) is date:
            return value
        self.wrong(f"{at}.{key}".lstrip("."), "expected a date such as 2026-01-01")
        return None


def _overlap(one: Entry, other: Entry) -> bool:
    apart = (one.until is not None and other.since > one.until) or (
        other.until is not None and one.since > other.until
    )
    return not apart and one.scope.meets(other.scope)
