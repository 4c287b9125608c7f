"""R9: a member recuses after seeing the names, and a bidder applies for somebody's recusal. Nobody learns why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.actor import Actor
from api.demo.people import OPERATOR, SUPERVISOR
from api.pool.letters import Answer
from api.services import auditing, closing, opening, recusing, revealing, ticking
from api.services.booking import book
from api.services.drawing import freeze
from api.services.office import open_case
from api.views import tasks
from scheduler.audit import verify
from scheduler.audit.command import read_trust
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.events import Out
from scheduler.model import LotId, Role, Tie
from scheduler.sight import Datum, may_see
from tests.town import NINE, bidder, expert_name, expert_number, order

WHY = "投标人二号的项目经理是我表弟"


@pytest.fixture
def opened(town):
    """Drawn, accepted, opened, everybody at the gate."""
    town.drawn()
    town.accept_all()
    town.open_bids()
    town.arrive_all()
    return town


def finish(town):
    """Filled up, scored, reported; both bundles verify."""
    ticking.tick(town.office)
    town.accept_all()
    town.arrive_all()
    opening.blind(town.office, OPERATOR, town.lot)
    town.score_all()
    closing.close(town.office, OPERATOR, town.lot)
    closing.total(town.office, OPERATOR, town.lot)
    revealing.reveal(town.office, OPERATOR, town.lot)
    revealing.report(town.office, OPERATOR, town.lot)
    trust = read_trust(auditing.trust_of(town.office.keys))
    assert all(verify(town.bundle(kind), trust).holds for kind in BundleKind)


def first_expert(town):
    """A member and who it is."""
    member = town.state.experts()[0].member
    return member, town.person(member)


def apply_for(town, number, says=WHY):
    """A bidder's paper names this person."""
    return recusing.appeal(town.office, OPERATOR, town.lot, bidder(1).code, (number, says))


def only_appeal(town):
    """The digest of the one application."""
    return town.state.appeals[-1].appeal


def test_a_member_recuses_after_seeing_the_names_and_the_next_round_fills_the_seat(opened):
    """Checked in already or not: out, replaced, and the whole evaluation verifies."""
    member, person = first_expert(opened)
    recusing.withdraw(opened.office, person, opened.lot, WHY)
    assert opened.state.sitting(member).out is Out.RECUSED
    finish(opened)
    assert member not in {m.member for m in opened.state.current()}


def test_from_outside_an_own_recusal_looks_like_any_other(opened):
    """The card says released; the words are for the supervisor alone; neither bundle of the public has them."""
    _, person = first_expert(opened)
    recusing.withdraw(opened.office, person, opened.lot, WHY)
    ((card, _),) = tasks.cards(opened.office, person)
    assert (card.answer, card.project) == (Answer.RELEASED, None)
    allowed = {role for role in Role if may_see(role, Datum.CONFLICT_FACTS, opened.state.phase)}
    assert allowed == {SUPERVISOR.role}
    finish(opened)
    assert WHY.encode() not in opened.bundle(BundleKind.PUBLIC)
    assert WHY.encode() in opened.bundle(BundleKind.FULL)


def test_recusing_oneself_needs_words_and_ends_with_the_blinding(opened):
    """An empty ground is none; once codes are out a hidden conflict is a matter for the supervisor."""
    _, person = first_expert(opened)
    with pytest.raises(Refused, match="statement_missing"):
        recusing.withdraw(opened.office, person, opened.lot, "  ")
    opening.blind(opened.office, OPERATOR, opened.lot)
    with pytest.raises(Refused, match="phase"):
        recusing.withdraw(opened.office, person, opened.lot, WHY)


def test_a_stranger_and_a_representative_recuse_nobody(opened):
    """Who was not drawn is no member; the tenderee's representative is not replaced by lot."""
    sits = {opened.number(m.member) for m in opened.state.experts()}
    other = expert_number(next(n for n in range(1, 17) if n not in sits))
    with pytest.raises(Refused, match="not_a_member"):
        recusing.withdraw(opened.office, Actor(id=other, role=Role.EXPERT, expert=other), opened.lot, WHY)
    with pytest.raises(Refused, match="role"):
        recusing.withdraw(opened.office, Actor(id="owner-1", role=Role.OWNER), opened.lot, WHY)


def test_a_declaration_is_made_at_the_site_once_and_in_person(town):
    """Who has not checked in has seen no names; the record keeps who declared."""
    town.drawn()
    town.accept_all()
    town.open_bids()
    member, person = first_expert(town)
    with pytest.raises(Refused, match="not_checked_in"):
        recusing.declare(town.office, person, town.lot)
    town.arrive(member)
    assert recusing.declare(town.office, person, town.lot).declared == (member,)
    with pytest.raises(Refused, match="declared_before"):
        recusing.declare(town.office, person, town.lot)


