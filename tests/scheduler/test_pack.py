"""Is a rule pack one TOML file, strictly read, dated, and known by its hash?"""

from datetime import date
from pathlib import Path

import pytest

from scheduler.errors import Refused
from scheduler.limits import Words
from scheduler.model import Mark, Role
from scheduler.pack import Basis, Does, known, load, read

TODAY = date(2026, 11, 23)
LAND = """
id = "land"
extends = "national"
since = 2026-01-01
name = { zh = "某省", en = "Some land" }

[[rules.R12]]
most = 2
since = 2026-01-01
until = 2026-06-30
basis = "read"
cite = "某省办法 7"

[[rules.R12]]
most = 3
since = 2026-07-01
basis = "memory"
cite = "某省办法 7（修订）"
"""


def faults(text):
    """What is wrong with this pack."""
    with pytest.raises(Refused) as refusal:
        read(text)
    assert refusal.value.code == "pack"
    return refusal.value.facts["faults"]


@pytest.mark.parametrize("name", known())
def test_every_pack_that_ships_is_sound(name):
    """It loads, names seeds, custody and a ladder, and every entry has a basis and a citation."""
    pack = load(name)
    assert pack.id == name
    assert 1 <= pack.custody.threshold <= len(pack.custody.holders)
    assert Role.SUPERVISOR in pack.draw.seed_parties
    assert pack.ladder[-1].does is Does.APPOINT
    assert all(entry.cite for entry in pack.entries)
    assert {"S0", "S1", "R0", "C1"} <= set(pack.numbers(TODAY))


def test_a_made_up_province_is_one_toml():
    """It has what is national and its own numbers, each from its day to its day."""
    pack = read(LAND)
    assert pack.numbers(date(2026, 6, 30))["R12"] == {"most": 2}
    assert pack.numbers(date(2026, 7, 1))["R12"] == {"most": 3}
    assert "R12" not in pack.numbers(date(2025, 12, 31))
    assert pack.numbers(TODAY)["R1"] == load("national").numbers(TODAY)["R1"]
    (entry,) = [entry for entry in pack.in_force(TODAY) if entry.rule == "R12"]
    assert (entry.basis, entry.cite) == (Basis.MEMORY, "某省办法 7（修订）")
    assert pack.ladder == load("national").ladder


PROJECTS = """
[[rules.C8l]]
least = 1
codes = ["C06"]
categories = ["services"]
since = 2026-01-01
basis = "read"
cite = "某省办法 8"

[[rules.C6]]
least = 7
categories = ["procurement"]
except = ["negotiation"]
budget_least = 10_000_000
since = 2026-01-01
basis = "read"
cite = "某省办法 9"

[[rules.C6]]
least = 5
categories = ["procurement"]
except = ["negotiation"]
budget_below = 10_000_000
since = 2026-01-01
basis = "read"
cite = "某省办法 9"
"""


@pytest.mark.parametrize(
    ("category", "budget", "least"),
    [
        ("procurement", 10_000_000, 7),
        ("procurement", 9_999_999, 5),
        ("procurement", None, None),
        ("negotiation", 10_000_000, None),
        ("works", 10_000_000, None),
        ("", 10_000_000, None),
    ],
)
def test_category_and_budget_select_the_entry_to_the_yuan(category, budget, least):
    """A made-up province needs no code: from this sum on seven, below it five, elsewhere nothing."""
    found = read(LAND + PROJECTS).numbers(TODAY, category, budget).get("C6")
    assert found == (None if least is None else {"least": least})


def test_a_mark_selects_an_entry_whatever_the_budget():
    """Complex, or of large social effect: seven, also below the sum; the mark alone says nothing elsewhere."""
    national = load("national")
    for mark in Mark:
        assert national.numbers(TODAY, "procurement", 100, mark)["C6"] == {"least": 7}
        assert "C6" not in national.numbers(TODAY, "works", 100, mark)
    assert "C6" not in national.numbers(TODAY, "procurement", 100)
    assert read(LAND + PROJECTS).numbers(TODAY, "procurement", 100, Mark.COMPLEX)["C6"] == {"least": 5}


