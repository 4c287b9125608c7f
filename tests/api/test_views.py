"""What the desks' views say of a state, field by field, and what the gate makes of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.voice import Voice
from api.pool.letters import Answer
from api.services.inviting import how
from api.views.expert import ExpertCard
from api.views.gate import passed
from api.views.hexmap import County, hexmap
from api.views.lots import nearest, waits_for
from api.views.operator import Next
from api.views.verdicts import with_another_byte
from api.words import Lang
from scheduler.errors import Refused
from scheduler.events import Digest, Member, Out
from scheduler.model import LotId, RegionCode, Role
from scheduler.state import Phase, Sitting, State

NINE = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
D = Digest("0" * 64)
SITTING = Sitting(member=Member("P-1"), role=0, round=1, since=NINE)
STATE = State(
    lot=LotId("L"),
    phase=Phase.F0,
    seq=1,
    head=D,
    at=NINE,
    request=D,
    pack=D,
    attempt=1,
    starts=NINE,
    ends=NINE + timedelta(hours=4),
    seats=(1,),
    parties=("centre", "supervisor"),
    max_rounds=3,
)
CARD = ExpertCard(
    task=Member("P-1"),
    answer=Answer.WAITING,
    starts=NINE,
    ends=NINE,
    sign_in_at="x",
    answer_by=NINE,
    desk_phone="0",
    speciality="A0402 市政工程",
    seat=None,
    project=None,
)


@pytest.mark.parametrize(
    ("state", "then"),
    [
        (STATE, Next.FREEZE),
        (replace(STATE, pool=D), Next.PLEDGE),
        (replace(STATE, pool=D, pledges=(("centre", ()), ("supervisor", ()))), Next.DRAW),
        (replace(STATE, phase=Phase.F1, members=(SITTING,)), Next.ANSWERS),
        (replace(STATE, phase=Phase.F1, members=(replace(SITTING, accepted=True),)), Next.OPEN),
        (replace(STATE, phase=Phase.F1), Next.ANSWERS),
        (replace(STATE, phase=Phase.F2), Next.RECHECK),
        (replace(STATE, phase=Phase.F2, evidence=D, members=(SITTING,)), Next.CHECK_IN),
        (replace(STATE, phase=Phase.F2, evidence=D, members=(replace(SITTING, key="k"),)), Next.BLIND),
        (replace(STATE, phase=Phase.F3, members=(SITTING,)), Next.SCORE),
        (replace(STATE, phase=Phase.F3, members=(replace(SITTING, sheet=D),)), Next.CLOSE),
        (replace(STATE, phase=Phase.F4), Next.TOTAL),
        (replace(STATE, phase=Phase.F4, totals=D), Next.REVEAL),
        (replace(STATE, phase=Phase.F5), Next.REPORT),
        (replace(STATE, phase=Phase.F6), Next.ARCHIVE),
        (replace(STATE, phase=Phase.F7), Next.NOTHING),
        (replace(STATE, phase=Phase.CANCELLED), Next.NOTHING),
    ],
)
def test_a_lot_names_what_it_waits_for(state: State, then: Next) -> None:
    """The operator's next action follows from the state alone."""
    assert waits_for(state) is then


@pytest.mark.parametrize(
    ("sitting", "phase", "answer"),
    [
        (SITTING, Phase.F1, Answer.WAITING),
        (replace(SITTING, accepted=True), Phase.F1, Answer.ACCEPTED),
        (replace(SITTING, accepted=True, key="k"), Phase.F2, Answer.PRESENT),
        (replace(SITTING, accepted=True, key="k"), Phase.F3, Answer.PRESENT),
        (replace(SITTING, accepted=True, key="k"), Phase.F4, Answer.DONE),
        (replace(SITTING, out=Out.DECLINED), Phase.F1, Answer.DECLINED),
        (replace(SITTING, out=Out.SILENT), Phase.F1, Answer.SILENT),
        (replace(SITTING, accepted=True, out=Out.ABSENT), Phase.F2, Answer.ABSENT),
        (replace(SITTING, accepted=True, out=Out.RECUSED), Phase.F2, Answer.RELEASED),
    ],
)
def test_an_expert_is_told_how_the_own_invitation_stands(
    sitting: Sitting, phase: Phase, answer: Answer
) -> None:
    """A recused expert is told "released": the reason would tell that a relation of theirs bids."""
    assert how(sitting, phase) is answer


