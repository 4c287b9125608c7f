"""Do checker and plain statement agree on whole panels, lawful and not, whatever the rules in force?"""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.check import breaches
from scheduler.model import OrgTag, RuleId, Standing
from scheduler.rules import DECLARED, GUARDS, NOTICES, key, limits
from tests.scheduler import plain, worlds

FILTERS = ("E4", "E5", "R0", "R1", "R4", "R5", "R8", "R11", "R11@1", "R12p", "R13", "R13k", "L4", "L5", "S1")


def world_of(number, quiet):
    """A random world; `quiet`: nobody is barred by the own standing, so that lawful panels are not rare."""
    case = worlds.service_case(number)
    if not quiet:
        return case

    calm = tuple(
        replace(
            e, standing=Standing.GOOD, busy=False, away=(), penalised=False, jobs=(), relations=(), kin=()
        )
        for e in case.pool
    )
    return replace(case, pool=calm, recused=frozenset(), bidders=frozenset({OrgTag("b1")}))


panels = st.builds(
    lambda number, quiet, picks, names: (number, quiet, picks, names),
    st.integers(min_value=0, max_value=2**40),
    st.booleans(),
    st.lists(st.integers(min_value=0, max_value=2**16), min_size=0, max_size=5),
    st.frozensets(st.sampled_from(FILTERS), min_size=1),
)


def judged(number, quiet, picks, names):
    """What the checker and the plain statement say of one panel under these rules: the same set of rules."""
    case = world_of(number, quiet)
    force = {RuleId(n): v for n, v in worlds.service_numbers(number).items() if n in names}
    able = [
        worlds.choice(e.id, seats.speciality)
        for e in case.pool
        for seats in case.seats
        if any(code.startswith(seats.speciality) for code in e.specialities)
    ]
    panel = tuple(able[pick % len(able)] for pick in picks) if able else ()
    found = {key(b.limit.rule, b.limit.version) for b in breaches(limits(case, force), panel)}
    said = plain.broken(case, force, panel)
    assert found == said, (number, panel)
    return bool(said)


@settings(max_examples=200, deadline=None)
@given(panels)
def test_checker_and_plain_statement_agree_on_any_panel(drawn):
    """Any number of seats, any choice of rules, anybody who fits."""
    judged(*drawn)


def test_the_panels_compared_are_lawful_and_unlawful_alike():
    """Known numbers: neither side of the comparison is empty."""
    seen = Counter(
        judged(
            number, number % 2 == 0, [number, 7 * number, 13 * number], frozenset(FILTERS[number % 7 :: 7])
        )
        for number in range(300)
    )
    assert min(seen[True], seen[False]) > 60


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=2**40))
def test_guards_and_plain_statement_agree_on_any_request(number):
    """Every guard and notice, on requests nobody has picked."""
    case, numbers = worlds.request_case(number), worlds.request_numbers(number)
    for each in (*GUARDS, *NOTICES):
        if each.id in numbers:
            facts = each.facts(case, each.read(numbers[each.id]))
            assert (facts is not None) == plain.REQUESTS[each.id](case, numbers[each.id]), each.id
    assert set(numbers) <= set(DECLARED)
