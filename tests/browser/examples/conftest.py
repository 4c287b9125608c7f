"""An app with example views in every state a page can be in."""

import csv
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from importlib.resources import files

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.pages.setup import Footer, Setup
from api.pool.letters import Answer
from api.views.alarms import Suspension
from api.views.expert import ExpertCard
from api.views.hexmap import County
from api.views.operator import LotRow, Milestone, Next, OperatorLot, OperatorToday, Place
from api.views.supervisor import (
    Entry,
    Excluded,
    Funnel,
    Member,
    Round,
    Sealed,
    Step,
    SupervisedLot,
    SupervisorLots,
    SupervisorTranscript,
    Verdict,
)
from scheduler import events
from scheduler.errors import Refused
from scheduler.events import Out
from scheduler.limits import Words
from scheduler.model import LotId, RegionCode, Role
from scheduler.state import ORDER, Phase

NINE = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
NOW = NINE - timedelta(hours=25, minutes=40)
HOUR = timedelta(hours=1)
PROJECTS = (
    ("340826", "宿松县城区污水管网改造工程监理", Phase.F0, Next.DRAW),
    ("340826", "宿松县孚玉镇中心小学教学楼施工", Phase.F1, Next.ANSWERS),
    ("341825", "旌德县防汛应急物资采购", Phase.F0, Next.FREEZE),
    ("340104", "蜀山区智慧交通信号系统", Phase.F3, Next.SCORE),
    ("340104", "蜀山区社区卫生服务中心设备", Phase.F6, Next.ARCHIVE),
    ("340104", "蜀山区道路养护", Phase.F2, Next.CHECK_IN),
    ("340104", "蜀山区公园绿化提升", Phase.F0, Next.PLEDGE),
    ("341221", "临泉县高标准农田建设", Phase.F4, Next.TOTAL),
    ("341021", "歙县古城消防设施", Phase.F5, Next.REPORT),
    ("340621", "濉溪县农村饮水安全工程", Phase.F7, Next.NOTHING),
    ("341124", "全椒县桥梁检测服务", Phase.F0, Next.DRAW),
    ("340521", "当涂县河道疏浚", Phase.F1, Next.OPEN),
)


def counties() -> dict[str, County]:
    """The 104 counties of the demo world, without lots."""
    with files("fixtures").joinpath("anhui/anhui_104.tsv").open(encoding="utf-8") as lines:
        return {
            row["code"]: County(
                code=RegionCode(row["code"]),
                name=row["name"],
                city=row["city"],
                x=int(row["tile_x"]),
                y=int(row["tile_y"]),
            )
            for row in csv.DictReader(lines, delimiter="\t")
        }


COUNTIES = counties()


def lot_row(number: int) -> LotRow:
    """The example lot of that place in PROJECTS."""
    code, project, phase, then = PROJECTS[number]
    guests = [COUNTIES[c] for c in ("340802", "341524", "340421")[: 1 + number % 3]]
    starts = NINE + HOUR * 5 * (number % 2)
    return LotRow(
        lot=LotId(f"AH-20261201-{number + 1:02}"),
        project=project,
        region=RegionCode(code),
        county=COUNTIES[code].name,
        phase=phase,
        starts=starts,
        ends=starts + 4 * HOUR,
        host=Place(site=f"{COUNTIES[code].name}公共资源交易中心", county=COUNTIES[code].name, seats=3),
        guests=tuple(Place(site=f"{c.name}公共资源交易中心", county=c.name, seats=2) for c in guests),
        wanted=5,
        urgent=number == 2,
        next_action=then,
    )


ROWS = tuple(lot_row(number) for number in range(len(PROJECTS)))


def card(number: int, answer: Answer) -> ExpertCard:
    """A card in that state; seat and project only after check-in."""
    present = answer in (Answer.PRESENT, Answer.DONE)
    return ExpertCard(
        task=events.Member(f"m{number}"),
        answer=answer,
        starts=NINE,
        ends=NINE + 4 * HOUR,
        sign_in_at="迎江区公共资源交易中心（安庆市迎江区）一楼大厅",
        answer_by=NOW + 2 * HOUR,
        desk_phone="0556-0000000",
        speciality="A0402 市政工程",
        seat="二号评标室 7 号工位" if present else None,
        project=PROJECTS[0][1] if present else None,
    )


SAYS = Words("凭据与承诺一致。", "Evidence and commitments agree.")
STEP_NAMES = (
    "字节与版本",
    "签名",
    "事件链",
    "重放",
    "种子与承诺",
    "名单与规则包",
    "组签与机会",
    "中签与轮次",
    "盲码与密钥",
    "评分表",
)


def verdict(tampered: bool) -> Verdict:
    """A whole bundle, or one whose third line was changed."""
    steps = [
        Step(number=n, name=Words(name, name), state="holds" if n < 9 else "not yet revealed", says=SAYS)
        for n, name in enumerate(STEP_NAMES, 1)
    ]
    if tampered:
        steps[2] = Step(number=3, name=Words("事件链", "chain"), state="broken", says=SAYS)
    return Verdict(
        result="broken" if tampered else "holds",
        steps=tuple(steps),
        at=NOW,
        changed_line=17 if tampered else None,
    )