def test_which_specialities_are_economic_is_the_packs():
    """Codes are numbers of a rule like others: a list of different ones, and nothing else."""
    entry = """
[[rules.C8e]]
parts = 3
codes = ["A06", "C03"]
since = 2026-01-01
basis = "read"
cite = "某省办法 8"
"""
    assert read(LAND + entry).numbers(TODAY)["C8e"] == {"parts": 3, "codes": ("A06", "C03")}
    for wrong in ("[]", '["A06", "A06"]', "[6]", '"A06"', "6"):
        told = faults(LAND + entry.replace('["A06", "C03"]', wrong))
        assert any(each.startswith("rules.C8e[0]: numbers") for each in told), wrong


def test_an_entry_may_keep_to_an_earlier_version_of_its_rule():
    """The version's own numbers are asked for; a version that nobody declared is a fault with its place."""
    entry = """
[[rules.R11]]
version = 1
since = 2026-01-01
basis = "read"
cite = "某省办法 11"
"""
    numbers = read(LAND + entry).numbers(TODAY)
    assert numbers["R11@1"] == {}
    assert "R11" not in numbers
    assert any(t.startswith("rules.R11[0]: numbers") for t in faults(LAND + entry.replace("= 1", "= 2")))
    assert any(t.startswith("rules.R11[0].version") for t in faults(LAND + entry.replace("= 1", "= 3")))
    assert any(t.startswith("rules.R11[0].version") for t in faults(LAND + entry.replace("= 1", "= true")))


def test_an_entry_for_a_category_holds_for_its_parts_and_for_nothing_else():
    """What holds for works holds for water works; what holds for water works holds for no other works."""
    works = read(LAND + PROJECTS.replace('categories = ["services"]', 'categories = ["works"]'))
    assert "C8l" in works.numbers(TODAY, "water")
    assert "C8l" not in works.numbers(TODAY, "services")
    national = load("national")
    assert national.numbers(TODAY, "water")["C5"] == {"least": 7}
    assert "C5" not in national.numbers(TODAY, "works")
    assert "C5" not in national.numbers(TODAY, "road")


def test_a_negotiation_panel_may_be_three_and_five_from_the_threshold_on():
    """The national five does not bind negotiations; their own numbers do."""
    national = load("national")
    assert "C1" not in national.numbers(TODAY, "negotiation", 100)
    assert national.numbers(TODAY, "negotiation", 3_999_999)["C7"] == {"least": 3}
    assert national.numbers(TODAY, "negotiation", 4_000_000)["C7"] == {"least": 5}
    assert national.numbers(TODAY, "procurement", 4_000_000)["C1"] == {"least": 5}


def test_a_pack_says_where_it_needs_the_budget():
    """Only where a number depends on it."""
    national = load("national")
    assert national.asks_budget(TODAY, "procurement")
    assert national.asks_budget(TODAY, "negotiation")
    assert not national.asks_budget(TODAY, "water")
    assert not national.asks_budget(TODAY, "")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('["services"]', '["circus"]', "rules.C8l[0].categories: 'circus': expected one of works"),
        ('["services"]', "[]", "rules.C8l[0].categories: expected a list of different names"),
        ('["negotiation"]', '["procurement"]', "rules.C6[0]: there is no project"),
        ("budget_below = 10_000_000", "budget_below = 10_000_001", "rules.C6[1]: in force on a day"),
        ("budget_below = 10_000_000", "budget_below = -1", "rules.C6[1].budget_below: expected a whole"),
    ],
)
def test_scopes_are_read_strictly_and_may_not_overlap(old, new, fault):
    """No project may meet two entries of one rule, and every entry must mean some project."""
    assert any(told.startswith(fault) for told in faults(LAND + PROJECTS.replace(old, new)))


def test_chongqing_has_its_own_numbers_and_what_is_national():
    """Two owner representatives, none where a bidder is linked, under seventy, drawn within 24 hours."""
    pack = load("chongqing")
    numbers = pack.numbers(TODAY)
    assert (numbers["C3"], numbers["C10"], numbers["E2"]) == ({"most": 2}, {}, {"years": 70})
    assert numbers["R1"] == load("national").numbers(TODAY)["R1"]
    assert pack.draw.max_lead_hours == 24
    assert pack.times.archive_years == 15
    own = [entry for entry in pack.in_force(TODAY) if "重庆" in entry.cite]
    assert {entry.basis for entry in own} == {Basis.READ}
    assert "C3" not in pack.numbers(date(2025, 12, 31))
    assert "C3" in pack.numbers(date(2026, 1, 1))