def test_names_are_read_at_the_site_alone(town):
    """The card lists who bids from check-in until the blinding, and codes of companies never."""
    town.drawn()
    town.accept_all()
    town.open_bids()
    _, person = first_expert(town)
    ((card, _),) = tasks.cards(town.office, person)
    assert card.bidders == ()
    town.arrive_all()
    ((card, _),) = tasks.cards(town.office, person)
    assert set(card.bidders) == {bidder(n).name for n in (1, 2, 3)}
    opening.blind(town.office, OPERATOR, town.lot)
    ((card, _),) = tasks.cards(town.office, person)
    assert card.bidders == ()


def test_an_application_is_answered_by_the_person_and_decided_by_the_supervisor(opened):
    """Upheld: the person is out, replaced, and the bundle verifies; the decision is on record."""
    member, person = first_expert(opened)
    apply_for(opened, person.expert)
    with pytest.raises(Refused, match="application_open"):
        opening.blind(opened.office, OPERATOR, opened.lot)
    recusing.reply(opened.office, person, opened.lot, "确有此事", admits=True)
    with pytest.raises(Refused, match="nothing_to_answer"):
        recusing.reply(opened.office, person, opened.lot, "再答", admits=False)
    with pytest.raises(Refused, match="role"):
        recusing.decide(opened.office, OPERATOR, opened.lot, only_appeal(opened), (True, "属实"))
    recusing.decide(opened.office, SUPERVISOR, opened.lot, only_appeal(opened), (True, "属实"))
    assert opened.state.sitting(member).out is Out.RECUSED
    finish(opened)


def test_a_dismissed_application_leaves_the_panel_as_it_is(opened):
    """The person stays; the same application is not decided twice."""
    member, person = first_expert(opened)
    apply_for(opened, person.expert)
    recusing.reply(opened.office, person, opened.lot, "并无此事", admits=False)
    recusing.decide(opened.office, SUPERVISOR, opened.lot, only_appeal(opened), (False, "不属实"))
    assert opened.state.sitting(member).sits
    with pytest.raises(Refused, match="application_unknown"):
        recusing.decide(opened.office, SUPERVISOR, opened.lot, only_appeal(opened), (True, "改判"))
    finish(opened)


def test_the_operator_cannot_tell_whether_the_person_named_sits(opened):
    """Filing for somebody who sits and for somebody who does not leaves the same kind of record."""
    sits = {opened.number(m.member) for m in opened.state.experts()}
    other = expert_number(next(n for n in range(1, 17) if n not in sits))
    _, person = first_expert(opened)
    one, two = apply_for(opened, person.expert), apply_for(opened, other)
    assert two.seq == one.seq + 1
    assert len(two.current()) == len(one.current())
    with pytest.raises(Refused, match="nothing_to_answer"):
        recusing.reply(
            opened.office, Actor(id=other, role=Role.EXPERT, expert=other), opened.lot, "无", admits=False
        )


def test_what_is_no_application_is_refused(opened):
    """A company that does not bid, a person nobody knows, no words, and one before bids are open."""
    _, person = first_expert(opened)
    for code, number, says, refused in (
        (bidder(17).code, person.expert, WHY, "bidder_unknown"),
        (bidder(1).code, "INV-999999", WHY, "expert_unknown"),
        (bidder(1).code, person.expert, " ", "statement_missing"),
    ):
        with pytest.raises(Refused, match=refused):
            recusing.appeal(opened.office, OPERATOR, opened.lot, code, (number, says))


def test_an_upheld_relation_keeps_the_person_out_of_other_lots_of_that_bidder(opened):
    """The register says `other` from that day on, so the next lot's pool knows it (R9)."""
    _, person = first_expert(opened)
    apply_for(opened, person.expert)
    recusing.decide(opened.office, SUPERVISOR, opened.lot, only_appeal(opened), (True, "属实"))
    later = LotId("TOWN-02")
    moved = {"starts": NINE + timedelta(hours=28), "ends": NINE + timedelta(hours=31)}
    book(opened.office, OPERATOR, replace(order(later), **moved))
    freeze(opened.office, OPERATOR, later)
    pool = [leaf.expert for leaf in open_case(opened.office, later).snapshot.leaves]
    assert sum(any(tie.tie is Tie.OTHER for tie in each.relations) for each in pool) == 1


def test_no_name_of_an_expert_stands_in_the_record_of_an_application(opened):
    """Even the full bundle knows the person by pseudonym."""
    member, person = first_expert(opened)
    apply_for(opened, person.expert)
    recusing.decide(opened.office, SUPERVISOR, opened.lot, only_appeal(opened), (True, "属实"))
    number = opened.number(member)
    finish(opened)
    assert expert_name(number).encode() not in opened.bundle(BundleKind.FULL)
