"""S9, last sentence: one expert and one bidder in three lots within ninety days: an alarm, to the supervisor only."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient

from api.actor import Actor
from api.app import create_app
from api.demo.people import OPERATOR, SUPERVISOR
from api.services import alarming, attending, booking, cancelling, closing, opening, revealing, suspending
from api.services.alarming import Step
from api.services.importing import apply_import
from api.serving import web_of
from api.store.accounts import Account, put_account
from api.store.registers import experts
from api.store.supervision import suspensions
from fixtures.invented import expert_number
from scheduler.errors import Refused
from scheduler.model import LotId, Role, Seats, SpecialityCode, Standing
from scheduler.pack import load
from scheduler.records import Registers
from tests.browsing import HTML, TOKEN, cookie, open_accounts
from tests.ruled import pack_of, rule
from tests.tale import fresh
from tests.town import NINE, TENDEREE, bidder, company, order, package, register

FIRST, OTHER = Actor(id="pool", role=Role.POOL), Actor(id="pool-2", role=Role.POOL)


KEPT = (1, 2, 5, 6, 11, 12)  # six are in good standing: whoever is drawn, the same people meet again
UNTIL = (NINE + timedelta(days=60)).date()


def of_six(town):
    """The town in which most experts are banned, with logins for everybody."""
    people = tuple(
        record if n in KEPT else replace(record, standing=Standing.BANNED)
        for n, record in enumerate(register().experts, 1)
    )
    with town.office.db.transaction() as session:
        apply_import(session, Registers(experts=people), key=town.office.keys.personal)
        put_account(session, Account(login="pool-2", role=Role.POOL, label="专家库"))
    open_accounts(town)
    return town


def booked(town, n, days, tenderee=TENDEREE.code):
    """One more lot, so many days after the first, drawn."""
    starts = NINE + timedelta(days=days)
    town.lot, town._people, town.devices = LotId(f"TOWN-{n:02d}"), {}, {}
    five = (Seats(speciality=SpecialityCode("A0402"), count=5),)
    ends = starts + timedelta(hours=3)
    plain = order(town.lot, starts=starts, ends=ends, seats=five, owners=(), host_seats=3, tenderee=tenderee)
    booking.book(town.office, OPERATOR, plain)
    town.prepare()
    town.clock.move(starts - timedelta(hours=20))
    town.round()
    return starts


def judged(town, n, days, bidders=(1, 2, 3), tenderee=TENDEREE.code, reveal=True):
    """One more lot from booking to report, or to the totals only."""
    starts = booked(town, n, days, tenderee)
    town.accept_all()
    town.clock.move(starts - timedelta(minutes=25))
    sent = package(*(bidder(b) for b in bidders), lot=town.lot)
    opening.open_bids(town.office, OPERATOR, town.lot, sent)
    town.arrive_all()
    opening.blind(town.office, OPERATOR, town.lot)
    town.score_all()
    closing.close(town.office, OPERATOR, town.lot)
    closing.total(town.office, OPERATOR, town.lot)
    if reveal:
        revealing.reveal(town.office, OPERATOR, town.lot)
        revealing.report(town.office, OPERATOR, town.lot)


def declined(town, n, days):
    """A lot on which everybody drawn declines; then it is cancelled."""
    booked(town, n, days)
    for member in [m.member for m in town.state.experts()]:
        attending.decline(town.office, town.person(member), town.lot)
    cancelling.cancel(town.office, OPERATOR, town.lot, "测试")


def under(town, name, most=2, days=90):
    """The same histories under one alarm."""
    return replace(town.office, pack=pack_of(rule(name, "测试条文", most=most, days=days)))


def found(office):
    """Other side and lots of everything raised."""
    return {(each.found.other, *(at.lot for at in each.lots)) for each in alarming.raised(office)}


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Four lots for one tenderee and one for another; bidder 1 bids on days 0, 45, 89, bidder 2 on 0, 45, 90.

    The last lot is not unblinded yet.
    """
    with fresh(tmp_path_factory.mktemp("alarms")) as place:
        of_six(place)
        judged(place, 1, 0, (1, 2, 3))
        judged(place, 2, 45, (1, 2, 4))
        judged(place, 3, 89, (1, 5, 6))
        judged(place, 4, 90, (2, 7, 8), company(3).code)
        judged(place, 5, 91, (3, 4, 9), reveal=False)
        yield place


