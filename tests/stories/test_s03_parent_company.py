"""S3 A parent company comes to light at the opening: who works in the group is out before seeing a page."""

import pytest

from api.demo.people import OPERATOR, SUPERVISOR
from api.pool.letters import Answer
from api.services import auditing, closing, opening, revealing, scoring, ticking
from api.services.office import open_case
from api.views import tasks
from scheduler.audit import verify
from scheduler.audit.command import read_trust
from scheduler.errors import Refused
from scheduler.events import Out
from scheduler.exhibits import Evidence
from scheduler.model import Role
from scheduler.sight import Datum, may_see


def opened(town, linked):
    """Drawn, accepted and opened; with `linked` a bidder is a sister of the first member's employer."""
    town.drawn()
    town.accept_all()
    member = town.state.experts()[0].member
    town.open_bids(*([member] if linked else []))
    return member


def test_with_the_edge_the_expert_is_out_by_r11_and_the_next_round_fills_the_seat(town):
    """Removed at the re-check, before check-in and before any document; then one more round."""
    member = opened(town, linked=True)
    assert town.state.sitting(member).out is Out.RECUSED
    with pytest.raises(Refused, match="not_a_member"):
        scoring.desk(town.office, town.person(member), town.lot)
    ticking.tick(town.office)
    assert sum(town.state.open_seats()) == 0
    assert member not in {m.member for m in town.state.current()}


def test_with_the_edge_deleted_the_expert_stays(town):
    """Nobody else's relation matters."""
    member = opened(town, linked=False)
    assert town.state.sitting(member).sits


def test_the_evidence_is_salted_and_for_the_supervisor_alone(town):
    """It holds the rule and tags of unit and bidder; operator and bidders may not see it in any phase."""
    member = opened(town, linked=True)
    evidence = open_case(town.office, town.lot).body(town.state.evidence, Evidence)
    (fact,) = evidence.facts
    assert (fact.member, fact.rule) == (member, "R11")
    assert "unit=" in fact.says
    assert "隐" not in fact.says
    allowed = {role for role in Role if may_see(role, Datum.CONFLICT_FACTS, town.state.phase)}
    assert allowed == {SUPERVISOR.role}


def test_the_expert_hears_of_a_release_and_of_no_bidder(town):
    """The card says released; which relation it was stays hidden from the person too."""
    member = opened(town, linked=True)
    cards = [card for card, _ in tasks.cards(town.office, town.person(member))]
    assert [card.answer for card in cards] == [Answer.RELEASED]
    assert cards[0].project is None


def test_the_whole_evaluation_verifies_offline_afterwards(town):
    """The verifier recounts the re-check from the frozen pool and comes to the same person."""
    opened(town, linked=True)
    ticking.tick(town.office)
    finish(town)
    report = verify(town.bundle(), read_trust(auditing.trust_of(town.office.keys)))
    assert report.holds


def finish(town):
    """From an open case with all seats filled to the report."""
    town.accept_all()
    town.arrive_all()
    opening.blind(town.office, OPERATOR, town.lot)
    town.score_all()
    closing.close(town.office, OPERATOR, town.lot)
    closing.total(town.office, OPERATOR, town.lot)
    revealing.reveal(town.office, OPERATOR, town.lot)
    revealing.report(town.office, OPERATOR, town.lot)
