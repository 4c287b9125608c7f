"""When something may happen and who may do it: one table; apply() and replay() read it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scheduler.errors import Refused
from scheduler.events import (
    Accepted,
    Annulled,
    AppealAnswered,
    AppealDecided,
    AppealFiled,
    Appointed,
    AppointmentApproved,
    Archived,
    Authorised,
    Blinded,
    Booked,
    Cancelled,
    Chaired,
    ChairVoted,
    CheckedIn,
    Closed,
    Decided,
    Declared,
    Delivered,
    Drawn,
    Endorsed,
    Event,
    Explained,
    Extended,
    Followed,
    GlassAsked,
    GlassBroken,
    GlassConfirmed,
    GlassRefused,
    GlassResumed,
    HadPlacesKept,
    Interrupted,
    KeptInVain,
    KeyOpened,
    KeysAdded,
    KeysDealt,
    KeysMade,
    Lapsed,
    Left,
    LotteryFixed,
    Moved,
    Opened,
    PassedOver,
    PoolFrozen,
    Promoted,
    PulseMissed,
    PulseTaken,
    Rechecked,
    RelaxAsked,
    RelaxDenied,
    Relaxed,
    Reported,
    Reseated,
    Resumed,
    Returned,
    Revealed,
    ReviewBegun,
    Reviewed,
    RoundsExtended,
    Scored,
    SeedPledged,
    Settled,
    SitesDrawn,
    SiteSeedPledged,
    SitesFixed,
    SitesOffered,
    StandbyDrawn,
    StandbyFixed,
    StandbyMissing,
    Stuck,
    Totalled,
    Voided,
    Voted,
    Withdrew,
)
from scheduler.model import Role
from scheduler.state import ORDER, Entry, Phase, State
from scheduler.transitions import begin, move

F0, F1, F2, F3, F4, F5, F6, F7 = ORDER
STAFF = (Role.OPERATOR, Role.SYSTEM)
APPROVERS = (Role.SUPERVISOR, Role.TENDEREE, Role.POOL)  # whom a pack may name; never who asks


@dataclass(frozen=True, slots=True)
class Row:
    """In these phases these roles may; afterwards the case is in `to` (None: stays where it is)."""

    event: type[Event]
    phases: tuple[Phase, ...]
    roles: tuple[Role, ...]
    to: Phase | None
    says: str


PHASES: tuple[Row, ...] = (
    Row(Booked, (), (Role.OPERATOR,), F0, "预约 / booked"),
    Row(KeysDealt, (F0,), (Role.SYSTEM,), None, "分发保管密钥 / custody keys dealt"),
    Row(KeysMade, (F0,), (Role.SYSTEM,), None, "无分发者生成保管密钥 / custody keys made without a dealer"),
    Row(PoolFrozen, (F0, F1, F2, F3), (Role.OPERATOR, Role.POOL), None, "冻结名单 / pool frozen"),
    Row(
        SeedPledged,
        (F0, F1, F2, F3),
        (Role.OPERATOR, Role.TENDEREE, Role.SUPERVISOR),
        None,
        "交存种子 / seeds deposited",
    ),
    Row(SitesOffered, (F0,), (Role.SYSTEM,), None, "客场待抽 / guest sites to be drawn"),
    Row(
        SiteSeedPledged,
        (F0,),
        (Role.OPERATOR, Role.TENDEREE, Role.SUPERVISOR),
        None,
        "交存客场种子 / seed for the sites deposited",
    ),
    Row(SitesFixed, (F0,), STAFF, None, "客场组合承诺 / choices of sites committed"),
    Row(SitesDrawn, (F0,), STAFF, None, "客场抽定 / guest sites drawn"),
    Row(LotteryFixed, (F0, F1, F2, F3), STAFF, None, "彩票承诺 / lottery committed"),
    Row(KeyOpened, (F0, F1, F2, F3, F4, F7), (Role.CUSTODIAN,), None, "开启密钥 / custody key opened"),
    Row(Drawn, (F0, F1, F2, F3), STAFF, F1, "中签 / drawn"),
    Row(Accepted, (F1, F2, F3), (Role.EXPERT,), None, "确认参加 / accepted"),
    Row(Left, (F1, F2, F3), (Role.EXPERT, Role.SITE, Role.SYSTEM), None, "退出 / left"),
    Row(Stuck, (F1, F2, F3), (Role.SYSTEM,), None, "无合法组合 / no lawful panel left"),
    Row(RoundsExtended, (F1, F2, F3), (Role.SUPERVISOR,), None, "准予增加轮次 / more rounds allowed"),
    Row(KeysAdded, (F1, F2, F3), (Role.SYSTEM,), None, "为增加的轮次加发密钥 / keys for these rounds"),
    Row(Stuck, (F0, F1, F2, F3), (Role.SYSTEM,), None, "无合法组合 / no lawful panel left"),
    Row(Opened, (F1,), (Role.OPERATOR,), F2, "开标 / bids opened"),
    Row(Rechecked, (F2,), (Role.SYSTEM,), None, "回避复核 / conflicts re-checked"),
    Row(CheckedIn, (F2, F3), (Role.SITE,), None, "签到 / checked in"),
    Row(Blinded, (F2,), STAFF, F3, "编码盲化 / blinded"),
    Row(Scored, (F3, F4), (Role.EXPERT, Role.OWNER), None, "提交评分 / sheet submitted"),
    Row(Closed, (F3,), STAFF, F4, "评分截止 / scoring closed"),
    Row(Totalled, (F4,), STAFF, None, "汇总 / totalled"),
    Row(Revealed, (F4,), STAFF, F5, "揭盲 / revealed"),
    Row(Reported, (F5,), (Role.OPERATOR,), F6, "评标报告 / reported"),
    Row(Archived, (F6,), (Role.OPERATOR,), F7, "归档 / archived"),
    Row(
        HadPlacesKept,
        (F0, F1, F2, F3, F4),
        (Role.SYSTEM,),
        None,
        "曾获他项目预留 / places had been kept for it",
    ),
    Row(KeptInVain, ORDER, (Role.SYSTEM,), None, "所预留的项目已取消 / kept places in vain"),
    Row(RelaxAsked, (F0, F1, F2, F3), (Role.OPERATOR,), None, "申请放宽 / a relaxation asked for"),
    Row(Relaxed, (F0, F1, F2, F3), APPROVERS, None, "签署放宽 / a relaxation signed"),
    Row(RelaxDenied, (F0, F1, F2, F3), APPROVERS, None, "不予放宽 / a relaxation turned down"),
    Row(
        Authorised,
        (F0, F1, F2, F3),
        (Role.TENDEREE,),
        None,
        "授权书备案 / an owner representative authorised",
    ),
    Row(ChairVoted, (F2, F3), (Role.EXPERT, Role.OWNER), None, "推举负责人 / a vote for the chair"),
    Row(Chaired, (F2, F3), (Role.SYSTEM, Role.TENDEREE), None, "产生负责人 / the panel has a chair"),
    Row(Declared, (F2,), (Role.EXPERT, Role.OWNER), None, "声明无回避情形 / declared to know of no relation"),
    Row(Withdrew, (F1, F2), (Role.EXPERT,), None, "本人回避 / recused in person"),
    Row(
        AppealFiled,
        (F2,),
        (Role.OPERATOR, Role.POOL),
        None,
        "投标人申请回避 / a bidder applied for a recusal",
    ),
    Row(AppealAnswered, (F2,), (Role.EXPERT,), None, "当事人答复 / the person answered"),
    Row(AppealDecided, (F2,), (Role.SUPERVISOR,), None, "回避申请决定 / the application decided"),
    Row(AppointmentApproved, (F0, F1), APPROVERS, None, "批准直接确定 / direct appointment approved"),
    Row(Appointed, (F0, F1), (Role.TENDEREE,), F1, "直接确定专家 / appointed without a draw"),
    Row(Cancelled, (F0, F1, F2, F3, F4), (Role.OPERATOR,), Phase.CANCELLED, "取消 / cancelled"),
    Row(
        Voided,
        (F2, F3),
        (Role.EXPERT, Role.SITE, Role.SUPERVISOR),
        None,
        "成员退出、评审意见作废 / member out, sheets void",
    ),
    Row(Returned, (F4,), STAFF, None, "评分表退回更正 / sheet returned for correction"),
    Row(Endorsed, (Phase.CANCELLED,), (Role.SUPERVISOR,), None, "监督副署取消 / cancellation countersigned"),
    Row(Followed, (F0,), (Role.SYSTEM,), None, "承接前次 / joined to earlier attempts"),
    Row(GlassAsked, (F2, F3, F4), (Role.SUPERVISOR,), None, "请求应急开启 / break-glass ordered"),
    Row(
        GlassConfirmed,
        (F2, F3, F4),
        (Role.SUPERVISOR,),
        None,
        "应急开启获确认，评标中止 / order confirmed, suspended",
    ),
    Row(
        GlassBroken, (F2, F3, F4), (Role.CUSTODIAN,), None, "应急开启一份身份 / one envelope opened by order"
    ),
    Row(GlassRefused, (F0, F1, F2, F3, F4), (Role.SYSTEM,), None, "提前查看被拒绝 / an early look refused"),
    Row(GlassResumed, (F3,), (Role.OPERATOR,), None, "换新编号后继续 / resumed under new codes"),
    Row(PulseTaken, (F0, F1, F2, F3), STAFF, None, "信标脉冲 / the beacon's pulse"),
    Row(
        PulseMissed, (F0, F1, F2, F3), (Role.SUPERVISOR,), None, "信标未到，监督签字 / no pulse came, signed"
    ),
    Row(Moved, (F0,), (Role.OPERATOR,), None, "改期或改址 / moved"),
    Row(Reseated, (F0, F1, F2, F3), (Role.OPERATOR,), None, "改坐他处 / members sit elsewhere"),
    Row(Annulled, (F6, F7), (Role.SUPERVISOR,), None, "结论无效，重新评标 / conclusions void"),
    Row(Interrupted, (F1, F2, F3), (Role.OPERATOR, Role.SITE), None, "故障中断 / interrupted by a fault"),
    Row(Resumed, (F1, F2, F3), (Role.OPERATOR, Role.SITE), None, "故障排除，继续 / resumed"),
    Row(Lapsed, (F1, F2, F3), (Role.SYSTEM,), None, "故障逾时未排除 / fault not cured in time"),
    Row(Decided, (F1, F2, F3), (Role.TENDEREE,), None, "招标人决定 / tenderee's decision"),
    Row(Voted, (F3, F4, F5), (Role.EXPERT, Role.OWNER), None, "成员表决 / a member's vote"),
    Row(Settled, (F3, F4, F5), (Role.SYSTEM,), None, "表决结果 / dispute settled"),
    Row(Extended, (F1, F2, F3), (Role.OPERATOR,), None, "延长评标时间 / time extended"),
    Row(ReviewBegun, (F4,), (Role.SYSTEM,), None, "评分复核开始 / review of the scores begins"),
    Row(Explained, (F4,), (Role.EXPERT, Role.OWNER), None, "书面说明理由 / reasons given"),
    Row(Reviewed, (F4,), (Role.SYSTEM,), None, "评分复核结束 / review over"),
    Row(Delivered, (F1, F2, F3), (Role.SYSTEM,), None, "邀请送达 / invitation delivered"),
    Row(StandbyFixed, (F1, F2), (Role.SYSTEM,), None, "候补彩票承诺 / stand-by lottery committed"),
    Row(StandbyDrawn, (F1, F2), (Role.SYSTEM,), None, "抽出候补 / stand-by drawn"),
    Row(StandbyMissing, (F1, F2), (Role.SYSTEM,), None, "无人可作候补 / nobody could stand by"),
    Row(Promoted, (F1, F2, F3), (Role.SYSTEM,), None, "候补递补 / stand-by promoted"),
    Row(PassedOver, (F1, F2, F3), (Role.SYSTEM,), None, "候补均不合适 / no stand-by fits"),
)
_ROWS = {row.event: row for row in PHASES}
# What may be recorded while a fault lasts; everything else stands still.
WHILE_PAUSED = frozenset(
    {
        Interrupted,
        Resumed,
        Lapsed,
        Decided,
        Cancelled,
        Accepted,
        Left,
        Voided,
        Promoted,
        PassedOver,
        Delivered,
        Reseated,
    }
)


def may(role: Role, event: type[Event], phase: Phase | None) -> str | None:
    """None when `role` may record `event` in `phase` (None: no case yet), else the refusal's code."""
    row = _ROWS[event]
    if (phase not in row.phases) if row.phases else phase is not None:
        return "phase"
    return None if role in row.roles else "role"