def test_an_expert_card_with_seat_or_project_is_stopped_before_check_in() -> None:
    """Whatever the code before it does, the gate lets neither pass in F1."""
    assert passed(CARD, Role.EXPERT, Phase.F1) is CARD
    for early in (replace(CARD, seat="7"), replace(CARD, project="P")):
        with pytest.raises(Refused, match="sight"):
            passed(early, Role.EXPERT, Phase.F1)
        assert passed(early, Role.EXPERT, Phase.F2) is early


def test_the_desk_opens_on_today_or_the_nearest_day_with_lots() -> None:
    """A day without lots is no answer while another has some."""
    days = (date(2026, 12, 1), date(2026, 12, 3))
    assert nearest(days, date(2026, 12, 1)) == days[0]
    assert nearest(days, date(2026, 12, 2)) == days[1]
    assert nearest(days, date(2026, 12, 9)) == days[1]
    assert nearest((), date(2026, 12, 9)) == date(2026, 12, 9)


@given(st.lists(st.sampled_from("0123456789abcdef"), min_size=64, max_size=64))
def test_the_demo_changes_one_digit_and_keeps_the_form(digits: list[str]) -> None:
    """Exactly one byte differs, and it is still a lower-case digest."""
    data = b'{"a":1}\n{"hash":"' + "".join(digits).encode() + b'"}\n{"b":2}\n'
    changed, line = with_another_byte(data)
    differing = [at for at, (x, y) in enumerate(zip(data, changed, strict=True)) if x != y]
    assert len(differing) == 1
    assert line == 2


def county(code: str, x: int, y: int, city: str = "A", lots: int = 0) -> County:
    return County(code=RegionCode(code), name="田家庵区", city=city, x=x, y=y, lots=lots)


def test_neighbours_of_one_city_share_no_border_and_of_two_cities_one() -> None:
    """Six sides a tile; the shared one is drawn once between cities and not at all within one."""

    def sides(*counties: County) -> int:
        return hexmap(counties).borders.count("M")

    assert sides(county("1", 0, 0)) == 6
    for x, y in ((1, 2), (3, 2), (1, 1), (2, 1), (1, 3), (2, 3)):
        assert sides(county("1", 2, 2), county("2", x, y)) == 10, (x, y)
        assert sides(county("1", 2, 2), county("2", x, y, city="B")) == 11, (x, y)
    for x, y in ((1, 1), (3, 1), (2, 0), (3, 0), (2, 2), (3, 2)):
        assert sides(county("1", 2, 1), county("2", x, y)) == 10, (x, y)


def test_the_deepest_shade_keeps_its_number() -> None:
    """Shade stops at four; the number tells how many."""
    tile = hexmap([county("1", 0, 0, lots=9)]).tiles[0]
    assert (tile.shade, tile.county.lots, tile.label) == (4, 9, "田家庵")


def test_chances_are_told_exactly_where_they_can_be_read() -> None:
    """A short fraction stands as it is; one over 2^60 tickets is told in percent."""
    voice = Voice(language=Lang.ZH)
    assert voice.odds(Fraction(1, 40)) == "1/40 = 2.5%"
    assert voice.odds(Fraction(1, 3)) == "1/3 ≈ 33.333%"
    assert voice.odds(Fraction(2**53, 2**59 + 1)) == "≈ 1.562%"


def test_times_are_told_in_china_whatever_the_server_thinks() -> None:
    """A window over midnight names both days."""
    zh, en = Voice(language=Lang.ZH), Voice(language=Lang.EN)
    assert zh.window(NINE, NINE + timedelta(hours=3)) == "2026年12月1日 09:00–12:00"
    assert en.window(NINE, NINE + timedelta(hours=16)) == "1 Dec 2026 09:00–2 Dec 2026 01:00"
    assert zh.left(NINE, NINE - timedelta(minutes=61)) == "还剩 1 小时 1 分"
    assert zh.left(NINE, NINE + timedelta(seconds=1)) == "已截止"


@pytest.mark.parametrize(
    ("source", "chinese"),
    [
        ("招标投标法 37; draw request", "招标投标法 37"),
        ("practice: leave calendar and overlapping windows", "实践做法"),
        ("招标投标法实施条例 71", "招标投标法实施条例 71"),
    ],
)
def test_a_chinese_page_names_sources_without_english(source: str, chinese: str) -> None:
    """Laws stay as they are, what only practice asks for is called that; English pages say what the rule says."""
    assert Voice(language=Lang.ZH).law(source) == chinese
    assert Voice(language=Lang.EN).law(source) == source
