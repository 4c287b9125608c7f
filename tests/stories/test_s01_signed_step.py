"""S1 to its end: no panel, the first step asked for and signed, a wider pool, a panel, a proof that tells of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.demo.people import OPERATOR, SUPERVISOR, TENDEREE, tenderee_of
from api.services import (
    acting,
    attempts,
    attending,
    auditing,
    booking,
    cancelling,
    closing,
    drawing,
    explaining,
    relaxing,
    revealing,
    ticking,
)
from api.services.acting import Deed
from api.services.office import open_case
from scheduler.audit import verify
from scheduler.audit.command import read_trust
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.exhibits import Report, Request
from scheduler.model import RegionCode, Seats, SpecialityCode
from scheduler.state import Phase
from tests.town import TENDEREE as TENDEREE_ORG
from tests.town import company, order

WHY = "本专业仅四人，两人同单位"


def scarcely(record, n):
    """Four know A060101 and two of them share an employer; seven more know what lies beside it."""
    knows = "A060101" if n in (4, 7, 10, 13) else "A060102" if n % 2 == 0 or n == 1 else "A040201"
    record = replace(record, specialities=(SpecialityCode(knows),))
    return replace(record, employer=company(4).code) if n == 7 else record


def lifted(town, *rules):
    """The town under a pack without these caps of place, which are not what this story is about."""
    entries = tuple(entry for entry in town.office.pack.entries if entry.rule not in rules)
    town.office = replace(town.office, pack=replace(town.office.pack, entries=entries))


def asking(**changes):
    """Four seats of the scarce speciality, and places enough in every city."""
    plain = order()
    guests = tuple(replace(guest, seats=4) for guest in plain.guests)
    seats = (Seats(speciality=SpecialityCode("A060101"), count=4),)
    return order(seats=seats, guests=guests, host_seats=4, region=RegionCode("340104"), **changes)


@pytest.fixture
def scarce(town, register):
    """Booked without a panel, the first step asked for."""
    register(town, scarcely)
    lifted(town, "L3", "L4", "L5")
    booking.book(town.office, OPERATOR, asking(plea=WHY))
    return town


def test_without_a_plea_nothing_is_booked_and_with_one_the_step_waits(town, register):
    """The refusal stays what it was; a plea records booking, clash and the first step of the ladder."""
    register(town, scarcely)
    lifted(town, "L3", "L4", "L5")
    with pytest.raises(Refused, match="no_panel"):
        booking.book(town.office, OPERATOR, asking())
    state = booking.book(town.office, OPERATOR, asking(plea=WHY))
    assert (state.phase, state.asked, state.stuck) == (Phase.F0, "D4-parent", ("S0", "R12"))


def test_while_the_step_waits_nothing_is_frozen_or_drawn(scarce):
    """Never silent: the draw stands still until the approver has spoken."""
    for verb in (drawing.freeze, drawing.fix, acting.draw):
        scarce.clock.move(scarce.state.starts.replace(hour=0))
        with pytest.raises(Refused, match="step_asked"):
            verb(scarce.office, OPERATOR, scarce.lot)


def test_only_the_approver_of_the_pack_signs_and_with_a_reason(scarce):
    """Neither who asks nor the tenderee, and another one hears of no such lot; no empty reason."""
    for actor in (OPERATOR, tenderee_of(TENDEREE_ORG.code)):
        with pytest.raises(Refused, match="role"):
            relaxing.sign(scarce.office, actor, scarce.lot, WHY)
    with pytest.raises(Refused, match="unknown_lot"):
        relaxing.sign(scarce.office, TENDEREE, scarce.lot, WHY)
    with pytest.raises(Refused, match="reason_missing"):
        relaxing.sign(scarce.office, SUPERVISOR, scarce.lot, " ")
    assert scarce.state.request == scarce.state.booked


def test_a_step_that_is_turned_down_changes_nothing(scarce):
    """The record keeps the refusal; the operator may ask again, and for the same step only."""
    state = relaxing.deny(scarce.office, SUPERVISOR, scarce.lot, "请先扩库")
    assert (state.asked, state.relaxed, state.stuck) == ("", (), ("S0", "R12"))
    assert acting.act(scarce.office, OPERATOR, scarce.lot, Deed.RELAX, WHY).asked == "D4-parent"


def test_nobody_relaxes_where_a_panel_is_possible(town):
    """A lot that nothing stands in the way of knows no ladder."""
    town.book()
    with pytest.raises(Refused, match="panel_possible"):
        relaxing.ask(town.office, OPERATOR, town.lot, WHY)


def test_after_the_signature_the_panel_is_drawn_from_the_wider_pool(scarce):
    """The amended request rules everything; the one that was booked stays on file beside it."""
    state = relaxing.sign(scarce.office, SUPERVISOR, scarce.lot, "同意")
    assert (state.relaxed, state.stuck, state.asked) == (("D4-parent",), (), "")
    case = open_case(scarce.office, scarce.lot)
    assert [s.speciality for s in case.request.seats] == ["A0601"]
    assert [s.speciality for s in case.body(state.booked, Request).seats] == ["A060101"]
    scarce.prepare()
    scarce.round()
    assert scarce.state.pool_size == 11
    assert len(scarce.state.experts()) == 4


def test_the_steps_come_in_order_until_there_is_a_panel(town, register):
    """Where the first step is no cure the record says so at once, and only then the next one may be asked for."""

    def change(record, n):
        return (
            replace(record, specialities=(SpecialityCode("A060101"),))
            if n in (1, 2, 4, 7)
            else (replace(record, specialities=(SpecialityCode("A040201"),)))
        )

    register(town, change)
    state = booking.book(town.office, OPERATOR, asking(plea=WHY))
    taken = []
    while state.stuck:
        if not state.asked:
            state = relaxing.ask(town.office, OPERATOR, town.lot, WHY)
        taken.append(state.asked)
        state = relaxing.sign(town.office, SUPERVISOR, town.lot, "同意")
    ladder = [step.id for step in town.office.pack.ladder]
    assert taken == [name for name in ladder if name in taken]
    assert taken[0] == "D4-parent"
    assert len(taken) > 1


def test_both_proofs_verify_and_tell_the_step_its_signer_and_the_warning(scarce):
    """Offline, with nothing but the file; the report names step and scarce speciality."""
    relaxing.sign(scarce.office, SUPERVISOR, scarce.lot, "同意")
    scarce.prepare()
    scarce.round()
    assert [w.rule for w in explaining.warnings(scarce.office, SUPERVISOR, scarce.lot)] == ["D8"]
    finish(scarce)
    trust = read_trust(auditing.trust_of(scarce.office.keys))
    for kind in BundleKind:
        found = verify(scarce.bundle(kind), trust)
        assert found.holds, [f.says.en for f in found.findings if f.state.value == "broken"]
        told = next(f for f in found.findings if f.n == 5).says
        assert "D4-parent" in told.en
        assert "supervisor" in told.en
    report = open_case(scarce.office, scarce.lot).body(scarce.state.report, Report)
    assert [remark.rule for remark in report.remarks] == ["D8", "D4-parent"]
    assert "A060101" in report.remarks[0].says.zh


def sparsely(record, n):
    """Five know one code, two another, the rest what lies beside them."""
    knows = "A060101" if n in (1, 4, 5, 7, 10) else "A060102" if n in (2, 13) else "A060103"
    return replace(record, specialities=(SpecialityCode(knows),))


def test_after_the_draw_a_stuck_panel_is_relaxed_and_its_members_stay(town, register):
    """Some decline and nobody is left: a step is signed, two roles become one, the pool frozen anew drops nobody."""
    register(town, sparsely)
    lifted(town, "L3", "L4", "L5")
    seats = (
        Seats(speciality=SpecialityCode("A060101"), count=3),
        Seats(speciality=SpecialityCode("A060102"), count=1),
    )
    booking.book(town.office, OPERATOR, replace(asking(), seats=seats))
    town.prepare()
    town.round()
    while not town.state.stuck:
        leaving = [m.member for m in town.state.experts() if m.role == 0]
        attending.decline(town.office, town.person(leaving[0]), town.lot)
        ticking.tick(town.office)
    kept = {m.member for m in town.state.experts()}
    before = {leaf.expert.id: leaf for leaf in open_case(town.office, town.lot).snapshot.leaves}
    rounds = len(town.state.rounds)
    relaxing.ask(town.office, OPERATOR, town.lot, WHY)
    assert relaxing.sign(town.office, SUPERVISOR, town.lot, "同意").seats == (4,)
    ticking.tick(town.office)
    assert len(town.state.rounds) == rounds
    drawing.freeze(town.office, OPERATOR, town.lot)
    after = {leaf.expert.id: leaf for leaf in open_case(town.office, town.lot).snapshot.leaves}
    assert before.items() < after.items()
    ticking.tick(town.office)
    assert len(town.state.rounds) == rounds + 1
    assert kept < {m.member for m in town.state.experts()}
    finish(town)
    assert verify(town.bundle(), read_trust(auditing.trust_of(town.office.keys))).holds


def test_a_new_attempt_begins_without_the_steps_of_the_last(scarce):
    """Nothing carries over silently: refused as at first; with a plea the first step is asked for and signed anew."""
    relaxing.sign(scarce.office, SUPERVISOR, scarce.lot, "同意")
    cancelling.cancel(scarce.office, OPERATOR, scarce.lot, "改期")
    attempts.endorse(scarce.office, SUPERVISOR, scarce.lot)
    window = (scarce.state.starts + timedelta(days=2), scarce.state.ends + timedelta(days=2))
    with pytest.raises(Refused, match="no_panel"):
        attempts.again(scarce.office, OPERATOR, scarce.lot, *window)
    second = attempts.again(scarce.office, OPERATOR, scarce.lot, *window, plea=WHY)
    assert (second.attempt, second.asked, second.relaxed) == (2, "D4-parent", ())
    assert open_case(scarce.office, second.lot).request.relaxed == ()
    assert relaxing.sign(scarce.office, SUPERVISOR, second.lot, "同意").stuck == ()


def finish(town):
    """From the draw to the report."""
    town.blinded()
    town.score_all()
    closing.close(town.office, OPERATOR, town.lot)
    closing.total(town.office, OPERATOR, town.lot)
    revealing.reveal(town.office, OPERATOR, town.lot)
    revealing.report(town.office, OPERATOR, town.lot)