def apply(state: State | None, entry: Entry) -> State:
    """The state after one more entry. Raises Refused when the law of the house does not allow it."""
    kind = type(entry.event)
    phase = state.phase if state else None
    if code := may(entry.role, kind, phase):
        raise Refused(code, event=kind.__name__, phase=phase, role=entry.role)
    if state is None:
        return begin(entry)
    if state.pause is not None and kind not in WHILE_PAUSED:
        raise Refused("interrupted", event=kind.__name__)
    if entry.seq != state.seq + 1 or entry.previous != state.head or entry.lot != state.lot:
        raise Refused("stale", seq=entry.seq, expected=state.seq + 1)
    if entry.at < state.at:
        raise Refused("clock", at=entry.at.isoformat(), last=state.at.isoformat())
    moved = move(state, entry)
    to = _ROWS[kind].to
    forward = to is not None and (to is Phase.CANCELLED or ORDER.index(to) > ORDER.index(state.phase))
    return replace(
        moved,
        seq=entry.seq,
        head=entry.hash,
        at=entry.at,
        phase=to if forward and to else state.phase,
    )


def replay(entries: Iterable[Entry]) -> State:
    """The state of a whole history; Refused when empty or when an entry was not allowed."""
    state: State | None = None
    for entry in entries:
        state = apply(state, entry)
    if state is None:
        raise Refused("no_history")
    return state
