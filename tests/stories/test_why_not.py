"""Why is somebody not on the panel? The supervisor hears rules with facts, everybody else at most the title."""

from dataclasses import replace
from datetime import date

import pytest

from api.demo.people import OPERATOR, SUPERVISOR
from api.services import explaining
from scheduler.errors import Refused
from scheduler.explain import datum_of, told
from scheduler.model import Role, Standing
from scheduler.rules import DECLARED
from scheduler.sight import Datum
from scheduler.state import Phase


@pytest.fixture
def drawn(town, register):
    """Expert 3 is suspended and her certificate has ended; 6 was punished; the panel is drawn."""

    def change(record, n):
        if n == 3:
            return replace(record, standing=Standing.SUSPENDED, certificate_until=date(2026, 1, 1))
        return replace(record, penalised=True) if n == 6 else record

    register(town, change)
    return town.drawn()


def of(town, n):
    """The supervisor's exclusion of expert n in the first round."""
    found = explaining.why_not(town.office, SUPERVISOR, town.lot)
    return next(each for each in found if town.number(each.expert) == n)


def test_every_rule_that_keeps_somebody_out_is_told_with_its_facts(drawn):
    """Two grounds are two sentences; the lottery names the first of them."""
    both, one = of(drawn, 3), of(drawn, 6)
    assert [reason.rule for reason in both.reasons] == ["E3", "E4"]
    assert both.named == "E3"
    assert "2026-01-01" in both.reasons[0].says.zh
    assert "suspended" in both.reasons[1].says.en
    assert [reason.rule for reason in one.reasons] == ["R8"]


def test_everybody_the_lottery_leaves_out_has_a_reason(drawn):
    """Nobody is out without a rule, and each reason has a title in both languages."""
    found = explaining.why_not(drawn.office, SUPERVISOR, drawn.lot)
    assert all(each.reasons and all(r.title.zh and r.title.en for r in each.reasons) for each in found)


def test_whom_sight_does_not_allow_gets_the_title_alone(drawn):
    """The operator may not even ask; what is told without leave has no fact in it."""
    with pytest.raises(Refused, match="sight"):
        explaining.why_not(drawn.office, OPERATOR, drawn.lot)
    for reason in told(of(drawn, 3).reasons, Role.EXPERT, Phase.F7):
        assert reason.says == reason.title == DECLARED[reason.rule].title


def test_facts_that_name_a_bidder_are_relations_and_stay_shut_before_the_opening():
    """R1 and its kin need the datum of conflicts (supervisor from F2); standing needs the pool's (from F1)."""
    assert {datum_of(name) for name in ("R1", "R2", "R9", "R11", "R11f")} == {Datum.CONFLICT_FACTS}
    assert {datum_of(name) for name in ("E4", "R0o", "L4")} == {Datum.POOL}


def test_too_few_candidates_stay_a_warning_on_record(drawn):
    """The scarcer speciality has fewer than three for its seat only when it has; else nothing is said."""
    assert explaining.warnings(drawn.office, SUPERVISOR, drawn.lot) == ()


def test_an_unknown_round_is_refused(drawn):
    """There was one round."""
    with pytest.raises(Refused, match="no_round"):
        explaining.why_not(drawn.office, SUPERVISOR, drawn.lot, 2)
