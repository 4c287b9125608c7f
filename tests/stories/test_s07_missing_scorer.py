"""S7 A scorer is missing: nothing closes without the current members' sheets; who falls ill is replaced, whose
sheet cannot count is asked again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from api.demo.people import OPERATOR, SUPERVISOR, site_staff
from api.services import attending, booking, closing, revealing, scoring, ticking, voiding
from api.services.office import open_case
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.errors import Refused
from scheduler.events import Correction, Out, Void
from scheduler.exhibits import Criterion, Finding, Totals
from scheduler.release import BIDDERS, SCORES
from scheduler.sheet import Line, Sheet, sign_and_seal
from scheduler.state import Phase
from tests.town import LOT, Town, order


def code_of(verb: Callable[..., object], *arguments: object) -> str:
    """The code of a refusal that must come."""
    with pytest.raises(Refused) as refused:
        verb(*arguments)
    return refused.value.code


def papers(town: Town, change: Callable[[list[Line]], list[Line]], member) -> None:
    """Hand in the member's sheet with other lines than an honest device writes."""
    device = town.devices[member]
    desk = scoring.desk(town.office, device.actor, town.lot)
    lines = [
        Line(code=paper.code, criterion=c.id, score=(c.most * 8 / 10).to_integral_value())
        for paper in desk.papers
        for c in desk.criteria
    ]
    sheet = Sheet(
        lot=town.lot,
        member=member,
        version=desk.version,
        previous=desk.previous,
        lines=tuple(change(lines)),
    )
    sealed = sign_and_seal(sheet, device.key, desk.score_key, town.entropy(32))
    scoring.submit(town.office, device.actor, town.lot, sealed.envelope, sealed.commitment)


def honest(lines: list[Line]) -> list[Line]:
    """As the device wrote them."""
    return lines


def too_much(lines: list[Line]) -> list[Line]:
    """The first score is above its maximum."""
    return [replace(lines[0], score=Decimal(99)), *lines[1:]]


def verified(town: Town) -> str:
    """The verifier's words on the sheets, once everything has been reported."""
    for verb in (revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, town.lot)
    report = verify(town.bundle(), Pins())
    assert [f.n for f in report.findings if f.state is Outcome.BROKEN] == [], report.findings
    return report.findings[14].says.en


def test_four_of_five_sheets_close_nothing(town):
    """Neither the operator nor the clock can close, add up or reveal; no key of scores or bidders is open."""
    town.drawn().blinded()
    *present, ill = town.state.current()
    for sitting in present:
        town.score(sitting.member)
    assert ticking.tick(town.office) == ()
    for verb in (closing.close, closing.total, revealing.reveal):
        with pytest.raises(Refused):
            verb(town.office, OPERATOR, town.lot)
    assert town.state.phase is Phase.F3
    assert {BIDDERS, SCORES}.isdisjoint(name for name, _ in town.state.opened_keys)
    town.score(ill.member)
    closing.close(town.office, OPERATOR, town.lot)
    assert len(town.state.sheets) == 5


def test_who_falls_ill_is_replaced_and_the_replacement_reviews_everything(town):
    """The ill member's sheet stays in the log and counts no more; the next round of the same draw fills the seat;
    the new member has codes of the own; the close needs the sheets of the current members only."""
    town.drawn().blinded()
    town.score_all()
    ill = town.state.experts()[0].member
    codes = {p.code for p in scoring.desk(town.office, town.person(ill), town.lot).papers}
    voiding.leave(town.office, town.person(ill), town.lot, Void.ILL)
    assert town.state.sitting(ill).out is Out.VOIDED
    assert code_of(closing.close, town.office, OPERATOR, town.lot) == "seats_open"
    ticking.tick(town.office)
    (new,) = (m.member for m in town.state.experts() if m.round == 2)
    attending.accept(town.office, town.person(new), town.lot)
    town.arrive(new)
    mine = {p.code for p in scoring.desk(town.office, town.devices[new].actor, town.lot).papers}
    assert len(mine) == 3
    assert mine.isdisjoint(codes)
    assert code_of(closing.close, town.office, OPERATOR, town.lot) == "sheets_missing"
    assert SCORES not in [name for name, _ in town.state.opened_keys]
    town.score(new)
    ticking.tick(town.office)
    assert town.state.sitting(ill).sheet not in town.state.sheets
    assert len(town.state.sheets) == 5
    assert "1 void, 0 put right" in verified(town)


