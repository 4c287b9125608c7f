"""The extra cheap cases of the scenarios: each a refusal or a consequence in a few lines."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from api.demo.people import OPERATOR, pledge_all
from api.services import attending, auditing, booking, closing, drawing, opening, revealing, ticking
from api.services.office import open_case
from api.store import journal
from fixtures.invented import id_number
from scheduler.audit import verify
from scheduler.audit.case import Outcome
from scheduler.audit.command import read_trust
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.events import Out
from scheduler.exhibits import Evidence, LotteryBody
from scheduler.lottery import from_body
from scheduler.model import Relation, Seats, SpecialityCode, Standing, Tie
from scheduler.records import OrganisationRecord, Registers
from tests.ruled import pack_of, under
from tests.town import NINE, PACK, TENDEREE, bidder, company, order, package
from tests.town import register as town_register

LINKED = pack_of(extends="chongqing", rounds=5)


def refused(verb, *arguments):
    """The code of the refusal."""
    with pytest.raises(Refused) as no:
        verb(*arguments)
    return no.value.code


def seats(*pairs):
    """Seats asked for."""
    return tuple(Seats(speciality=SpecialityCode(code), count=count) for code, count in pairs)


def test_fewer_than_three_bidders_are_not_opened(town):
    """Two bids: the opening is refused and nothing of them is stored."""
    town.drawn()
    two = package(bidder(1), bidder(2), lot=town.lot)
    assert refused(opening.open_bids, town.office, OPERATOR, town.lot, two) == "few_bids"
    assert not town.state.slots


def test_an_even_panel_is_not_booked(town):
    """Six: C1."""
    assert refused(booking.book, town.office, OPERATOR, order(seats=seats(("A0402", 5)))) == "C1"


def test_two_owner_representatives_of_five_are_not_booked(town):
    """Two of five are more than a third: C2; five of seven experts would do."""
    asked = order(seats=seats(("A0402", 3)), owners=("owner-1", "owner-2"))
    assert refused(booking.book, town.office, OPERATOR, asked) == "C2"


def test_a_water_lot_wants_seven(town):
    """C5 by the category alone."""
    assert refused(booking.book, town.office, OPERATOR, order(category="water")) == "C5"


def test_a_large_procurement_wants_seven_and_its_budget_must_be_known(town):
    """At ten million yuan C6; without a budget the booking asks for it; an unknown category is refused."""
    large = order(category="procurement", budget=10_000_000)
    assert refused(booking.book, town.office, OPERATOR, large) == "C6"
    assert refused(booking.book, town.office, OPERATOR, order(category="procurement")) == "budget"
    assert refused(booking.book, town.office, OPERATOR, order(category="circus")) == "category"
    booking.book(town.office, OPERATOR, order(category="procurement", budget=9_999_999))


@pytest.fixture
def linked(town, register):
    """Under Chongqing rules a bidder's parent is the tenderee's; the panel is drawn and has accepted."""
    under(town, LINKED).drawn()
    town.accept_all()
    return town


def test_where_a_bidder_is_linked_with_the_tenderee_an_expert_takes_the_owners_seat(linked):
    """渝30: the owner representative leaves at the re-check and one more expert is drawn, of the main speciality."""
    own = next(m for m in linked.state.current() if m.role is None)
    before = {m.member for m in linked.state.experts()}
    linked.clock.move(NINE - timedelta(minutes=45))
    sister = replace(bidder(3), parent=TENDEREE.code)
    sent = package(bidder(1), bidder(2), sister, lot=linked.lot)
    opening.open_bids(linked.office, OPERATOR, linked.lot, sent)
    assert linked.state.sitting(own.member).out is Out.RECUSED
    assert linked.state.seats == (4, 1)
    assert linked.state.open_seats() == (1, 0)
    ticking.tick(linked.office)
    assert len(linked.state.experts()) == 5
    assert before < {m.member for m in linked.state.experts()}
    finish(linked)
    assert broken(linked) == []


def finish(town):
    """From all seats filled to the report."""
    town.accept_all()
    town.arrive_all()
    opening.blind(town.office, OPERATOR, town.lot)
    town.score_all()
    closing.close(town.office, OPERATOR, town.lot)
    closing.total(town.office, OPERATOR, town.lot)
    if town.state.review is not None:  # 渝32: the pack's review of the scores comes first
        town.clock.move(town.state.review.until)
        ticking.tick(town.office)
    revealing.reveal(town.office, OPERATOR, town.lot)
    revealing.report(town.office, OPERATOR, town.lot)


def broken(town):
    """What the verifier finds broken in either bundle."""
    pins = read_trust(auditing.trust_of(town.office.keys))
    findings = [f for kind in BundleKind for f in verify(town.bundle(kind), pins).findings]
    return [(f.n, f.says.en) for f in findings if f.state is Outcome.BROKEN]


def test_where_no_bidder_is_linked_the_owner_stays(linked):
    """The same pack, other bidders."""
    linked.open_bids()
    assert sum(1 for m in linked.state.current() if m.role is None) == 1
    assert linked.state.seats == (3, 1)


def test_who_turns_seventy_on_the_day_is_in_no_lottery(town, register):
    """Born seventy years before the day of the evaluation: out; a day later: in."""

    def change(record, n):
        born = date(1956, 12, 1) if n == 3 else date(1956, 12, 2) if n == 6 else record.born
        number = id_number(record.region, f"{born:%Y%m%d}", n)
        return replace(record, born=born, id_number=number if n in (3, 6) else record.id_number)

    register(town, change)
    town.drawn()
    case = open_case(town.office, town.lot)
    lottery = from_body(case.body(case.state.rounds[0].lottery, LotteryBody).body)
    numbers = {town.number(who): who for who in (*lottery.chances(), *lottery.excluded)}
    assert lottery.excluded[numbers[3]] == "E2"
    assert numbers[6] in lottery.chances()


def banned(town, register, member):
    """The register bans a member between draw and check-in."""
    n = town.number(member)
    register(town, lambda record, i: replace(record, standing=Standing.BANNED) if i == n else record)


def test_who_is_banned_between_draw_and_check_in_is_out_before_seeing_a_page(town, register):
    """At the gate the register is asked again; the member is out, the next round fills the seat."""
    town.drawn()
    town.accept_all()
    town.open_bids()
    member = town.state.experts()[0].member
    banned(town, register, member)
    town.arrive(member)
    sitting = town.state.sitting(member)
    assert (sitting.out, sitting.key) == (Out.BARRED, "")
    ticking.tick(town.office)
    assert sum(town.state.open_seats()) == 0
    assert member not in {m.member for m in town.state.experts()}
    finish(town)
    assert broken(town) == []


def test_who_is_banned_before_answering_is_out_at_the_answer(town, register):
    """The evidence names the rule; the person's card says released."""
    town.drawn()
    member = town.state.experts()[0].member
    banned(town, register, member)
    attending.accept(town.office, town.person(member), town.lot)
    assert town.state.sitting(member).out is Out.BARRED
    with town.office.db.reading() as session:
        event = journal.history(session, town.lot)[-1][0].event
    assert event.rule == "E4"
    (fact,) = open_case(town.office, town.lot).body(event.evidence, Evidence).facts
    assert fact.says == f"expert={member}, standing=banned"


