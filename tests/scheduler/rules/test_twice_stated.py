"""Do the limits and the plain statement of every rule agree?"""

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.check import breaches, misfits
from scheduler.rules import (
    ALARMS,
    BESIDE,
    BLAME,
    DECLARED,
    EARLIER,
    GUARDS,
    NOTICES,
    RULES,
    declared,
    key,
    limits,
)
from tests.scheduler import plain, worlds


def test_every_rule_is_stated_twice():
    """No rule lacks its plain twin, and no twin lacks its rule."""
    assert {rule.id for rule in RULES} == set(BLAME) - set(BESIDE)
    assert {rule.id for rule in RULES} | set(EARLIER) == set(plain.STATEMENTS)
    assert {each.id for each in (*GUARDS, *NOTICES)} == set(plain.REQUESTS)
    assert {each.id for each in ALARMS} == set(plain.ALARMS)
    assert len(DECLARED) == len(RULES) + len(GUARDS) + len(NOTICES) + len(ALARMS)
    assert len(BLAME) == len(set(BLAME))


def test_limits_and_plain_statement_agree_on_any_panel_of_a_service_case():
    """Whatever the panel, the broken limits name exactly the rules that the plain statement calls broken."""
    seen = set()
    for number in range(800):
        found, numbers = broken_twice(number)
        seen |= {(name, name in found) for name in numbers}
    assert seen == {(name, held) for name in plain.STATEMENTS for held in (True, False)}


def broken_twice(number):
    """What a random panel of a random world breaks, said alike by limits and plain statement."""
    case, numbers = worlds.service_case(number), worlds.service_numbers(number)
    choices = worlds.any_panel(number, case)
    found = {
        key(breach.limit.rule, breach.limit.version) for breach in breaches(limits(case, numbers), choices)
    }
    assert found == plain.broken(case, numbers, choices), number
    return found, numbers


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=1000, max_value=2**40))
def test_limits_and_plain_statement_agree_wherever_one_looks(number):
    """The same for worlds nobody has picked."""
    broken_twice(number)


def test_guards_and_plain_statement_agree_on_any_request():
    """Every guard and notice finds fault with exactly the requests that the plain statement finds wrong."""
    seen = set()
    for number in range(400):
        case, numbers = worlds.request_case(number), worlds.request_numbers(number)
        for each in (*GUARDS, *NOTICES):
            facts = each.facts(case, each.read(numbers[each.id]))
            assert (facts is not None) == plain.REQUESTS[each.id](case, numbers[each.id]), (number, each.id)
            seen.add((each.id, facts is not None))
            if facts is not None:
                words = each.says.filled(facts)
                assert "{" not in words.zh + words.en
    assert seen == {(name, held) for name in plain.REQUESTS for held in (True, False)}


def test_alarms_and_plain_statement_agree_on_any_history():
    """An alarm finds something in exactly the histories in which the plain statement sees too much."""
    seen = set()
    for number in range(400):
        meetings, numbers = worlds.meetings(number), worlds.alarm_numbers(number)
        for each in ALARMS:
            found = each.found(meetings, numbers[each.id])
            assert bool(found) == plain.ALARMS[each.id](meetings, numbers[each.id]), (number, each.id)
            seen.add((each.id, bool(found)))
            for one in found:
                words = each.says.filled(one.facts)
                assert "{" not in words.zh + words.en
                assert len(one.lots) == one.facts["count"] > numbers[each.id]["most"]
    assert seen == {(name, held) for name in plain.ALARMS for held in (True, False)}


def test_limits_and_plain_statement_agree_on_any_panel_of_a_file_case():
    """The same for draws from files, where most rules may be absent."""
    for number in range(400):
        case, numbers = worlds.file_case(number), worlds.file_numbers(number)
        choices = worlds.any_panel(number, case)
        found = {breach.limit.rule for breach in breaches(limits(case, numbers), choices)}
        assert found == plain.broken(case, numbers, choices), number


def test_every_limit_fills_the_sentence_of_its_rule():
    """The facts of a limit are all that its rule's sentence asks for, in both languages."""
    for number in range(60):
        case = worlds.service_case(number)
        for limit in limits(case, worlds.service_numbers(number)):
            words = declared(limit.rule, limit.version).says.filled(limit.facts)
            assert "{" not in words.zh + words.en
            assert all(isinstance(fact, str | int) for fact in limit.facts.values())


def test_a_choice_that_does_not_exist_is_a_misfit():
    """Unknown people, seats nobody asked for and specialities not held are named; nothing else is."""
    case = worlds.case(
        [worlds.expert("a"), worlds.expert("b", specialities=("B01",))], [("A01", 1), ("B", 1)]
    )
    good = (worlds.choice("a", "A01"), worlds.choice("b", "B"))
    bad = (worlds.choice("x", "A01"), worlds.choice("a", "A"), worlds.choice("a", "B"))
    assert misfits(case, good + bad) == bad
