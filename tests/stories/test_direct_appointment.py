"""D2: no seat without a draw unless the authority approved it, on a ground in law, and in public."""

from contextlib import suppress
from dataclasses import replace

import pytest

from api.actor import Actor
from api.demo.people import OPERATOR, SUPERVISOR, TENDEREE, pledge_all, tenderee_of
from api.services import (
    appointing,
    attending,
    auditing,
    booking,
    closing,
    drawing,
    opening,
    relaxing,
    revealing,
)
from api.services.appointing import Consent
from api.services.office import open_case
from api.views import transcripts
from api.views.lots import operator_lot
from scheduler.audit import verify
from scheduler.audit.command import read_trust
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.events import Out
from scheduler.exhibits import Report
from scheduler.model import Role, SpecialityCode, Standing
from scheduler.packshape import Does
from scheduler.state import Phase
from tests.town import TENDEREE as TENDEREE_ORG
from tests.town import company, expert_number, order

PAPER = Consent(ground="complex", authority="省发展改革委", reference="发改招〔2026〕18 号")
ECONOMIST = SpecialityCode("A0601")


@pytest.fixture
def ready(town):
    """Booked, frozen, seeds deposited."""
    town.book()
    town.prepare()
    return town


def approve(town, seats=(0, 1), consent=PAPER, actor=SUPERVISOR):
    """The approval goes on file."""
    return appointing.approve(town.office, actor, town.lot, consent, seats)


def appoint(town, n=6, role=ECONOMIST, actor=None):
    """The tenderee appoints expert n."""
    mine = actor or tenderee_of(TENDEREE_ORG.code)
    return appointing.appoint(town.office, mine, town.lot, expert_number(n), role)


def finish(town):
    """Opened, scored, reported; the reports of both bundles."""
    town.blinded()
    town.score_all()
    closing.close(town.office, OPERATOR, town.lot)
    closing.total(town.office, OPERATOR, town.lot)
    revealing.reveal(town.office, OPERATOR, town.lot)
    revealing.report(town.office, OPERATOR, town.lot)
    trust = read_trust(auditing.trust_of(town.office.keys))
    return {kind: verify(town.bundle(kind), trust) for kind in BundleKind}


def test_without_an_approval_nobody_is_appointed(ready):
    """The cheapest case: no paper, no seat."""
    with pytest.raises(Refused, match="appoint_approval"):
        appoint(ready)
    assert ready.state.phase is Phase.F0


def test_an_approval_names_a_ground_in_law_an_authority_and_a_reference(ready):
    """ "Urgent" is no ground, and a blank number no reference; more seats than booked are none to approve."""
    for consent, code in (
        (replace(PAPER, ground="urgent"), "appoint_ground"),
        (replace(PAPER, reference=" "), "appoint_reference"),
        (replace(PAPER, authority=""), "appoint_reference"),
    ):
        with pytest.raises(Refused, match=code):
            approve(ready, consent=consent)
    for seats in ((0, 2), (0, 0), (1,), (-1, 1)):
        with pytest.raises(Refused, match="appoint_seats"):
            approve(ready, seats=seats)
    approve(ready)
    with pytest.raises(Refused, match="approved_before"):
        approve(ready)


def test_only_the_approver_of_the_pack_approves_and_only_the_tenderee_appoints(ready):
    """Who asks for a thing does not approve it; the centre names nobody; another's lot is no lot."""
    for actor in (OPERATOR, TENDEREE):
        with pytest.raises(Refused, match="role"):
            approve(ready, actor=actor)
    approve(ready)
    for actor in (OPERATOR, SUPERVISOR):
        with pytest.raises(Refused, match="role"):
            appoint(ready, actor=actor)
    with pytest.raises(Refused, match="unknown_lot"):
        appoint(ready, actor=Actor(id="x", role=Role.TENDEREE, organisation="91340104MA000000XX"))


def test_a_pack_without_direct_appointment_allows_none(town):
    """Where the ladder does not end in it there is no verb for it."""
    ladder = tuple(step for step in town.office.pack.ladder if step.does is not Does.APPOINT)
    town.office = replace(town.office, pack=replace(town.office.pack, ladder=ladder))
    town.book()
    town.prepare()
    with pytest.raises(Refused, match="appoint_not_allowed"):
        approve(town)


def test_it_is_no_ordinary_step_of_the_ladder(town, register):
    """With all steps taken and still no panel, asking on is refused: a small pool alone is no ground."""
    register(town, lambda record, n: replace(record, standing=Standing.BANNED) if n > 3 else record)

    state = booking.book(town.office, OPERATOR, order(plea="专家不足"))
    with pytest.raises(Refused, match="D2"):
        climb(town, state)


def climb(town, state):
    """Step by step up the ladder as long as there is no panel."""
    while state.stuck:
        if not state.asked:
            state = relaxing.ask(town.office, OPERATOR, town.lot, "专家不足")
        state = relaxing.sign(town.office, SUPERVISOR, town.lot, "同意")


