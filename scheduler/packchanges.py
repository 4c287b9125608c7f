"""What does one rule pack change against another? Every number by its place, old and new, for two people to read."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from scheduler.packshape import Entry, Pack, Scope, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference: `place` is a rule with its scope, or a section and key; empty text: not there."""

    place: str
    old: str
    new: str


def changes(old: Pack, new: Pack, on: date) -> tuple[Change, ...]:
    """Every difference that matters from a day on, by place; entries that end before that day do not."""
    before, after = dict(_told(old, on)), dict(_told(new, on))
    places = [*after, *(place for place in before if place not in after)]
    return tuple(
        Change(place=place, old=before.get(place, ""), new=after.get(place, ""))
        for place in places
        if before.get(place, "") != after.get(place, "")
    )


def _told(pack: Pack, on: date) -> Iterator[tuple[str, str]]:
    """Everything a pack says as place and text."""
    for entry in pack.entries:
        if entry.until is None or entry.until >= on:
            yield f"{entry.rule}{_scope(entry.scope)} {_days(entry, on)}".rstrip(), _entry(entry)
    for name in ("draw", "custody", "times", "answers"):
        section = getattr(pack, name)
        for field in fields(section):
            yield f"{name}.{field.name}", _plain(getattr(section, field.name))
    if pack.beacon is not None:
        for field in fields(pack.beacon):
            yield f"beacon.{field.name}", _plain(getattr(pack.beacon, field.name))
    for i, step in enumerate(pack.ladder, 1):
        yield f"ladder.{i}", _step(step)


def _entry(entry: Entry) -> str:
    numbers = ", ".join(f"{name} = {_plain(value)}" for name, value in sorted(entry.numbers.items()))
    return f"{numbers or '✓'} (v{entry.version}, {entry.basis}: {entry.cite})"


def _days(entry: Entry, on: date) -> str:
    """Which days it is about, where that is not simply from the day on."""
    since = entry.since.isoformat() if entry.since > on else ""
    until = entry.until.isoformat() if entry.until else ""
    return f"{since}/{until}" if since or until else ""


def _scope(scope: Scope) -> str:
    told = [*scope.categories, *(f"-{name}" for name in scope.excepted), *(f"+{m}" for m in scope.or_marked)]
    told += [f">={scope.budget_least}"] if scope.budget_least is not None else []
    told += [f"<{scope.budget_below}"] if scope.budget_below is not None else []
    return f"[{' '.join(told)}]" if told else ""


def _step(step: Step) -> str:
    rule = f" {step.rule} {step.by}" if step.rule else ""
    return f"{step.id}: {step.does}{rule}, {step.approver} ({step.basis}: {step.cite})"


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
