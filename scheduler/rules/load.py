"""Who is not free at that time? Leave, absence and other panels."""

from collections.abc import Iterator

from scheduler.limits import Declared, Draft, Nothing, Words, forbid, rule
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


# Not in a pack and no generator: the limits come from lots booked earlier (scheduler/solve/reserve.py).
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