def test_three_lots_in_ninety_days_raise_an_alarm(town):
    """Bidder 1 thrice within ninety days is named; bidder 2, whose third lot is a day later, is not."""
    office = under(town, "F3b")
    assert found(office) == {(bidder(1).name, "TOWN-01", "TOWN-02", "TOWN-03")}
    for each in alarming.raised(office):
        assert each.found.experts[0] not in {member for at in each.lots for member in at.members}
        assert len({at.members[0] for at in each.lots}) == 3
        assert all(at.members[0].startswith("P-") for at in each.lots)


def test_two_lots_raise_none_where_three_are_needed(town):
    """Within sixty days nobody has met a bidder three times."""
    assert found(under(town, "F3b", days=60)) == set()


def test_a_lot_that_is_not_unblinded_raises_nothing(town):
    """Bidders 3 and 4 bid on TOWN-05 too, which no alarm knows before its bidders are revealed."""
    others = {row[0] for row in found(under(town, "F3b", most=1, days=400))}
    assert others <= {bidder(1).name, bidder(2).name}
    assert bidder(1).name in others


def test_one_tenderee_again_and_again(town):
    """F3t knows the tenderee from lot to lot, though its tag is another one in each; one lot of another is none."""
    assert {row[0] for row in found(under(town, "F3t"))} == {TENDEREE.name}


@pytest.mark.parametrize(("rule", "size"), [("F4", 2), ("F4t", 3)])
def test_pairs_and_triples_that_meet_again(town, rule, size):
    """Five of six sit on each lot: at least two pairs or triples sit on all four."""
    raised = alarming.raised(under(town, rule, days=400))
    assert {len(each.found.experts) for each in raised} == {size}
    assert all(len(set(at.members)) == size for each in raised for at in each.lots)


def test_without_a_number_in_the_pack_nothing_is_raised(town):
    """The national pack switches no alarm on, and the page says so."""
    office = replace(town.office, pack=load("national"))
    assert alarming.raised(office) == ()
    assert "没有启用任何线索规则" in page(office, Role.SUPERVISOR).get("/supervisor/alarms").text


def page(office, role, user=""):
    """A browser before this office."""
    client = TestClient(create_app(web_of(office).state.setup), headers=HTML, follow_redirects=False)
    client.cookies.set("yuanping", cookie(client.app, role, user))
    return client


def test_a_supervisor_assigns_asks_and_closes_with_reasons(town):
    """Method, example and citation beside the alarm; steps stay, closed it sinks, met once more it stands again."""
    two = under(town, "F3b", most=1, days=60)
    mark = alarming.raised(two)[0].mark
    client = page(two, Role.SUPERVISOR)
    told = client.get("/supervisor/alarms").text
    for text in ("为什么值得留意", "至多 1、天数 60", "测试条文", bidder(1).name, "TOWN-02"):
        assert text in told
    for step in Step:
        where, data = f"/supervisor/alarms/{mark}/{step}", {"csrf": TOKEN, "whom": "李监督"}
        assert client.post(where, data=data | {"reason": "  "}).status_code == 409
        assert client.post(where, data=data | {"reason": f"理由 {step}"}).status_code == 303
    closed = next(each for each in alarming.raised(two) if each.mark == mark)
    assert not closed.open
    assert alarming.raised(two)[0].open
    assert [(n.step, n.whom, n.reason) for n in closed.notes] == [(s, "李监督", f"理由 {s}") for s in Step]
    assert "理由 close" in client.get("/supervisor/alarms").text
    wider = under(town, "F3b", most=1, days=90)
    again = next(each for each in alarming.raised(wider) if each.mark == mark)
    assert again.open == (len(again.lots) > len(closed.lots))


def test_nobody_but_a_supervisor_sees_or_notes(town):
    """Other desks are turned away, the verb refuses them, and a mark that stands for nothing is not found."""
    office = under(town, "F3b")
    for role in (Role.OPERATOR, Role.TENDEREE, Role.POOL):
        assert page(office, role).get("/supervisor/alarms").status_code == 403
    with pytest.raises(Refused, match="role"):
        alarming.note(office, OPERATOR, alarming.raised(office)[0].mark, Step.CLOSE, "x")
    with pytest.raises(Refused, match="not_found"):
        alarming.note(office, SUPERVISOR, "0" * 32, Step.CLOSE, "x")