def test_a_hidden_conflict_found_during_scoring_ends_a_membership(town):
    """The supervisor names evidence and since when it was on record; a site may only report who fell ill with it;
    nobody else may change a panel, and an owner representative is nobody's to replace."""
    town.drawn().blinded()
    first, second, *_ = (m.member for m in town.state.experts())
    owner = next(m.member for m in town.state.current() if m.role is None)
    found = Finding(says="曾受雇于投标人的子公司", feed="社保登记", dated=date(2026, 11, 1))
    other = site_staff("S-NOWHERE")
    office, lot = town.office, town.lot
    assert code_of(voiding.exclude, office, OPERATOR, lot, first, Void.CONFLICT, found) == "role"
    assert code_of(voiding.report_ill, office, other, lot, first) == "not_expected"
    assert code_of(voiding.exclude, office, SUPERVISOR, lot, owner, Void.CONFLICT, found) == "owner_stays"
    blank = replace(found, says=" ")
    assert code_of(voiding.exclude, office, SUPERVISOR, lot, first, Void.CONFLICT, blank) == "reason_missing"
    assert code_of(voiding.leave, office, town.person(first), lot, Void.DISCIPLINE, "x") == "role"
    voiding.exclude(office, SUPERVISOR, lot, first, Void.CONFLICT, found)
    assert code_of(voiding.exclude, office, SUPERVISOR, lot, first, Void.CONFLICT, found) == "not_a_member"
    voiding.report_ill(office, site_staff(attending.site_of(office, lot, second)), lot, second)
    assert sum(town.state.open_seats()) == 2


def test_who_is_out_hands_in_no_sheet(town):
    """Desk and hand-in are shut for a member whose opinions are void."""
    town.drawn().blinded()
    member = town.state.experts()[0].member
    voiding.leave(town.office, town.person(member), town.lot, Void.CONFLICT, "认出了方案的写法")
    assert code_of(town.score, member) == "not_a_member"


def test_a_sheet_out_of_range_goes_back_to_its_member_and_blocks_nobody(town):
    """Found when the sheets are opened: the totals wait for this one sheet, the member may change that line only,
    and an unsound sheet is refused at once this time."""
    town.drawn().blinded()
    *others, careless = (m.member for m in town.state.current())
    for member in others:
        town.score(member)
    papers(town, too_much, careless)
    ticking.tick(town.office)
    assert town.state.sitting(careless).returned is Correction.RANGE
    assert town.state.totals is None
    assert ticking.tick(town.office) == ()
    assert code_of(closing.total, town.office, OPERATOR, town.lot) == "sheets_returned"
    assert code_of(town.score, others[0]) == "phase"
    assert code_of(papers, town, too_much, careless) == "sheet_unsound"

    def more(lines):
        return [lines[0], replace(lines[1], score=lines[1].score + 1), *lines[2:]]

    assert code_of(papers, town, more, careless) == "sheet_other_change"
    papers(town, honest, careless)
    ticking.tick(town.office)
    assert town.state.totals is not None
    assert "0 void, 1 put right" in verified(town)


@pytest.mark.parametrize("fault", ["codes", "lines"])
def test_a_sheet_of_other_papers_is_written_anew(town, fault):
    """Codes that are not the member's own, or lines that are missing, cannot be added up: 03."""
    town.drawn().blinded()
    *others, odd = (m.member for m in town.state.current())
    for member in others:
        town.score(member)
    wrong = {
        "codes": lambda lines: [replace(lines[0], code="AAA-AAA-A"), *lines[1:]],
        "lines": lambda lines: lines[1:],
    }
    papers(town, wrong[fault], odd)
    ticking.tick(town.office)
    assert town.state.sitting(odd).returned is Correction.SUMMING
    papers(town, honest, odd)
    ticking.tick(town.office)
    assert town.state.totals is not None


def test_members_who_differ_on_an_objective_item_are_asked_once(town):
    """Of an objective criterion the value of most members stands; the one who differs is asked, may change only
    that, and may stand by it: then it counts as it is."""
    criteria = (
        Criterion(id="T1", name="技术方案", most=Decimal(60), step=Decimal("0.5")),
        Criterion(id="T2", name="业绩个数", most=Decimal(40), step=Decimal(1), objective=True),
    )
    booking.book(town.office, OPERATOR, order(LOT, criteria=criteria))
    town.prepare()
    town.round()
    town.blinded()
    *others, odd = (m.member for m in town.state.current())
    for member in others:
        papers(town, honest, member)

    def differs(lines):
        return [lines[0], replace(lines[1], score=Decimal(1)), *lines[2:]]

    papers(town, differs, odd)
    ticking.tick(town.office)
    assert town.state.sitting(odd).returned is Correction.OBJECTIVE
    assert code_of(papers, town, lambda lines: [replace(lines[0], score=Decimal(1)), *lines[1:]], odd) == (
        "sheet_other_change"
    )
    papers(town, differs, odd)
    ticking.tick(town.office)
    assert town.state.totals is not None
    totals = open_case(town.office, town.lot).body(town.state.totals, Totals).totals
    assert len({each.total for each in totals}) == 2
    assert "1 put right" in verified(town)


def test_a_centre_that_lets_a_friend_score_again_is_found_out(town, monkeypatch):
    """A sheet given back without a fault breaks the verifier's step on sheets."""
    town.drawn().blinded()
    town.score_all()
    friend = town.state.current()[0].member
    honestly = closing.returns
    monkeypatch.setattr(closing, "returns", lambda *_: {friend: Correction.RANGE})
    ticking.tick(town.office)
    monkeypatch.setattr(closing, "returns", honestly)
    monkeypatch.setattr(scoring, "only_that", lambda *_: True)
    town.score(friend, Decimal(5))
    ticking.tick(town.office)
    for verb in (revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, town.lot)
    broken = [f.n for f in verify(town.bundle(), Pins()).findings if f.state is Outcome.BROKEN]
    assert broken == [15]
