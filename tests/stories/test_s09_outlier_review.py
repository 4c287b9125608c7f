"""S9 One member scores one bid full and all others nothing: where the pack has the review (重庆市招标投标条例 32),
the panel asks for reasons, and without good ones the mean of the others takes the place of the scores."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from api.demo.people import OPERATOR
from api.services import closing, revealing, reviewing, scoring, ticking, voting
from api.services.office import open_case
from api.store import journal
from scheduler import pack as packs
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.errors import Refused
from scheduler.events import Matter
from scheduler.exhibits import Gave, Report, Review, Totals
from scheduler.sheet import Line, Sheet, sign_and_seal
from scheduler.state import Phase
from tests import stranger
from tests.town import NINE, Town

MINUTE = timedelta(minutes=1)


@pytest.fixture
def closed(town: Town) -> Town:
    """The review runs."""
    return reviewed_town(town)


def reviewed_town(town: Town) -> Town:
    """Five sheets in, totalled; the odd one gives 100 to one bid and 0 to the others"""
    times = replace(town.office.pack.times, outlier_review_minutes=60)
    town.office = replace(town.office, pack=replace(town.office.pack, times=times))
    town.drawn().blinded()
    odd = odd_of(town)
    for sitting in town.state.current():
        if sitting.member != odd:
            town.score(sitting.member)
    lopsided(town, odd)
    town.clock.move(NINE + 100 * MINUTE)
    ticking.tick(town.office)
    return town


def lopsided(town: Town, member) -> None:
    """Full marks for the first paper, nothing for the rest."""
    device = town.devices[member]
    desk = scoring.desk(town.office, device.actor, town.lot)
    lines = tuple(
        Line(code=paper.code, criterion=c.id, score=c.most if n == 0 else Decimal(0))
        for n, paper in enumerate(desk.papers)
        for c in desk.criteria
    )
    sheet = Sheet(lot=town.lot, member=member, version=1, previous=None, lines=lines)
    sealed = sign_and_seal(sheet, device.key, desk.score_key, town.entropy(32))
    scoring.submit(town.office, device.actor, town.lot, sealed.envelope, sealed.commitment)


def odd_of(town: Town):
    """The member who scored so."""
    return town.state.experts()[-1].member


def code_of(verb: Callable[..., object], *arguments: object, **more: object) -> str:
    """The code of a refusal that must come."""
    with pytest.raises(Refused) as refused:
        verb(*arguments, **more)
    return refused.value.code


def vote(town: Town, member, matter: Matter, about: str = "", says: str = "", *, yes: bool = True) -> None:
    """A member's vote."""
    voting.vote(town.office, town.person(member), town.lot, matter, yes=yes, about=about, says=says)


def flag(town: Town, count: int = 3) -> None:
    """So many of the others find the odd one's scoring abnormal."""
    odd = odd_of(town)
    for sitting in [m for m in town.state.current() if m.member != odd][:count]:
        vote(town, sitting.member, Matter.ABNORMAL, odd, "各方案分差异常")


def totals(town: Town) -> tuple[Decimal, ...]:
    """Totals by slot as they stand."""
    case = open_case(town.office, town.lot)
    return tuple(each.total for each in case.body(case.state.totals, Totals).totals)


def checked(town: Town) -> Town:
    """Revealed and reported, and the verifier finds nothing broken."""
    for verb in (revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, town.lot)
    report = verify(town.bundle(), Pins())
    assert [f.n for f in report.findings if f.state is Outcome.BROKEN] == [], report.findings
    return town


def test_only_a_pack_with_the_review_holds_one():
    """重庆市招标投标条例 32 is Chongqing's; no other shipped pack has it."""
    held = {name: packs.load(name).times.outlier_review_minutes > 0 for name in packs.known()}
    assert [name for name, has in held.items() if has] == ["chongqing"]


def test_the_deviation_shows_after_the_close_and_bidders_stay_sealed(closed):
    """Only the odd member's sums are pointed out as far; until the review is over nothing is revealed."""
    case = open_case(closed.office, closed.lot)
    assert case.state.phase is Phase.F4
    far = {each.member for each in reviewing.figures(case) if each.far}
    assert far == {odd_of(closed)}
    assert code_of(revealing.reveal, closed.office, OPERATOR, closed.lot) == "key_too_early"
    assert code_of(reviewing.finish, closed.office, closed.lot) == "review_open"


def test_refused_reasons_replace_the_scores_and_keep_the_old_ones(closed):
    """More than half flag, no reasons come in time: the mean of the others stands, the statement names both."""
    odd, before = odd_of(closed), totals(closed)
    flag(closed, 2)
    assert code_of(reviewing.explain, closed.office, closed.person(odd), closed.lot, "x") == "not_asked"
    flag(closed, 3)
    closed.clock.move(NINE + 170 * MINUTE)
    ticking.tick(closed.office)
    case = open_case(closed.office, closed.lot)
    assert case.state.replaced == (odd,)
    after = totals(closed)
    assert after != before
    shown = next(e for e in entries(closed) if type(e.event).__name__ == "Reviewed").event
    (row,) = case.body(shown.record, Review).replacements
    assert (row.member, row.why, row.ayes) == (odd, Gave.REFUSED, 3)
    assert sorted(each.own for each in row.scores) == [0, 0, 100]
    assert tuple(each.others for each in row.scores) == after
    reader = stranger.Reader(checked(closed).bundle())
    assert reader.check_scores() == [str(total) for total in after]


