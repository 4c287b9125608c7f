"""Who is not free at that time, and who has sat often enough? Filters on committed data, never weights."""

from collections.abc import Iterator

from scheduler.limits import Days, Declared, Draft, Most, Nothing, Often, Words, forbid, rule
from scheduler.model import Case, RuleId
from scheduler.rules.day import covers, day_of


@rule(
    "E5",
    law="practice: leave calendar and overlapping windows",
    title=Words("请假或已有评标任务", "away or on another panel"),
    says=Words("{expert} 当日请假或已有其他评标任务", "{expert} is away that day or on another panel"),
    params=Nothing,
)
def free_that_day(case: Case, _: Nothing) -> Iterator[Draft]:
    """Neither away on the day nor on a panel whose window overlaps; first and last day of leave count."""
    day = day_of(case)
    for expert in case.pool:
        if expert.busy or (day is not None and any(covers(span, day) for span in expert.away)):
            yield forbid(expert.id)


@rule(
    "F1",
    law="practice: evaluations a day",
    title=Words("当日评标次数上限", "evaluations on one day"),
    says=Words(
        "{expert} 当日已评 {count} 次，至多 {most} 次", "{expert} has {count} on this day; at most {most}"
    ),
    params=Most,
)
def times_a_day(case: Case, p: Most) -> Iterator[Draft]:
    """At most so many evaluations on one day, this one counted."""
    day = day_of(case)
    for expert in case.pool if day else ():
        count = sum(each.day == day for each in expert.past)
        if count >= p.most:
            yield forbid(expert.id, count=count, most=p.most)


@rule(
    "F2",
    law="practice: frequency cap",
    title=Words("一段时间内评标次数上限", "evaluations in a period"),
    says=Words(
        "{expert} 在 {days} 日内已评 {count} 次，至多 {most} 次",
        "{expert} has {count} in {days} days; at most {most}",
    ),
    params=Often,
)
def times_in_a_period(case: Case, p: Often) -> Iterator[Draft]:
    """At most so many evaluations, this one counted, in the `days` days that end with this one."""
    return _often(case, p, same_tenderee=False)


@rule(
    "F2c",
    law="practice: cool-down",
    title=Words("两次评标之间的间隔", "rest between two evaluations"),
    says=Words("{expert} 上次评标 {last}，须间隔 {days} 日", "{expert} sat on {last}; {days} days of rest"),
    params=Days,
)
def rested(case: Case, p: Days) -> Iterator[Draft]:
    """Whole days of rest after the last evaluation: with two, who sat on the 20th is free on the 23rd."""
    day = day_of(case)
    for expert in case.pool if day else ():
        before = [each.day for each in expert.past if day and each.day < day]
        if day and before and (day - max(before)).days <= p.days:
            yield forbid(expert.id, last=max(before).isoformat(), days=p.days)


@rule(
    "F3",
    law="supervision practice: recurrence with one tenderee",
    title=Words("与同一招标人评标次数上限", "evaluations for one tenderee in a period"),
    says=Words(
        "{expert} 在 {days} 日内为同一招标人评标 {count} 次，至多 {most} 次",
        "{expert} has {count} for this tenderee in {days} days; at most {most}",
    ),
    params=Often,
)
def times_for_one_tenderee(case: Case, p: Often) -> Iterator[Draft]:
    """At most so many for the tenderee of this lot, this one counted, in the days that end with this one."""
    return _often(case, p, same_tenderee=True)


def _often(case: Case, p: Often, *, same_tenderee: bool) -> Iterator[Draft]:
    day = day_of(case)
    for expert in case.pool if day else ():
        held = [each.day for each in expert.past if each.same_tenderee or not same_tenderee]
        count = sum(0 <= (day - each).days < p.days for each in held) if day else 0
        if count >= p.most:
            yield forbid(expert.id, count=count, most=p.most, days=p.days)


# Not in a pack and no generators: these limits come from other lots (scheduler/elsewhere.py).
DRAWN_ELSEWHERE = Declared(
    id=RuleId("E5d"),
    version=1,
    law="practice: overlapping windows",
    title=Words("冻结后已被时间重叠的项目抽中", "drawn for an overlapping lot since the freeze"),
    says=Words(
        "{expert} 在名单冻结后已被时间重叠的项目抽中",
        "{expert} has been drawn for an overlapping lot since the pool was frozen",
    ),
    params=Nothing,
)
KEPT_FOR_OTHERS = Declared(
    id=RuleId("F6"),
    version=1,
    law="a draw leaves lots booked earlier possible",
    title=Words("为先预约的项目预留", "left for lots booked earlier"),
    says=Words(
        "先预约、时间重叠的项目需要这 {people} 人中的若干，本次至多取 {most} 人",
        "overlapping lots booked earlier need some of these {people}; at most {most} may be taken here",
    ),
    params=Nothing,
)
