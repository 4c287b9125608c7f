"""Under which rules does a test's town stand? A shipped pack, a few rules more, and the town's way of drawing."""

from dataclasses import replace

from scheduler.pack import read
from scheduler.packshape import Pack
from tests.town import Town

_PACK = """
id = "tests"
extends = "{extends}"
since = 2026-01-01
name = {{ zh = "测试用", en = "For tests" }}
{rules}
[draw]
reserve = 0
max_rounds = {rounds}
silence_minutes = 30
max_lead_hours = 24
seed_parties = ["supervisor", "tenderee", "operator"]
basis = "assumed"
cite = "tests"
"""


def rule(name: str, cite: str = "tests", **numbers: int) -> str:
    """A rule in force with these numbers, as a pack writes it."""
    given = "\n".join(f"{what} = {n}" for what, n in numbers.items())
    return f'[[rules.{name}]]\n{given}\nsince = 2026-01-01\nbasis = "assumed"\ncite = "{cite}"'


BY_LOT = rule("L2", guests=1, seats=2, most=8)  # chance chooses the guest site


def pack_of(*rules: str, extends: str = "national", rounds: int = 3) -> Pack:
    """The pack `extends` with these rules."""
    return read(_PACK.format(extends=extends, rules="\n".join(rules), rounds=rounds))


def under(town: Town, pack: Pack) -> Town:
    """The town, under a pack from now on."""
    town.office = replace(town.office, pack=pack)
    return town
