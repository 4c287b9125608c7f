"""C9 and C11: no letter, no seat for the tenderee's representative; a chair elected or named as the pack says."""

from dataclasses import replace

import pytest

from api.actor import Actor
from api.demo.people import OPERATOR, SUPERVISOR, authorise, site_staff, tenderee_of
from api.services import attending, auditing, authorising, chairing, closing, opening, revealing
from api.services.office import open_case
from crypto.keys import signing_key
from scheduler import pack
from scheduler.audit import verify
from scheduler.audit.command import read_trust
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.exhibits import Authorisation, Report
from scheduler.model import Role
from scheduler.sight import Datum, may_see
from tests.town import HOST, PACK, TENDEREE

LETTER = ("授权〔2026〕7 号", "高级工程师")


def with_chair_rule(town, name):
    """The town under the C11 of another pack."""
    rule = [e for e in pack.load(name).entries if e.rule == "C11"]
    entries = [e for e in PACK.entries if e.rule != "C11"]
    town.office = replace(town.office, pack=replace(PACK, entries=tuple(entries + rule)))


def gathered(town):
    """Drawn, opened, everybody at the gate."""
    town.drawn()
    town.accept_all()
    town.open_bids()
    town.arrive_all()
    return town


def sitting(town):
    """Experts, and the owner representative."""
    current = town.state.current()
    return [m.member for m in current if m.role is not None], next(
        m.member for m in current if m.role is None
    )


def finished(town):
    """From the gate to the report, verified in both kinds."""
    opening.blind(town.office, OPERATOR, town.lot)
    town.score_all()
    closing.close(town.office, OPERATOR, town.lot)
    closing.total(town.office, OPERATOR, town.lot)
    revealing.reveal(town.office, OPERATOR, town.lot)
    revealing.report(town.office, OPERATOR, town.lot)
    trust = read_trust(auditing.trust_of(town.office.keys))
    assert all(verify(town.bundle(kind), trust).holds for kind in BundleKind)
    report = open_case(town.office, town.lot).body(town.state.report, Report)
    return [remark for remark in report.remarks if remark.rule == "C11"]


def test_without_a_letter_the_representative_is_refused_at_the_gate_and_with_one_let_in(town):
    """Asked of the person who sits, not before the draw."""
    town.drawn()
    town.accept_all()
    town.open_bids()
    town.clock.move(town.state.starts.replace(minute=0))
    gate = site_staff(HOST)
    with pytest.raises(Refused, match="C9"):
        attending.check_in(town.office, gate, town.lot, "owner-1", signing_key(bytes(32)).public)
    authorise(town.office, town.lot, TENDEREE.code, "owner-1")
    town.arrive(sitting(town)[1])
    assert town.state.sitting(sitting(town)[1]).key


def test_only_the_own_tenderee_files_a_letter_with_number_and_rank_and_once(town):
    """Neither the operator nor another tenderee; not for somebody who is no representative of the lot."""
    town.book()
    mine = Actor(id="tenderee", role=Role.TENDEREE, organisation=TENDEREE.code)
    other = replace(mine, organisation="91340104MA000000XX")
    refusals = (
        (OPERATOR, "owner-1", LETTER, "role"),
        (other, "owner-1", LETTER, "unknown_lot"),
        (mine, "owner-9", LETTER, "not_an_owner"),
        (mine, "owner-1", (" ", "高级工程师"), "letter_missing"),
    )
    for actor, login, letter, code in refusals:
        with pytest.raises(Refused, match=code):
            authorising.authorise(town.office, actor, town.lot, login, letter)
    authorising.authorise(town.office, mine, town.lot, "owner-1", LETTER)
    with pytest.raises(Refused, match="authorised_before"):
        authorising.authorise(town.office, mine, town.lot, "owner-1", LETTER)


def test_the_letter_is_for_the_supervisor_to_see(town):
    """Its body is an exhibit behind the digest; operators and experts never see it."""
    town.book()
    authorise(town.office, town.lot, TENDEREE.code, "owner-1")
    with town.office.db.reading() as session:
        from api.store import journal

        event = journal.history(session, town.lot)[-1][0].event
    body = open_case(town.office, town.lot).body(event.document, Authorisation)
    assert body.member == sitting(town)[1]
    allowed = {role for role in Role if may_see(role, Datum.AUTHORISATION, town.state.phase)}
    assert allowed == {SUPERVISOR.role, Role.TENDEREE}


def test_the_chair_is_whom_more_than_half_of_the_panel_votes_for(town):
    """Two of five are not enough, the third vote elects; a vote may be changed until then; the report says who."""
    experts, _ = sitting(gathered(town))
    one, two = experts[0], experts[1]
    for member, choice in ((experts[0], one), (experts[1], two), (experts[2], one), (experts[1], one)):
        assert town.state.chairing() is None
        chairing.vote(town.office, town.person(member), town.lot, choice)
    assert (town.state.chairing(), town.state.chair_named) == (one, False)
    with pytest.raises(Refused, match="chair_there"):
        chairing.vote(town.office, town.person(experts[3]), town.lot, two)
    assert [one in remark.says.zh for remark in finished(town)] == [True]


def test_nobody_votes_before_check_in_or_for_somebody_who_is_not_there(town):
    """An election is among those present."""
    town.drawn()
    town.accept_all()
    town.open_bids()
    first, second = sitting(town)[0][:2]
    with pytest.raises(Refused, match="not_checked_in"):
        chairing.vote(town.office, town.person(first), town.lot, first)
    town.arrive(first)
    with pytest.raises(Refused, match="chair_absent"):
        chairing.vote(town.office, town.person(first), town.lot, second)
    with pytest.raises(Refused, match="chair_absent"):
        chairing.vote(town.office, town.person(first), town.lot, Member("P-NOBODY"))


def test_nationally_the_tenderee_may_name_the_chair_and_a_representative_may_be_it(town):
    """评标委员会和评标方法暂行规定 9."""
    _, owner = sitting(gathered(town))
    assert owner in chairing.to_name(open_case(town.office, town.lot))
    chairing.name(town.office, tenderee_of(TENDEREE.code), town.lot, owner)
    assert (town.state.chairing(), town.state.chair_named) == (owner, True)
    assert len(finished(town)) == 1


def test_in_chongqing_the_chair_is_elected_from_the_experts_alone(town):
    """No vote for the representative, nobody named; the ballot does not show the representative."""
    with_chair_rule(town, "chongqing")
    experts, owner = sitting(gathered(town))
    case = open_case(town.office, town.lot)
    assert chairing.ballot(case) == tuple(sorted(experts))
    assert chairing.to_name(case) == ()
    with pytest.raises(Refused, match="C11"):
        chairing.vote(town.office, town.person(experts[0]), town.lot, owner)
    with pytest.raises(Refused, match="C11"):
        chairing.name(town.office, tenderee_of(TENDEREE.code), town.lot, experts[0])


def test_nothing_waits_for_a_chair(town):
    """The law ties no score to one: an evaluation without a chair is closed and reported, and says nothing of it."""
    assert finished(gathered(town)) == []
