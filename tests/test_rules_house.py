"""Does every rule say what a trading centre checks us against, and is it tested on both sides of its edge?"""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from scheduler import pack
from scheduler.check import breaches
from scheduler.limits import Nothing, Rule, Words, forbid, rule
from scheduler.rules import DECLARED, EARLIER, RULES, collected, declared, eligibility, key, limits
from tests.scheduler import plain, worlds
from tests.scheduler.rules.edges import EDGES

TEMPLATE = "scheduler/packs/template.toml"


def packs():
    """Every pack that ships, and the template to copy."""
    with open(TEMPLATE, encoding="utf-8") as file:
        return [*(pack.load(name) for name in pack.known()), pack.read(file.read())]


def test_every_rule_has_law_title_and_sentence_in_two_languages():
    """A title holds no facts: it may be shown to the expert."""
    for name, each in DECLARED.items():
        assert each.law, name
        for words in (each.title, each.says):
            assert words.zh, name
            assert words.en, name
            assert words.zh != words.en, name
        assert "{" not in each.title.zh + each.title.en, name


def test_every_rule_stands_in_a_pack_with_a_source():
    """A rule nobody can switch on is no rule; every number says how it is known and from where."""
    entries = [entry for each in packs() for entry in each.entries]
    assert set(DECLARED) - {entry.rule for entry in entries} == set()
    assert all(entry.cite and entry.basis for entry in entries)


def test_every_rule_has_an_edge():
    """A test in which it binds, and one in which it lets go; earlier versions too."""
    assert {edge.rule for edge in EDGES} == set(DECLARED) | set(EARLIER)


def test_an_earlier_version_stands_beside_the_newest_one():
    """It is older than the newest, of the same kind, and found by its number; no other is."""
    for name, old in EARLIER.items():
        newest = DECLARED[old.id]
        assert old.version < newest.version
        assert type(old) is type(newest)
        assert (declared(old.id, old.version), key(old.id, old.version)) == (old, name)
        assert (declared(old.id), key(old.id, newest.version)) == (newest, old.id)
        assert declared(old.id, newest.version + 1) is None


def test_every_rule_that_reads_the_day_is_tested_on_both_sides_of_its_boundary_day():
    """A rule whose limits move with the day has an edge between two neighbouring days.

    Under age (E2) reads full years, which the register counts; its edge is a birthday.
    """
    tested = {edge.rule for edge in EDGES if type(edge.bound) is date}
    assert dated() - tested == set()
    assert {"E3", "E5", "R1", "R2", "F2"} <= dated()


def dated():
    """Rules that set other limits in the same world when it happens on another day."""
    found = set()
    for number in range(120):
        world, numbers = worlds.service_case(number), worlds.service_numbers(number)
        if world.starts is None:
            continue
        for days in (-2, 1, 3):
            moved = replace(world, starts=world.starts + timedelta(days=days))
            found |= {rule.id for rule in RULES if told(rule, world, numbers) != told(rule, moved, numbers)}
    return found


def told(rule: Rule, world, numbers):
    """Whom this rule's limits bind, without their facts."""
    some = limits(world, {rule.id: numbers[rule.id]})
    return sorted((limit.experts or (), limit.least, limit.most or 0) for limit in some)


# Rules that more than their own function must know, and why. A new rule is not among them.
KNOWN_ELSEWHERE = {
    "S0": "the seats themselves",
    "S1": "the seats themselves",
    "R0": "who left a round",
    "C9": "asks for the letter at the gate",
    "C11": "asks who chairs when one is elected or named",
    "C10": "changes the number of seats after the booking",
    "D3w": "reads the moment of a verb and the calendar of the booking",
    "F1": "how far back past panels are asked for",
    "F2": "how far back past panels are asked for",
    "F2c": "how far back past panels are asked for",
    "F3": "how far back past panels are asked for",
    "L3": "direct appointment lifts it; a plan's own bound",
    "L4": "a plan's own bound",
    "L5": "a plan's own bound",
    "R12": "a plan's own bound",
    "R13": "a plan's households",
    "E5": "a plan's windows",
    "L1": "the bounds of a wizard's answer",
    "L1m": "the bounds of a wizard's answer",
    "L2": "the draw of sites has keys, seeds and events of its own",
    "L3p": "the bounds of a wizard's answer",
    "F4": "the phase of that name",
    "F5": "the phase of that name; suspension by two people counts what it counts",
    "R9": "an own declaration and an upheld application are recusals under it",
    "L7": "workstations are held when a lot is booked",
}
_ID = re.compile(r'"([A-Z]\d+[a-z]?)"')


def test_nobody_but_its_own_function_knows_a_rule():
    """Draw, checker, explanation, pages and verifier read limits: none of them names a rule but for a reason."""
    named = {
        found
        for root in ("scheduler", "api")
        for file in Path(root).rglob("*.py")
        if file.parent != Path("scheduler/rules")
        for found in _ID.findall(file.read_text(encoding="utf-8"))
    }
    assert named & set(DECLARED) <= set(KNOWN_ELSEWHERE)


def test_a_rule_is_found_by_being_declared():
    """One function in a family's file: it stands in reading order, the verifier and the packs know it by its id."""

    @rule("E99", law="某办法 1", title=Words("新", "new"), says=Words("{expert}", "{expert}"), params=Nothing)
    def made_up(case, _):
        """Nobody sits."""
        return (forbid(expert.id) for expert in case.pool)

    family = SimpleNamespace(made_up=made_up, other=len)
    ids = [each.id for each in collected(Rule, [eligibility, family])]
    assert ids == ["E1", "E2", "E3", "E4", "E6", "E11", "E99", "R8"]
    world = worlds.case([worlds.expert("a")])
    (limit,) = made_up.limits(world, {})
    assert [breach.limit for breach in breaches([limit], [worlds.choice("a")])] == [limit]
    with pytest.raises(ValueError, match="twice"):
        collected(Rule, [family, family])


def test_a_rule_is_one_function_one_pack_line_and_its_tests():
    """The recipe of CONTRIBUTING holds for every rule there is: nothing else names it, so nothing else is touched."""
    recipe = Path("CONTRIBUTING.md").read_text(encoding="utf-8")
    assert "one function, one line in a pack, one class of tests" in recipe
    in_packs = {entry.rule for each in packs() for entry in each.entries}
    for name in DECLARED:
        assert name in in_packs, name
        assert name in plain.STATEMENTS or name in plain.REQUESTS or name in plain.ALARMS, name
        assert any(edge.rule == name for edge in EDGES), name


def test_every_row_of_the_catalogue_is_a_rule_or_stands_where_it_is_left_out():
    """From composition to absence: no row is forgotten; what is no rule has its reason or its verb."""
    last = {"C": 11, "D": 11, "E": 11, "R": 13, "L": 11, "F": 5, "A": 9}
    rows = {f"{family}{n}" for family, count in last.items() for n in range(1, count + 1)}
    page = Path("docs/rules-left-out.md").read_text(encoding="utf-8")
    told = {
        row
        for line in page.splitlines()
        if line.startswith("| ")
        for row in re.findall(r"[A-Z]\d+", line.split("|")[1])
    }
    ruled = {re.match(r"[A-Z]\d+", name)[0] for name in DECLARED}
    assert rows - ruled - told == set()