def transcript(number: int) -> SupervisorTranscript:
    """The transcript of an example lot; before the draw it has a history only."""
    row, drawn = ROWS[number], ROWS[number].phase is not Phase.F0
    kinds = (
        "Booked",
        "KeysDealt",
        "PoolFrozen",
        "SeedPledged",
        "LotteryFixed",
        "KeyOpened",
        "Drawn",
        "Accepted",
    )
    return SupervisorTranscript(
        lot=row.lot,
        project=row.project,
        phase=row.phase,
        published=row.phase in (Phase.F6, Phase.F7),
        history=tuple(
            Entry(seq=n, at=NOW, kind=kind, role=Role.OPERATOR, digest=f"{n:02x}" * 32)
            for n, kind in enumerate(kinds[: 8 if drawn else 3])
        ),
        funnel=funnel() if drawn else None,
        rounds=(
            Round(number=1, at=NOW, left=(), joined=5),
            Round(number=2, at=NOW + HOUR, left=((Out.DECLINED, 2),), joined=2),
            Round(number=3, at=NOW + 2 * HOUR, left=((Out.RECUSED, 1), (Out.ABSENT, 1)), joined=2),
        )
        if drawn
        else (),
        panel=tuple(
            Member(
                pseudonym=f"{n:02x}c4" * 16,
                speciality="A08010401 市政工程",
                site="迎江区公共资源交易中心",
                round=n,
            )
            for n in (1, 1, 2, 3, 3)
        )
        if drawn
        else (),
        sealed=tuple(
            Sealed(
                what=what,
                number="1" if what == "seeds" else "",
                key="5eed" * 16,
                opened_at=NOW if what == "seeds" else None,
            )
            for what in ("scores", "bidders", "experts", "seeds")
        ),
        verdict=None,
    )


def funnel() -> Funnel:
    """From 3 120 to 5."""
    grounds = (("R1", "三年内与投标人有劳动关系", "条例 9", 41), ("P2", "同一单位不超过一人", "办法 12", 388))
    return Funnel(
        pool=3120,
        eligible=214,
        drawn=5,
        smallest=Fraction(5, 214),
        largest=Fraction(1, 40),
        gini=Fraction(3, 40),
        bound=Fraction(5, 214),
        excluded=tuple(Excluded(rule=r, title=Words(t, t), law=w, count=c) for r, t, w, c in grounds),
    )


class Gallery:
    """Answers every desk's question from the examples above, and remembers what an expert said."""

    def __init__(self) -> None:
        self.answers = list(Answer)
        self.planner = self

    def ready(self) -> int:
        return 0

    def today(self, day: date | None, region: RegionCode | None) -> OperatorToday:
        chosen = COUNTIES.get(region or "")
        lots = [row.region for row in ROWS]
        busy = tuple(replace(c, lots=lots.count(c.code)) for c in COUNTIES.values())
        rows = tuple(row for row in ROWS if not chosen or row.region == chosen.code)
        return OperatorToday(
            day=date(2026, 12, 1),
            days=(date(2026, 12, 1), date(2026, 12, 2)),
            lots=rows,
            counties=busy,
            chosen=chosen,
        )

    def lot(self, lot: LotId) -> OperatorLot:
        row = ROWS[place(lot)]
        here = ORDER.index(row.phase)
        rail = tuple(Milestone(phase=p, at=NOW if n <= here else None) for n, p in enumerate(ORDER))
        drawn = row.phase is not Phase.F0
        return OperatorLot(
            row=row, rail=rail, commitment="c0de" * 16 if drawn else None, rounds=3 if drawn else None
        )

    def tasks(self, user: str, role: Role) -> tuple[tuple[ExpertCard, Phase], ...]:
        phases = {Answer.PRESENT: Phase.F2, Answer.DONE: Phase.F5}
        return tuple((card(n, a), phases.get(a, Phase.F1)) for n, a in enumerate(self.answers))

    def demo_key(self, user: str) -> str:
        return ""

    def answer(self, user: str, task: events.Member, proof: str, *, accept: bool) -> None:
        self.answers[int(task[1:])] = Answer.ACCEPTED if accept else Answer.DECLINED

    def suspensions(self, user: str) -> tuple[Suspension, ...]:
        return ()

    def lots(self) -> SupervisorLots:
        return SupervisorLots(
            lots=tuple(
                SupervisedLot(lot=r.lot, project=r.project, phase=r.phase, starts=r.starts, wanted=r.wanted)
                for r in ROWS
            )
        )

    def transcript(self, lot: LotId) -> SupervisorTranscript:
        return transcript(place(lot))

    def verify(self, user: str, lot: LotId, *, tampered: bool) -> Verdict:
        return verdict(tampered)

    def role_of(self, user: str, password: str) -> Role | None:
        return None


def place(lot: LotId) -> int:
    """Where the lot stands in the examples."""
    for number, row in enumerate(ROWS):
        if row.lot == lot:
            return number
    raise Refused("not_found")


@pytest.fixture(scope="module")
def server(listening: Callable[[FastAPI], AbstractContextManager[str]]) -> Iterator[str]:
    """Address of the app with the examples."""
    setup = Setup(
        secret="only for these tests",
        desks=Gallery(),
        demo={Role.OPERATOR: "op", Role.EXPERT: "ex", Role.SUPERVISOR: "su"},
        footer=Footer(organiser="某县公共资源交易中心", icp="皖ICP备00000000号"),
        now=lambda: NOW,
    )
    with listening(create_app(setup)) as address:
        yield address
