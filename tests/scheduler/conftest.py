"""What do the rule tests ask over and over? Which of these people break which rule, sitting together."""

import pytest

from scheduler.check import breaches
from scheduler.limits import Declared
from scheduler.model import Choice
from scheduler.rules import DECLARED, limits


@pytest.fixture
def breaks():
    """breaks(rule, case, names, **numbers): whether these experts together break the rule, counted alone."""

    def _breaks(rule: Declared, case, *names, **numbers):
        seat = case.seats[0].speciality
        choices = [Choice(expert=name, speciality=seat) for name in names]
        assert DECLARED[rule.id] is rule
        return bool(breaches(limits(case, {rule.id: numbers}), choices))

    return _breaks