def entries(town: Town):
    """The journal."""
    with town.office.db.reading() as session:
        return [entry for entry, _ in journal.history(session, town.lot)]


def test_good_reasons_leave_the_scores_and_weak_ones_do_not(closed):
    """After the reasons the panel votes again; without a majority against them the sheet counts as it is."""
    odd, before = odd_of(closed), totals(closed)
    flag(closed)
    assert code_of(vote, closed, closed.state.experts()[0].member, Matter.WEAK, odd) == "reasons_missing"
    reviewing.explain(closed.office, closed.person(odd), closed.lot, "其余方案未响应实质性要求")
    assert (
        code_of(reviewing.explain, closed.office, closed.person(odd), closed.lot, "再说") == "explained_twice"
    )
    others = [m.member for m in closed.state.current() if m.member != odd]
    for member in others[:2]:
        vote(closed, member, Matter.WEAK, odd)
    for sitting in closed.state.current():
        vote(closed, sitting.member, Matter.DONE)
    ticking.tick(closed.office)
    assert closed.state.replaced == ()
    assert totals(closed) == before
    checked(closed)


def test_weak_reasons_are_voted_down(closed):
    """More than half find them insufficient: replaced, and said so."""
    odd = odd_of(closed)
    flag(closed)
    reviewing.explain(closed.office, closed.person(odd), closed.lot, "凭经验")
    for member in [m.member for m in closed.state.current() if m.member != odd][:3]:
        vote(closed, member, Matter.WEAK, odd)
    closed.clock.move(NINE + 240 * MINUTE)
    ticking.tick(closed.office)
    assert closed.state.replaced == (odd,)
    checked(closed)


def test_what_a_member_may_not_do_in_a_review(closed):
    """Not judge the own scores, not flag a stranger, not go on when it is over; nobody else votes."""
    first, *_ = (m.member for m in closed.state.current())
    assert code_of(vote, closed, first, Matter.ABNORMAL, first) == "own_scores"
    assert code_of(vote, closed, first, Matter.ABNORMAL, "P-NOBODY") == "vote_about"
    assert code_of(vote, closed, first, Matter.TIME) == "vote_phase"
    with pytest.raises(Refused, match="role"):
        voting.vote(closed.office, OPERATOR, closed.lot, Matter.DONE, yes=True)
    for sitting in closed.state.current():
        vote(closed, sitting.member, Matter.DONE)
    ticking.tick(closed.office)
    assert code_of(vote, closed, first, Matter.ABNORMAL, odd_of(closed)) == "review_over"


def test_the_reasons_have_their_time_even_when_asked_at_the_last_minute(closed):
    """Flagged a minute before the end: as much time again."""
    closed.clock.move(NINE + 159 * MINUTE)
    flag(closed)
    closed.clock.move(NINE + 161 * MINUTE)
    assert ticking.tick(closed.office) == ()
    closed.clock.move(NINE + 220 * MINUTE)
    ticking.tick(closed.office)
    assert closed.state.replaced == (odd_of(closed),)


def test_a_centre_that_skips_the_review_is_found_out(town, monkeypatch):
    """The pack has a review and the journal none."""
    monkeypatch.setattr(closing, "_review", lambda _: [])
    reviewed_town(town)
    for verb in (revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, town.lot)
    assert [f.n for f in verify(town.bundle(), Pins()).findings if f.state is Outcome.BROKEN] == [15]


def test_a_bid_that_fails_a_check_leaves_the_ranking(town):
    """After the reveal more than half find that a bid fails the qualification check (01): it is listed apart;
    taken back in time, it is ranked again."""
    town.drawn().blinded()
    town.score_all()
    for verb in (closing.close, closing.total, revealing.reveal):
        verb(town.office, OPERATOR, town.lot)
    members = [m.member for m in town.state.current()]
    for member in members[:3]:
        vote(town, member, Matter.REJECT, "1/01", "资质证书过期")
    for member in members[:3]:
        vote(town, member, Matter.REJECT, "2/02")
    vote(town, members[0], Matter.REJECT, "2/02", yes=False)
    assert code_of(vote, town, members[0], Matter.REJECT, "1/05") == "vote_about"
    revealing.report(town.office, OPERATOR, town.lot)
    case = open_case(town.office, town.lot)
    report = case.body(case.state.report, Report)
    assert {each.slot for each in report.ranking} == {0, 2}
    assert [(each.slot, each.code) for each in report.rejected] == [(1, "01")]
    found = verify(town.bundle(), Pins())
    assert [f.n for f in found.findings if f.state is Outcome.BROKEN] == [], found.findings