def test_the_appointed_sits_the_rest_is_drawn_and_both_proofs_tell_of_it(ready):
    """One economist appointed, three seats by lottery; the report and the public bundle name reference and seat."""
    approve(ready)
    state = appoint(ready)
    (member,) = [m.member for m in state.experts()]
    assert (state.phase, state.open_seats()) == (Phase.F1, (3, 0))
    assert operator_lot(ready.office, ready.lot).offers[0] == "draw"
    ready.round()
    assert len(ready.state.experts()) == 4
    assert [m.member for m in ready.state.experts() if m.appointed] == [member]
    for kind, found in finish(ready).items():
        assert found.holds, [f.says.en for f in found.findings if f.state.value == "broken"]
        assert PAPER.reference in found.findings[4].says.zh
        assert PAPER.reference.encode() in ready.bundle(kind)
    report = open_case(ready.office, ready.lot).body(ready.state.report, Report)
    remark = next(each for each in report.remarks if each.rule == "D2")
    assert member in remark.says.zh
    assert PAPER.reference in remark.says.zh
    assert transcripts.transcript(ready.office, ready.lot).funnel is not None


def test_a_whole_panel_may_be_appointed_without_any_lottery(ready):
    """There is no round, no ticket and no key of a seed opened; everything after the draw goes its way."""
    approve(ready, seats=(3, 1))
    appoint(ready)
    for n in (n for n in range(1, 17) if n != 6):
        if sum(ready.state.open_seats()):
            with suppress(Refused):  # from the same county as two others, or no seat in the own city
                appoint(ready, n, SpecialityCode("A0402"))
    assert (ready.state.open_seats(), ready.state.rounds) == ((0, 0), ())
    assert transcripts.transcript(ready.office, ready.lot).funnel is None
    assert all(found.holds for found in finish(ready).values())


def test_the_appointed_keep_every_rule_and_are_of_the_frozen_pool(ready, register):
    """A stranger, the wrong speciality, somebody banned since: no; and more than approved: no."""
    approve(ready)
    for n, role, code in (
        (99, ECONOMIST, "appoint_pool"),
        (1, ECONOMIST, "appoint_pool"),
        (6, "A99", "appoint_pool"),
    ):
        with pytest.raises(Refused, match=code):
            appoint(ready, n, SpecialityCode(role))
    register(ready, lambda record, n: replace(record, standing=Standing.BANNED) if n == 6 else record)
    with pytest.raises(Refused, match=r"appoint_unfit.*E4"):
        appoint(ready)
    appoint(ready, 9)
    with pytest.raises(Refused, match="appoint_seats"):
        appoint(ready, 12)


def test_who_shares_an_employer_with_a_member_is_not_appointed_beside_him(town, register):
    """Rules that look at the whole panel (R12) hold for the appointed too."""

    register(town, lambda record, n: replace(record, employer=company(6).code) if n == 9 else record)
    town.book()
    town.prepare()
    approve(town, seats=(1, 1))
    appoint(town)
    with pytest.raises(Refused, match=r"appoint_unfit.*R12"):
        appoint(town, 9, SpecialityCode("A0402"))


def test_the_appointed_is_rechecked_at_the_opening_and_replaced_by_lot(ready):
    """A bidder of the employer's group bids: out by R11 like anybody; the seat is drawn, as approvals end there."""
    approve(ready)
    (member,) = [m.member for m in appoint(ready).experts()]
    ready.round()
    ready.accept_all()
    ready.open_bids(member)
    assert ready.state.sitting(member).out is Out.RECUSED
    ready.round()
    assert sum(ready.state.open_seats()) == 0
    with pytest.raises(Refused, match="phase"):
        appoint(ready, 12)
    assert all(found.holds for found in finish_after(ready).values())


def finish_after(town):
    """From an opened case with all seats filled."""
    town.accept_all()
    town.arrive_all()
    opening.blind(town.office, OPERATOR, town.lot)
    town.score_all()
    closing.close(town.office, OPERATOR, town.lot)
    closing.total(town.office, OPERATOR, town.lot)
    revealing.reveal(town.office, OPERATOR, town.lot)
    revealing.report(town.office, OPERATOR, town.lot)
    trust = read_trust(auditing.trust_of(town.office.keys))
    return {kind: verify(town.bundle(kind), trust) for kind in BundleKind}


def test_the_appointed_may_decline_and_the_seat_is_appointed_or_drawn(ready):
    """An open seat stays open until somebody fills it; the approval counts who sits."""
    approve(ready)
    (member,) = [m.member for m in appoint(ready).experts()]
    attending.decline(ready.office, ready.person(member), ready.lot)
    assert ready.state.open_seats() == (3, 1)
    assert len(appoint(ready, 12).experts()) == 1


def test_seeds_come_before_an_appointment(town):
    """A seat may fall open later and is drawn then, so no party can wait to see who was appointed."""
    town.book()
    drawing.freeze(town.office, OPERATOR, town.lot)
    approve(town)
    with pytest.raises(Refused, match="seeds_missing"):
        appoint(town)
    pledge_all(town.office, town.lot)
    assert appoint(town).phase is Phase.F1
