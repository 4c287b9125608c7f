"""How is a panel made up? Seats asked for, one person one seat, odd, owner representatives in bounds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scheduler.limits import (
    Draft,
    Fact,
    Least,
    Most,
    Nothing,
    Share,
    Words,
    each_at_most,
    exactly,
    fits,
    guard,
    notice,
    rule,
    wanted,
)
from scheduler.model import Case
from scheduler.rules.day import day_of
from scheduler.rules.groups import related, running


@dataclass(frozen=True, slots=True, kw_only=True)
class Chairing:
    """1 or 0: may an owner representative chair, may the tenderee name the chair?"""

    owners: int
    named: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOfCodes:
    """One part in `parts` of specialities that begin with one of `codes`."""

    parts: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastOfCodes:
    """At least so many of specialities that begin with one of `codes`."""

    least: int
    codes: tuple[str, ...]


def size(case: Case) -> int:
    """Members of the whole panel: experts of every seat and owner representatives."""
    return sum(wanted(case).values()) + case.owner_reps


@rule(
    "S0",
    law="招标投标法 37; draw request",
    title=Words("所需席位", "the seats asked for"),
    says=Words("专业 {speciality} 恰需 {count} 席", "exactly {count} seat(s) of speciality {speciality}"),
    params=Nothing,
)
def seats_asked_for(case: Case, _: Nothing) -> Iterator[Draft]:
    """Every role is filled exactly, kept members included."""
    for role, count in wanted(case).items():
        yield exactly(count, None, (role,), speciality=role)


@rule(
    "S1",
    law="招标投标法 37",
    title=Words("一人一席", "one person, one seat"),
    says=Words("每人至多 {most} 席", "nobody takes more than {most} seat"),
    params=Nothing,
)
def one_person_one_seat(case: Case, _: Nothing) -> Iterator[Draft]:
    """Nobody takes two seats, neither of two codes nor of one."""
    yield each_at_most(1, None)


@guard(
    "C1",
    law="招标投标法 37",
    title=Words("评标委员会人数为单数且不少于规定", "panel odd and large enough"),
    says=Words(
        "评标委员会 {size} 人：应为 {least} 人以上单数", "a panel of {size}: odd and at least {least} wanted"
    ),
    params=Least,
)
def odd_and_large_enough(case: Case, p: Least) -> Mapping[str, Fact] | None:
    """The whole panel, owner representatives included, is odd and at least the minimum."""
    return _odd(case, p)


def _odd(case: Case, p: Least) -> Mapping[str, Fact] | None:
    whole = size(case)
    return None if whole % 2 == 1 and whole >= p.least else {"size": whole, "least": p.least}


@guard(
    "C2",
    law="招标投标法 37",
    title=Words("技术经济专家不少于三分之二", "experts at least two thirds"),
    says=Words(
        "{size} 人中招标人代表 {owners} 人，超过 1/{parts}",
        "{owners} owner representatives of {size} are more than 1/{parts}",
    ),
    params=Share,
)
def owners_at_most_a_share(case: Case, p: Share) -> Mapping[str, Fact] | None:
    """Owner representatives are at most one part in `parts` of the whole panel."""
    whole = size(case)
    if case.owner_reps * p.parts <= whole:
        return None
    return {"owners": case.owner_reps, "size": whole, "parts": p.parts}


@guard(
    "C3",
    law="重庆市招标投标条例 30",
    title=Words("招标人代表人数上限", "owner representatives, absolute cap"),
    says=Words("招标人代表 {owners} 人，至多 {most} 人", "{owners} owner representatives; at most {most}"),
    params=Most,
)
def owners_at_most(case: Case, p: Most) -> Mapping[str, Fact] | None:
    """Owner representatives are at most an absolute number."""
    return None if case.owner_reps <= p.most else {"owners": case.owner_reps, "most": p.most}


@guard(
    "C5",
    law="水利工程电子招标投标技术标准 CTS-EBS01 B-022（转引）",
    title=Words("水利工程评标委员会人数", "panel of a water works project"),
    says=Words(
        "评标委员会 {size} 人：应为 {least} 人以上单数", "a panel of {size}: odd and at least {least} wanted"
    ),
    params=Least,
)
def water_works_panel(case: Case, p: Least) -> Mapping[str, Fact] | None:
    """Water works: odd and at least the minimum; the pack's categories say where it holds."""
    return _odd(case, p)


@guard(
    "C6",
    law="政府采购货物和服务招标投标管理办法 47",
    title=Words("大额或特殊政府采购评标委员会人数", "panel of a large or special government procurement"),
    says=Words(
        "评标委员会 {size} 人：应为 {least} 人以上单数", "a panel of {size}: odd and at least {least} wanted"
    ),
    params=Least,
)
def large_procurement_panel(case: Case, p: Least) -> Mapping[str, Fact] | None:
    """Government procurement from the pack's budget on, or marked as complex or of large social effect."""
    return _odd(case, p)


