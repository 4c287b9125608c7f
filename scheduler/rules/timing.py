"""When may a panel be drawn at the earliest? Guards of the moment in which a lottery is fixed."""

from collections.abc import Mapping

from scheduler.limits import Days, Fact, Words, guard
from scheduler.model import Case


@guard(
    "D3w",
    law="政府采购评审专家管理办法 14",
    title=Words("抽取不早于评审前若干工作日", "not drawn earlier than so many working days before"),
    says=Words(
        "评审前 {days} 个工作日起（{opens} 以后）方可抽取",
        "drawn from {opens} on, {days} working days before",
    ),
    params=Days,
)
def within_working_days(case: Case, p: Days) -> Mapping[str, Fact] | None:
    """From 00:00 of the n-th working day before the evaluation; it takes the place of the pack's hours.

    Raises Refused("calendar_year") when a day in between lies in a year that nobody has announced.
    """
    from scheduler.calendar import Calendar, working_days_before

    if case.starts is None or case.fixed_at is None:
        return None
    opens = working_days_before(case.starts, p.days, case.calendar or Calendar())
    return None if case.fixed_at >= opens else {"days": p.days, "opens": opens.isoformat()}
