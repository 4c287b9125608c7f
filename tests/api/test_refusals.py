"""Has every refusal a sentence of its own in both languages? Codes are collected from the source, none by hand."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.words import Lang, catalogue
from scheduler.rules import GUARDS
from tests.test_house import ROOT

RAISERS = {"Refused": 0, "demand": 1}
# `demand(role, datum, phase)` of scheduler/sight.py is another function: its second argument is no text.


def strings(node: ast.expr) -> Iterator[str]:
    """Text constants an expression can be: a constant, or either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from strings(node.body)
        yield from strings(node.orelse)


def codes_in(path: Path) -> Iterator[str]:
    """Every code this file can refuse with, as far as it is written down there."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        place = RAISERS.get(name)
        if place is not None and len(node.args) > place:
            yield from strings(node.args[place])
        if name == "__init__" and isinstance(node.func, ast.Attribute) and node.args:
            yield from strings(node.args[0])


def raised() -> dict[str, str]:
    """Code → a file that raises it; guards refuse under their own id."""
    found = {guard.id: "scheduler/rules" for guard in GUARDS}
    for folder in ("scheduler", "api"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            found |= dict.fromkeys(codes_in(path), str(path.relative_to(ROOT)))
    return found


RAISED = raised()


def test_the_walk_finds_what_is_known_to_be_raised():
    """Events' refusals, services' refusals, guards and NoPanel are all among the codes."""
    known = {"seats_taken", "past", "midnight", "no_panel", "C1", "panel_full", "absent_early", "step_asked"}
    assert known <= set(RAISED)


@pytest.mark.parametrize("language", Lang)
def test_every_code_has_a_sentence_of_its_own(language):
    """Nobody reads a bare code where the house knows why it says no."""
    words = catalogue(language)
    missing = {code: where for code, where in RAISED.items() if f"page.refused.{code}" not in words}
    assert missing == {}