def test_a_step_can_be_neither_changed_nor_deleted(town):
    """The database itself refuses."""
    office = under(town, "F3b")
    alarming.note(office, SUPERVISOR, alarming.raised(office)[0].mark, Step.ASK, "x")
    for statement in ("UPDATE alarm_note SET reason = 'y'", "DELETE FROM alarm_note"):
        with pytest.raises(IntegrityError, match="append-only"), office.db.transaction() as session:
            session.connection().exec_driver_sql(statement)


@pytest.fixture(scope="module")
def declining(tmp_path_factory):
    """Two lots on which everybody drawn declines, where one decline is the most."""
    with fresh(tmp_path_factory.mktemp("declines")) as place:
        of_six(place)
        declined(place, 1, 0)
        declined(place, 2, 3)
        place.office = under(place, "F5", most=1, days=180)
        yield place


def standing(town, number):
    """What the register says of somebody."""
    with town.office.db.reading() as session:
        (record,) = experts(session, town.office.keys.personal, (number,))
    return record.standing


def test_many_declines_suspend_nobody_by_themselves(declining):
    """At least four people declined twice; the count alone changes nothing."""
    named = suspending.declining(declining.office)
    assert len(named) >= 4
    assert {(each.count, each.days) for each in named} == {(2, 180)}
    assert standing(declining, named[3].expert) is Standing.GOOD


def test_two_people_suspend_and_the_expert_sees_it(declining):
    """One proposes, the same one may not confirm, another does; the expert reads it all, the end too."""
    office, who = declining.office, suspending.declining(declining.office)[0].expert
    with office.db.transaction() as session:
        put_account(session, Account(login="me", role=Role.EXPERT, label="专家", expert=who))
    first, second, me = (
        page(office, Role.POOL),
        page(office, Role.POOL, "pool-2"),
        page(office, Role.EXPERT, "me"),
    )
    assert "180 日内谢绝 2 次" in first.get("/pool").text
    sent = {"csrf": TOKEN, "expert": who, "until": UNTIL.isoformat(), "reason": "半年内两次谢绝"}
    assert first.post("/pool/propose", data=sent).status_code == 303
    assert standing(declining, who) is Standing.GOOD
    assert "待复核" in me.get("/expert").text
    with office.db.reading() as session:
        number = suspensions(session, who)[0].id
    confirm = f"/pool/suspensions/{number}/confirm"
    assert first.post(confirm, data={"csrf": TOKEN}).status_code == 409
    assert "须由另一人复核" in first.get("/pool").text
    assert second.post(confirm, data={"csrf": TOKEN}).status_code == 303
    assert standing(declining, who) is Standing.SUSPENDED
    assert "半年内两次谢绝" in me.get("/expert").text
    ended = {"csrf": TOKEN, "reason": "本人说明属实"}
    assert first.post(f"/pool/suspensions/{number}/end", data=ended).status_code == 303
    assert standing(declining, who) is Standing.GOOD
    assert "本人说明属实" in me.get("/expert").text


def test_a_rejected_proposal_changes_nothing_and_is_kept(declining):
    """The second look says no; the proposal stays on record and a new one may follow."""
    office, who = declining.office, suspending.declining(declining.office)[1].expert
    suspending.propose(office, FIRST, who, UNTIL, "x")
    with pytest.raises(Refused, match="suspension_there"):
        suspending.propose(office, OTHER, who, UNTIL, "x")
    with office.db.reading() as session:
        number = suspensions(session, who)[0].id
    suspending.look(office, OTHER, number, confirm=False)
    assert standing(declining, who) is Standing.GOOD
    with pytest.raises(Refused, match="stale"):
        suspending.look(office, OTHER, number, confirm=True)
    suspending.propose(office, OTHER, who, UNTIL, "y")


def test_a_proposal_wants_the_declines_a_reason_and_a_day_ahead(declining):
    """Somebody who never declined, no reason, a day gone by, another desk, no F5 in the pack: refused."""
    office, who = declining.office, suspending.declining(declining.office)[2].expert
    for actor, expert, until, reason, code in (
        (FIRST, expert_number(16), UNTIL, "x", "F5"),
        (FIRST, who, UNTIL, " ", "reason_missing"),
        (FIRST, who, NINE.date() - timedelta(days=30), "x", "suspension_past"),
        (SUPERVISOR, who, UNTIL, "x", "role"),
    ):
        with pytest.raises(Refused, match=code):
            suspending.propose(office, actor, expert, until, reason)
    with pytest.raises(Refused, match="F5"):
        suspending.propose(replace(office, pack=load("national")), FIRST, who, UNTIL, "x")
