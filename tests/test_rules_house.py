"""Does every rule say what a trading centre checks us against, and is it tested on both sides of its edge?"""

from dataclasses import replace
from datetime import date, timedelta

from scheduler import pack
from scheduler.limits import Rule
from scheduler.rules import DECLARED, EARLIER, RULES, declared, key, limits
from tests.scheduler import worlds
from tests.scheduler.rules.edges import EDGES

TEMPLATE = "scheduler/packs/template.toml"


def packs():
    """Every pack that ships, and the template to copy."""
    with open(TEMPLATE, encoding="utf-8") as file:
        return [*(pack.load(name) for name in pack.known()), pack.read(file.read())]


def test_every_rule_has_law_title_and_sentence_in_two_languages():
    """A title holds no facts: it may be shown to the expert."""
    for name, rule in DECLARED.items():
        assert rule.law, name
        for words in (rule.title, rule.says):
            assert words.zh, name
            assert words.en, name
            assert words.zh != words.en, name
        assert "{" not in rule.title.zh + rule.title.en, name


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