def test_the_template_is_sound_but_no_pack():
    """It can be copied and read; nobody can load it by name."""
    text = Path("scheduler/packs/template.toml").read_text(encoding="utf-8")
    assert read(text).id == "template"
    assert "template" not in known()
    with pytest.raises(Refused, match="there is no such pack"):
        load("template")


def test_the_hash_moves_with_every_number_and_with_nothing_else():
    """A comment changes nothing; a number, a citation or a name does."""
    assert read(LAND).digest == read("# a comment\n" + LAND).digest
    others = {
        read(LAND.replace("most = 3", "most = 4")).digest,
        read(LAND.replace("办法 7（修订）", "办法 8")).digest,
        read(LAND.replace("Some land", "Same land")).digest,
        read(LAND.replace('"memory"', '"assumed"')).digest,
    }
    assert len(others | {read(LAND).digest}) == 5


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("most = 2", "least = 2", "rules.R12[0]: numbers {'least': 2}: expected ['most']"),
        ("most = 2", "most = -2", "rules.R12[0]: numbers {'most': -2}: expected whole number >= 0"),
        ("most = 2", "most = 2.0", "rules.R12[0]: numbers {'most': 2.0}: expected whole number >= 0"),
        ("rules.R12", "rules.R99", "rules.R99: no such rule"),
        ("2026-06-30", "2026-07-01", "rules.R12[1]: in force on a day on which another entry is"),
        ("2026-06-30", "2025-06-30", "rules.R12[0].until: before since"),
        ('"read"', '"rumour"', "rules.R12[0].basis: 'rumour': expected one of read, memory, assumed"),
        ('cite = "某省办法 7"\n', "", "rules.R12[0].cite: expected text"),
        ('en = "Some land"', 'fr = "Un pays"', "name.en: expected text"),
        ("until = 2026-06-30", 'until = "June"', "rules.R12[0].until: expected a date such as 2026-01-01"),
        ('id = "land"', 'id = "land"\nspeed = 1', "speed: unknown; known are"),
        ('extends = "national"', 'extends = ""', "draw: missing"),
        ("most = 2", "most = 2 2", "not TOML"),
    ],
)
def test_a_fault_is_named_with_its_place(old, new, fault):
    """The sentence says where, what is wrong and what was expected."""
    assert any(told.startswith(fault) for told in faults(LAND.replace(old, new)))


def test_all_faults_are_named_at_once():
    """Two mistakes in one file are two sentences."""
    assert len(faults(LAND.replace('"read"', '"rumour"').replace("most = 3", "many = 3"))) == 2


@pytest.mark.parametrize(
    ("section", "fault"),
    [
        ("[custody]\nthreshold = 3\nholders = ['pool']\nbasis = 'read'\ncite = 'x'", "custody.threshold"),
        ("[custody]\nthreshold = 1\nholders = ['pope']\nbasis = 'read'\ncite = 'x'", "custody.holders"),
        ("[custody]\nthreshold = 1", "custody: expected exactly threshold, holders, basis, cite"),
        ("[[ladder]]\nid = 'x'\ndoes = 'pray'", "ladder[0].does"),
        (
            "[[ladder]]\nid = 'x'\ndoes = 'raise'\nrule = 'L3'\nby = 1\napprover = 'pool'\n"
            "zh = 'x'\nen = 'x'\nbasis = 'read'\ncite = 'x'",
            "ladder[0].rule: 'L3': expected a rule with the number most",
        ),
    ],
)
def test_sections_are_read_as_strictly_as_rules(section, fault):
    """Thresholds, roles and steps of the ladder are checked too."""
    assert any(told.startswith(fault) for told in faults(LAND + section))


@pytest.mark.parametrize("name", ["atlantis", "../anhui", ""])
def test_an_unknown_pack_is_refused_by_name(name):
    """The refusal lists the packs there are; a path is not a name."""
    with pytest.raises(Refused, match="pack"):
        load(name)


def test_words_come_in_both_languages():
    """A step of the ladder speaks Chinese and English."""
    assert load("national").ladder[0].says == Words(
        "专业放宽到上一级代码", "widen the speciality to its parent code"
    )
