"""Who meets whom again and again? Alarms for the supervisor over lots whose bidders are known; they filter nobody."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import combinations

from scheduler.alarms import Found, Meeting, alarm
from scheduler.limits import Fact, Often, Words
from scheduler.model import ExpertId

Key = tuple[tuple[ExpertId, ...], str]  # experts in order, and the other side or nothing


def _gathered(meetings: Sequence[Meeting], keys: Sequence[Iterable[Key]], p: Often) -> Iterator[Found]:
    """Every key that comes more than `most` times within `days` days, with the lots of the busiest such days."""
    seen: dict[Key, list[Meeting]] = defaultdict(list)
    for meeting, found in zip(meetings, keys, strict=True):
        for key in found:
            seen[key].append(meeting)
    for (experts, other), held in seen.items():
        busiest = _busiest(sorted(held, key=lambda m: (m.day, m.lot)), p.days)
        if len(busiest) > p.most:
            told: dict[str, Fact] = {"experts": "、".join(experts), "other": other, "count": len(busiest)}
            told |= {"most": p.most, "days": p.days}
            yield Found(experts=experts, other=other, lots=tuple(m.lot for m in busiest), facts=told)


def _busiest(held: Sequence[Meeting], days: int) -> Sequence[Meeting]:
    """The longest run within `days` days, both ends counted; of equal ones the latest."""
    best: Sequence[Meeting] = ()
    for end in range(len(held)):
        since = held[end].day - timedelta(days=days - 1)
        run = [each for each in held[: end + 1] if each.day >= since]
        best = run if len(run) >= len(best) else best
    return best


@alarm(
    "F3b",
    title=Words("同一专家与同一投标人反复相遇", "one expert, one bidder, again and again"),
    says=Words(
        "{experts} 在 {days} 日内 {count} 次评审有 {other} 投标的项目，多于 {most} 次",
        "{experts} judged {count} lots in {days} days for which {other} bid; more than {most}",
    ),
    params=Often,
    why=Words(
        "抽取是随机的，一名专家多次遇到同一投标人，可能是巧合，也可能是名单泄露或人为安排；请结合评分与通话记录询问。",
        "Draws are random. One expert who meets one bidder many times may be chance, a leaked list or an arranged "
        "panel: ask, beside the scores.",
    ),
    example=Words(
        "most = 2、days = 90：3 月 1 日、4 月 10 日、5 月 20 日的三个项目，甲公司都投标，又都由同一专家评审，提示；"
        "若第三次在 6 月 1 日，不提示。",
        "most = 2, days = 90: lots on 1 March, 10 April and 20 May, all with bidder A and one expert, raise it; "
        "with the third on 1 June nothing is raised.",
    ),
)
def same_bidder(meetings: Sequence[Meeting], p: Often) -> Iterator[Found]:
    """One expert judged lots of one bidder more often than that in so many days; consortium members count."""
    keys = [[((e,), b) for e in m.experts for b in m.bidders] for m in meetings]
    return _gathered(meetings, keys, p)


@alarm(
    "F3t",
    title=Words("同一专家与同一招标人反复相遇", "one expert, one tenderee, again and again"),
    says=Words(
        "{experts} 在 {days} 日内 {count} 次为 {other} 评审，多于 {most} 次",
        "{experts} judged {count} lots of {other} in {days} days; more than {most}",
    ),
    params=Often,
    why=Words(
        "长期为同一招标人评审容易形成熟人关系；规则包没有用 F3 限制次数时，由监督人员留意。",
        "Who judges for one tenderee all the time becomes an acquaintance; where no F3 caps it, somebody should look.",
    ),
    example=Words(
        "most = 3、days = 365：一年内第四次为同一招标人评审时提示。",
        "most = 3, days = 365: the fourth lot of one tenderee within a year raises it.",
    ),
)
def same_tenderee(meetings: Sequence[Meeting], p: Often) -> Iterator[Found]:
    """One expert judged lots of one tenderee more often than that in so many days."""
    keys = [[((e,), m.tenderee) for e in m.experts if m.tenderee] for m in meetings]
    return _gathered(meetings, keys, p)


@alarm(
    "F4",
    title=Words("同两名专家反复同组", "one pair of experts, again and again"),
    says=Words(
        "{experts} 在 {days} 日内同组 {count} 次，多于 {most} 次",
        "{experts} sat together {count} times in {days} days; more than {most}",
    ),
    params=Often,
    why=Words(
        "随机抽取下两人多次同组的机会很小，专业稀缺时除外；反复同组便于串通打分。",
        "By chance two people seldom meet often, unless a speciality is scarce; who meets often can agree on scores.",
    ),
    example=Words(
        "most = 2、days = 180：半年内第三次同组时提示；只有四人的稀缺专业请先看供给。",
        "most = 2, days = 180: the third common panel within half a year raises it; look at scarce specialities first.",
    ),
)
def same_pair(meetings: Sequence[Meeting], p: Often) -> Iterator[Found]:
    """Two experts sat together more often than that in so many days."""
    return _together(meetings, p, 2)


@alarm(
    "F4t",
    title=Words("同三名专家反复同组", "one triple of experts, again and again"),
    says=Words(
        "{experts} 在 {days} 日内同组 {count} 次，多于 {most} 次",
        "{experts} sat together {count} times in {days} days; more than {most}",
    ),
    params=Often,
    why=Words(
        "三人即可左右五人委员会的多数；三人反复同组比两人更少见，也更可疑。",
        "Three are a majority of five; that three meet again is rarer than two and weighs more.",
    ),
    example=Words(
        "most = 1、days = 365：一年内第二次同组即提示。", "most = 1, days = 365: the second time raises it."
    ),
)
def same_triple(meetings: Sequence[Meeting], p: Often) -> Iterator[Found]:
    """Three experts sat together more often than that in so many days."""
    return _together(meetings, p, 3)


def _together(meetings: Sequence[Meeting], p: Often, size: int) -> Iterator[Found]:
    keys = [[(group, "") for group in combinations(sorted(m.experts), size)] for m in meetings]
    return _gathered(meetings, keys, p)


@alarm(
    "F5",
    title=Words("多次谢绝", "many declines"),
    says=Words(
        "{experts} 在 {days} 日内谢绝 {count} 次，多于 {most} 次",
        "{experts} declined {count} times in {days} days; more than {most}",
    ),
    params=Often,
    why=Words(
        "谢绝是专家的权利；次数过多时专家库管理单位可以暂停抽取，须写明理由并由另一人复核，专家本人可见，从不自动暂停。",
        "Anybody may decline. Who declines very often may be suspended by the pool's owner: with a reason, a second "
        "person's look, and seen by the expert; never by itself.",
    ),
    example=Words(
        "most = 3、days = 180：半年内第四次谢绝后可以提出暂停。",
        "most = 3, days = 180: after the fourth decline within half a year a suspension may be proposed.",
    ),
)
def many_declines(meetings: Sequence[Meeting], p: Often) -> Iterator[Found]:
    """One expert declined more often than that in so many days."""
    return _gathered(meetings, [[((e,), "") for e in m.declined] for m in meetings], p)
