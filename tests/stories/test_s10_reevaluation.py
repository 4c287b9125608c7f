"""S10 A complaint is upheld: conclusions void, another panel draws again, and offline it shows which side failed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from api.demo.people import OPERATOR, SUPERVISOR
from api.services import attempts, closing, revealing
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.events import Ground, Member
from scheduler.exhibits import Finding
from scheduler.findings import Side, side_of
from scheduler.state import Phase
from tests.stories.test_attempts import again, evaluated
from tests.town import Town

DRAWN = date(2026, 11, 30)


@pytest.fixture
def awarded(town: Town) -> Town:
    """An evaluation from booking to archive, eight weeks ago."""
    town.drawn().blinded()
    town.score_all()
    for verb in (closing.close, closing.total, revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, town.lot)
    revealing.archive(town.office, OPERATOR, town.lot, "中标人已确定")
    return town


def code_of(verb: Callable[..., object], *arguments: object) -> str:
    """The code of a refusal that must come."""
    with pytest.raises(Refused) as refused:
        verb(*arguments)
    return refused.value.code


def evidence(dated: date | None) -> Finding:
    """What the complaint brings."""
    return Finding(says="三年内受雇于中标人", feed="社保登记", dated=dated)


@pytest.mark.parametrize(
    ("dated", "side"),
    [
        (DRAWN - timedelta(days=1), Side.MISSED),
        (DRAWN, Side.LATE),
        (DRAWN + timedelta(days=40), Side.LATE),
        (None, Side.UNDATED),
    ],
)
def test_the_day_of_the_draw_is_the_line(dated, side):
    """On record the day before: a missed recusal. On the day or later: right by the data of its time."""
    assert side_of(evidence(dated), DRAWN) is side


@pytest.mark.parametrize(
    ("dated", "says"),
    [
        (date(2026, 11, 1), "a missed recusal, and that feed failed"),
        (date(2027, 1, 5), "the source came late"),
    ],
)
def test_the_verifier_says_offline_which_side_failed(awarded, dated, says):
    """The failing feed is named; the public bundle tells the ground and no evidence."""
    member = awarded.state.experts()[0].member
    attempts.annul(awarded.office, SUPERVISOR, awarded.lot, Ground.RECUSAL, evidence(dated), member)
    assert awarded.state.phase is Phase.F7
    told = verify(awarded.bundle(), Pins()).findings[16].says.en
    assert "the conclusions are void (02)" in told
    assert says in told
    assert "社保登记" in told
    public = verify(awarded.bundle(BundleKind.PUBLIC), Pins()).findings[16].says.en
    assert "the conclusions are void (02)" in public
    assert "社保登记" not in public


def test_a_new_panel_draws_again_without_anybody_of_the_first(awarded):
    """Both records are joined: the new one holds the old journal, the old one says that it is void."""
    first = {m.member for m in awarded.state.experts()}
    attempts.annul(awarded.office, SUPERVISOR, awarded.lot, Ground.COMPOSITION, evidence(date(2026, 11, 1)))
    second = evaluated(again(awarded))
    assert first.isdisjoint(m.member for m in second.state.members)
    report = verify(second.bundle(), Pins())
    assert [f.n for f in report.findings if f.state is Outcome.BROKEN] == [], report.findings
    assert "attempt 1: conclusions void (01), its members are out" in report.findings[2].says.en
    assert verify(awarded.bundle(), Pins()).holds


def test_only_the_supervisor_annuls_once_and_with_evidence(awarded):
    """An operator may not, a blank finding is none, and a stranger is no member."""
    office, lot, found = awarded.office, awarded.lot, evidence(None)
    assert code_of(attempts.annul, office, OPERATOR, lot, Ground.RECUSAL, found) == "role"
    assert (
        code_of(attempts.annul, office, SUPERVISOR, lot, Ground.RECUSAL, Finding(says=" "))
        == "reason_missing"
    )
    stranger = Member("P-NOBODY")
    assert code_of(attempts.annul, office, SUPERVISOR, lot, Ground.RECUSAL, found, stranger) == (
        "not_of_the_panel"
    )
    attempts.annul(office, SUPERVISOR, lot, Ground.RECUSAL, found)
    assert code_of(attempts.annul, office, SUPERVISOR, lot, Ground.RECUSAL, found) == "annulled_twice"


def test_an_annulled_report_is_archived_no_more(town):
    """Void in publicity: no winner follows from it."""
    town.drawn().blinded()
    town.score_all()
    for verb in (closing.close, closing.total, revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, town.lot)
    attempts.annul(town.office, SUPERVISOR, town.lot, Ground.INTERFERENCE, evidence(None))
    assert code_of(revealing.archive, town.office, OPERATOR, town.lot, "x") == "annulled"


def test_a_first_attempt_left_out_is_noticed(awarded, monkeypatch):
    """A journal of the earlier attempt that ends before its annulment is no lawful end."""
    attempts.annul(awarded.office, SUPERVISOR, awarded.lot, Ground.COMPOSITION, evidence(None))
    honest = attempts._linked

    def shortened(office, earlier):
        from dataclasses import replace

        return honest(office, [replace(each, history=each.history[:-1]) for each in earlier])

    monkeypatch.setattr(attempts, "_linked", shortened)
    second = evaluated(again(awarded))
    broken = [f.n for f in verify(second.bundle(), Pins()).findings if f.state is Outcome.BROKEN]
    assert broken == [3]
