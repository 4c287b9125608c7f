"""Do the limits and the plain statement of every rule agree?"""

from scheduler.check import breaches, misfits
from scheduler.rules import BESIDE, BLAME, DECLARED, RULES, limits
from tests.scheduler import plain, worlds


def test_every_rule_is_stated_twice():
    """No rule lacks its plain twin, and no twin lacks its rule."""
    assert {rule.id for rule in RULES} == set(plain.STATEMENTS) == set(BLAME) - set(BESIDE)


def test_limits_and_plain_statement_agree_on_any_panel_of_a_service_case():
    """Whatever the panel, the broken limits name exactly the rules that the plain statement calls broken."""
    seen = set()
    for number in range(600):
        case, numbers = worlds.service_case(number), worlds.service_numbers(number)
        choices = worlds.any_panel(number, case)
        found = {breach.limit.rule for breach in breaches(limits(case, numbers), choices)}
        assert found == plain.broken(case, numbers, choices), number
        seen |= {(name, name in found) for name in numbers}
    assert seen == {(name, held) for name in plain.STATEMENTS for held in (True, False)}


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
            words = DECLARED[limit.rule].says.filled(limit.facts)
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