@guard(
    "C7",
    law="政府采购非招标采购方式管理办法 7",
    title=Words("谈判、磋商、询价小组人数", "negotiation panel"),
    says=Words(
        "评标委员会 {size} 人：应为 {least} 人以上单数", "a panel of {size}: odd and at least {least} wanted"
    ),
    params=Least,
)
def negotiation_panel(case: Case, p: Least) -> Mapping[str, Fact] | None:
    """Negotiation and inquiry: odd and at least the minimum, a larger one from the pack's budget on."""
    return _odd(case, p)


@guard(
    "C8e",
    version=2,
    law="local rule: share of economic experts",
    title=Words("经济类专家比例下限", "share of economic experts"),
    says=Words(
        "经济类专家 {found} 席，少于 {experts} 席的 1/{parts}",
        "{found} economic seat(s), less than 1/{parts} of {experts}",
    ),
    params=ShareOfCodes,
)
def economists_at_least_a_share(case: Case, p: ShareOfCodes) -> Mapping[str, Fact] | None:
    """At least one part in `parts` of the experts holds a seat of a speciality the pack calls economic."""
    experts, found = sum(wanted(case).values()), _seats(case, p.codes)
    return None if found * p.parts >= experts else {"found": found, "experts": experts, "parts": p.parts}


@guard(
    "C8l",
    version=2,
    law="local rule: legal experts",
    title=Words("法律专家下限", "legal experts"),
    says=Words("法律专家 {found} 席，至少 {least} 席", "{found} legal seat(s); at least {least}"),
    params=LeastOfCodes,
)
def lawyers_at_least(case: Case, p: LeastOfCodes) -> Mapping[str, Fact] | None:
    """At least so many seats of a speciality the pack calls legal."""
    found = _seats(case, p.codes)
    return None if found >= p.least else {"found": found, "least": p.least}


def _seats(case: Case, codes: tuple[str, ...]) -> int:
    """Seats whose speciality begins with one of the codes; a wider one promises nothing."""
    return sum(count for role, count in wanted(case).items() if role.startswith(codes))


@guard(
    "C10",
    law="重庆市招标投标条例 30",
    title=Words(
        "投标人与招标人有利害关系时不派招标人代表", "no owner representative where a bidder is linked"
    ),
    says=Words(
        "投标人 {bidder} 与招标人 {tenderee} 有控制关系，招标人代表 {owners} 人退出，由专家补足",
        "bidder {bidder} is linked with the tenderee {tenderee}: {owners} owner representative(s) give way to experts",
    ),
    params=Nothing,
)
def no_owner_where_linked(case: Case, _: Nothing) -> Mapping[str, Fact] | None:
    """Once bidders are known: the tenderee bids itself or shares a controller with one who does."""
    if not case.owner_reps or not case.tenderee or not case.bidders:
        return None
    group = related(running(case.controls, day_of(case)), case.bidders)
    bidder = case.tenderee if case.tenderee in case.bidders else group.get(case.tenderee)
    return (
        None if bidder is None else {"bidder": bidder, "tenderee": case.tenderee, "owners": case.owner_reps}
    )


@guard(
    "C9",
    law="重庆市招标投标条例 30",
    title=Words("招标人代表须有书面授权", "owner representatives need a written authorisation"),
    says=Words(
        "{missing} 名招标人代表没有书面授权在案", "{missing} owner representative(s) without a letter on file"
    ),
    params=Nothing,
)
def owners_authorised(case: Case, _: Nothing) -> Mapping[str, Fact] | None:
    """Nobody sits for the tenderee without its letter; asked when a representative checks in."""
    return {"missing": case.unauthorised} if case.unauthorised else None


@guard(
    "C11",
    law="评标委员会和评标方法暂行规定 9；重庆市招标投标条例 30",
    title=Words("评标委员会负责人的产生", "how the panel gets its chair"),
    says=Words(
        "负责人为招标人代表：{owner}，由招标人确定：{named}；规则包不许",
        "a chair who is an owner representative: {owner}, named by the tenderee: {named}; the pack forbids it",
    ),
    params=Chairing,
)
def chair_by_the_pack(case: Case, p: Chairing) -> Mapping[str, Fact] | None:
    """An owner representative chairs, and the tenderee names the chair, only where the pack lets them."""
    chair = case.chair
    if chair is None or ((p.owners or not chair.owner) and (p.named or not chair.named)):
        return None
    return {"owner": int(chair.owner), "named": int(chair.named)}


@notice(
    "D8",
    law="practice: candidates for each seat",
    title=Words("候选专家偏少", "few candidates for a seat"),
    says=Words(
        "专业 {speciality} 有 {found} 人，每席不足 {least} 人",
        "{found} candidates of {speciality}: fewer than {least} for each seat",
    ),
    params=Least,
)
def few_candidates(case: Case, p: Least) -> Mapping[str, Fact] | None:
    """The scarcest role has fewer than `least` people in the pool for each of its seats."""
    roles = wanted(case)
    found = {role: sum(fits(expert, role) for expert in case.pool) for role in roles}
    scarce = min(roles, key=lambda role: (found[role] / roles[role], role), default=None)
    if scarce is None or found[scarce] >= p.least * roles[scarce]:
        return None
    return {"speciality": scarce, "found": found[scarce], "least": p.least}
