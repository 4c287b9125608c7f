"""Who is not free at that time? Leave, absence and other panels."""

from collections.abc import Iterator

from scheduler.limits import Draft, Nothing, Words, forbid, rule
from scheduler.model import Case
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