def test_a_tie_that_comes_to_light_after_the_opening_bars_at_the_gate(town, register):
    """A directorship entered after the re-check: out at check-in by R2."""
    town.drawn()
    town.accept_all()
    town.open_bids()
    member = town.state.experts()[0].member
    n, firm = town.number(member), bidder(1)
    tie = Relation(tie=Tie.DIRECTOR, org=firm.code, since=date(2020, 1, 1))
    others = Registers(organisations=(OrganisationRecord(code=firm.code, name=firm.name, parent=""),))
    register(town, lambda record, i: replace(record, relations=(tie,)) if i == n else record, others)
    town.arrive(member)
    assert town.state.sitting(member).out is Out.BARRED


def test_two_spouses_never_sit_together(town, register):
    """Relatives in the register, one direction only: no panel of the lottery can hold both."""

    people = town_register().experts
    pairs = {3: people[5].expert, 9: people[11].expert}
    register(town, lambda record, n: replace(record, kin=(pairs[n],)) if n in pairs else record)
    town.drawn()
    for _ in range(3):
        sitting = {town.number(m.member) for m in town.state.experts()}
        assert not {3, 6} <= sitting
        assert not {9, 12} <= sitting
        attending.decline(town.office, town.person(town.state.experts()[0].member), town.lot)
        town.round()


def test_a_draw_earlier_than_a_day_before_is_refused(town):
    """24 hours to the second: a moment earlier D3, then drawn."""
    town.book()
    drawing.freeze(town.office, OPERATOR, town.lot)
    pledge_all(town.office, town.lot)
    early = replace(town.office, now=lambda: NINE - timedelta(hours=24, seconds=1))
    assert refused(drawing.fix, early, OPERATOR, town.lot) == "D3"
    drawing.fix(replace(town.office, now=lambda: NINE - timedelta(hours=24)), OPERATOR, town.lot)


def test_the_draw_goes_by_the_pack_of_the_booking(town):
    """A pack activated afterwards rules newer lots: the booked one is read from the case."""
    town.book()
    under(town, LINKED).prepare()
    town.round()
    assert open_case(town.office, town.lot).pack == PACK


def test_a_unit_on_the_recusal_list_keeps_its_people_out(town):
    """应回避单位 of the draw request: nobody of that company is in the lottery."""
    booking.book(town.office, OPERATOR, order(recused=(company(3).code, company(6).code)))
    town.prepare()
    town.round()
    case = open_case(town.office, town.lot)
    lottery = from_body(case.body(case.state.rounds[0].lottery, LotteryBody).body)
    out = {town.number(who): rule for who, rule in lottery.excluded.items()}
    assert {n: out.get(n) for n in (3, 6)} == {3: "R0o", 6: "R0o"}
