"""Who may see what from which phase: one table (domain §4), read by the gate and by the bundles.

`first(role, datum)` is the earliest phase, or None for never. What is not in the table nobody sees.
Legal anchors: 招标投标法 22 (bidders secret before opening), 36 (opening is public), 37 (panel secret until
the winner is determined), 44 (scoring is secret); 政府采购法实施条例 43 (experts published with the result).
"""

from dataclasses import dataclass
from enum import StrEnum

from scheduler.errors import Refused
from scheduler.model import Role
from scheduler.state import ORDER, Phase

F0, F1, F2, F3, F4, F5, F6, F7 = ORDER


class Datum(StrEnum):
    """A kind of information. `own_*` is about the viewer alone; the page must fetch it by who asks."""

    SCHEDULE = "schedule"  # window, phase, county, counts per site
    PROJECT = "project"  # project name and code
    REQUEST = "request"  # the whole request with seats, sites and recusal list
    PANEL_SIZE = "panel_size"
    SITE_COUNTS = "site_counts"  # members per site, no speciality
    PANEL = "panel"  # pseudonyms with role and site
    POOL = "pool"  # the pseudonymous snapshot with its facts
    PROOF = "proof"  # commitments, hashes, signatures, tickets, chances by class
    LOTTERY = "lottery"  # classes by pseudonym, panels, tickets
    OUTS = "outs"  # who left a round and why, by pseudonym
    CONFLICT_FACTS = "conflict_facts"  # which relation recused whom
    EXPERT_NAMES = "expert_names"
    PHONES = "phones"
    BIDDER_NAMES = "bidder_names"
    CODE_MAP = "code_map"  # code → slot
    BIDDER_MAP = "bidder_map"  # slot → bidder
    SHEETS = "sheets"  # every member's scores, by code
    TOTALS = "totals"  # totals by slot, without bidders
    RANKING = "ranking"  # totals by bidder
    BLIND_DOCUMENTS = "blind_documents"
    SEATING = "seating"  # member → workstation
    OWN_INVITATION = "own_invitation"  # when to be free, site to go to
    OWN_SEAT = "own_seat"  # from check-in
    OWN_PROJECT = "own_project"  # project name, at check-in
    OWN_DOCUMENTS = "own_documents"
    OWN_SHEET = "own_sheet"
    DEVIATIONS = "deviations"  # how far each member's sums are from the others' mean, bidders sealed
    STATEMENTS = "statements"  # what members wrote to each other and to their votes
    STANDING = "standing"  # declines counted over lots that are over, and suspensions, by register number
    OWN_STANDING = "own_standing"  # the own suspensions
    OWN_SEEDS = "own_seeds"  # the seeds that the own party owes to a draw and has deposited
    GLASS = "glass"  # break-glass: case number, reason, and the one bidder found
    LOG = "log"  # the journal of a case
    AUTHORISATION = "authorisation"  # letters of owner representatives
    OWN_RECUSAL = "own_recusal"  # who bids, and applications about oneself: what recusal needs
    GATE = "gate"  # members due at the own site: pseudonym, workstation, code of the announced device
    BALLOT = "ballot"  # members present by pseudonym, to elect the chair


@dataclass(frozen=True, slots=True)
class Sight:
    """One row: role → first phase. A role that is not named never sees the datum."""

    datum: Datum
    first: dict[Role, Phase]
    says: str


O, T, E, W, S, A, P = (  # noqa: E741  (heads of the columns below; no number stands near that O could be taken for)
    Role.OPERATOR,
    Role.TENDEREE,
    Role.EXPERT,
    Role.OWNER,
    Role.SUPERVISOR,
    Role.ADMIN,
    Role.PUBLIC,
)
G, L, B = Role.SITE, Role.POOL, Role.BIDDER

