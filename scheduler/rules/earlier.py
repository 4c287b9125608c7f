"""What did rules mean before their newest version? Kept word for word, so that old cases verify for years."""

from collections.abc import Iterator

from scheduler.limits import Draft, Nothing, Words, forbid, rule
from scheduler.model import Case
from scheduler.rules.day import day_of
from scheduler.rules.groups import related, running
from scheduler.rules.work import units


@rule(
    "R11",
    version=1,
    law="招标投标法实施条例 34; 政府采购法实施条例 9(5)",
    title=Words("任职于投标人的关联企业", "works in a bidder's group of companies"),
    says=Words(
        "{expert} 任职的 {unit} 与投标人 {bidder} 同受控制",
        "{unit}, where {expert} works, shares a controller with bidder {bidder}",
    ),
    params=Nothing,
)
def works_in_a_bidders_group_today(case: Case, _: Nothing) -> Iterator[Draft]:
    """Parent, subsidiary, sister or any company under a common controller; the bidder itself is R1.

    Counts control on the day only.
    A joint venture joins its child to either parent, but does not make the two parents one group.
    """
    day = day_of(case)
    group = related(running(case.controls, day), case.bidders)
    for expert in case.pool if group else ():
        for unit in sorted(units(expert, day) & group.keys()):
            yield forbid(expert.id, unit=unit, bidder=group[unit])