SIGHT: tuple[Sight, ...] = (
    Sight(
        Datum.SCHEDULE,
        {O: F0, T: F0, S: F0, G: F0, L: F0, A: F0},
        "时间、场地与席位数 / window, sites, seat counts",
    ),
    Sight(Datum.PROJECT, {O: F0, T: F0, S: F0, B: F0, P: F6}, "项目名称 / project name"),
    Sight(Datum.REQUEST, {O: F0, S: F0}, "评标申请 / the request"),
    Sight(Datum.PANEL_SIZE, {O: F0, T: F0, S: F0, G: F0, P: F6}, "评委人数 / panel size"),
    Sight(Datum.SITE_COUNTS, {O: F1, S: F1, G: F1}, "各场地人数 / members per site"),
    Sight(Datum.PANEL, {S: F1}, "评委名单（化名） / panel by pseudonym"),
    Sight(Datum.POOL, {S: F1}, "专家快照（化名） / pool snapshot by pseudonym"),
    Sight(
        Datum.PROOF, {O: F1, T: F1, S: F1, A: F1, B: F7, P: F6}, "承诺与抽签证明 / commitments and draw proof"
    ),
    Sight(Datum.LOTTERY, {S: F1, B: F7, P: F6}, "彩票全文（化名） / lottery by pseudonym"),
    Sight(Datum.OUTS, {S: F1, P: F6}, "各轮退出 / who left, by pseudonym"),
    Sight(Datum.CONFLICT_FACTS, {S: F2}, "回避事实 / facts of a recusal"),
    Sight(Datum.EXPERT_NAMES, {S: F7, O: F7, T: F7}, "专家姓名 / experts by name"),
    Sight(Datum.PHONES, {}, "电话 / phone numbers"),
    Sight(Datum.BIDDER_NAMES, {O: F2, T: F2, S: F2, B: F2, P: F6}, "投标人名单 / bidder names"),
    Sight(Datum.CODE_MAP, {O: F5, T: F5, E: F5, W: F5, S: F4}, "暗标编号对应 / code map"),
    Sight(
        Datum.BIDDER_MAP,
        {O: F5, T: F5, E: F5, W: F5, S: F5},
        "暗标与投标人对应 / which bidder wrote which bid",
    ),
    Sight(Datum.SHEETS, {S: F4}, "评分表 / sheets"),
    Sight(Datum.TOTALS, {S: F4, O: F5, T: F5}, "汇总分 / totals by slot"),
    Sight(Datum.RANKING, {O: F5, T: F5, S: F5, P: F6}, "排名 / ranking"),
    Sight(Datum.BLIND_DOCUMENTS, {S: F5}, "暗标文件 / blind volumes"),
    Sight(Datum.SEATING, {S: F1}, "座位表 / seat plan"),
    Sight(
        Datum.OWN_INVITATION,
        {E: F1, W: F0},
        "本人的时间与签到地点 / own invitation: when and where to sign in",
    ),
    Sight(
        Datum.GATE,
        {G: F1},
        "本场地应到成员：化名、工位、到场登记 / members due at the own site: pseudonym, seat, arrival",
    ),
    Sight(Datum.OWN_SEAT, {E: F2, W: F2}, "本人座位 / own seat"),
    Sight(Datum.OWN_PROJECT, {E: F2, W: F0}, "签到后的项目名称 / project name at check-in"),
    Sight(Datum.OWN_DOCUMENTS, {E: F3, W: F3}, "本人评审文件 / own documents"),
    Sight(Datum.OWN_SHEET, {E: F3, W: F3}, "本人评分 / own sheet"),
    Sight(Datum.AUTHORISATION, {T: F0, S: F0}, "招标人代表授权书 / letters of owner representatives"),
    Sight(
        Datum.BALLOT,
        {E: F2, W: F2, T: F2},
        "推举负责人的候选人（化名） / the ballot for the chair, by pseudonym",
    ),
    Sight(
        Datum.OWN_RECUSAL,
        {E: F2, W: F2},
        "签到后本人判断回避所需 / what one's own recusal needs, at the site",
    ),
    Sight(Datum.DEVIATIONS, {E: F4, W: F4, S: F4}, "评分偏离 / how far scores deviate"),
    Sight(Datum.STATEMENTS, {E: F3, W: F3, S: F3}, "成员书面陈述 / members' statements"),
    Sight(Datum.STANDING, {L: F0}, "谢绝次数与暂停 / declines counted, suspensions"),
    Sight(Datum.OWN_STANDING, {E: F0, L: F0}, "本人被暂停的记录 / own suspensions"),
    Sight(
        Datum.OWN_SEEDS,
        {O: F0, T: F0, S: F0},
        "本方应交与已交的种子 / seeds the own party owes and has deposited",
    ),
    Sight(Datum.GLASS, {S: F2}, "应急开启的案卷 / case file of a break-glass order"),
    Sight(Datum.LOG, {S: F0, P: F6}, "日志 / journal"),
)
_FIRST = {row.datum: row.first for row in SIGHT}


def first(role: Role, datum: Datum) -> Phase | None:
    """The earliest phase in which `role` sees `datum`; None: never."""
    return _FIRST[datum].get(role)


def may_see(role: Role, datum: Datum, phase: Phase) -> bool:
    """True from the first phase on; a cancelled case shows what F0 shows and nothing more."""
    since = first(role, datum)
    if since is None:
        return False
    now = F0 if phase is Phase.CANCELLED else phase
    return ORDER.index(now) >= ORDER.index(since)


def demand(role: Role, datum: Datum, phase: Phase) -> None:
    """Raises Refused("sight") when `role` may not see `datum` yet; the facts tell the datum only."""
    if not may_see(role, datum, phase):
        raise Refused("sight", datum=datum.value)
