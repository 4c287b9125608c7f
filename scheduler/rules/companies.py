"""Whose companies belong to a bidder, to the tenderee or to the project? Groups, former units, preliminary work."""

from collections.abc import Iterator

from scheduler.limits import Draft, Nothing, Words, Years, forbid, rule
from scheduler.model import Case, OrgTag, Tie
from scheduler.rules.day import day_of
from scheduler.rules.groups import controllers, lately, related, running
from scheduler.rules.work import ended, last_years, units, within


@rule(
    "R10",
    version=2,
    law="provincial practice",
    title=Words("与招标人同单位", "same unit as the tenderee"),
    says=Words(
        "{expert} 任职于 {unit}，即招标人或其上级单位",
        "{expert} works for {unit}: the tenderee or a unit above it",
    ),
    params=Nothing,
)
def works_for_the_tenderee(case: Case, _: Nothing) -> Iterator[Draft]:
    """Who works for the tenderee on the day, or for a unit that controls it then, does not sit as an expert."""
    if not case.tenderee:
        return
    day = day_of(case)
    house = controllers(running(case.controls, day)).get(case.tenderee, frozenset({case.tenderee}))
    for expert in case.pool:
        for unit in sorted(units(expert, day) & house):
            yield forbid(expert.id, unit=unit)


@rule(
    "R11",
    version=2,
    law="招标投标法实施条例 34; 政府采购法实施条例 9(5)",
    title=Words("任职于投标人的关联企业", "works in a bidder's group of companies"),
    says=Words(
        "{expert} 任职的 {unit} 与投标人 {bidder} 现在或 {years} 年内同受控制",
        "{unit}, where {expert} works, shares a controller with bidder {bidder}, now or within {years} years",
    ),
    params=Years,
)
def works_in_a_bidders_group(case: Case, p: Years) -> Iterator[Draft]:
    """Parent, subsidiary, sister or any company under a common controller; the bidder itself is R1.

    Control that lasted into the `years` before the day counts like control of today.
    A joint venture joins its child to either parent, but does not make the two parents one group.
    """
    day = day_of(case)
    group = related(lately(case.controls, day, p.years), case.bidders)
    for expert in case.pool if group else ():
        for unit in sorted(units(expert, day) & group.keys()):
            yield forbid(expert.id, unit=unit, bidder=group[unit], years=p.years)


@rule(
    "R11f",
    version=2,
    law="政府采购法实施条例 9(5); 招标投标法实施条例 34",
    title=Words("近年与投标人的关联单位有任职、退休或分包关系", "former unit or partner in a bidder's group"),
    says=Words(
        "{expert} 与 {unit} 的关系（{tie}）至 {until}，未满 {years} 年；该单位与投标人 {bidder} 关联",
        "{expert} was tied to {unit} ({tie}) until {until}, within {years} years; it belongs to {bidder}",
    ),
    params=Years,
)
def former_unit_in_a_group(case: Case, p: Years) -> Iterator[Draft]:
    """Within `years` before the day: a job in a bidder's group (the bidder itself is R1), or retirement from,
    or subcontracting with, the bidder or its group; control counts as in R11."""
    day = day_of(case)
    group = related(lately(case.controls, day, p.years), case.bidders)
    reach = group | {bidder: bidder for bidder in case.bidders}
    for expert in case.pool if day and reach else ():
        for job in last_years(expert, day, p.years) if day else ():
            if day and job.org in group:
                facts = {"unit": job.org, "bidder": group[job.org], "until": ended(job, day)}
                yield forbid(expert.id, **facts, tie="employed", years=p.years)
        for held in expert.relations:
            known = held.tie in (Tie.RETIRED, Tie.SUPPLIER) and held.org in reach
            if day and known and within(held, day, p.years):
                facts = {"unit": held.org, "bidder": reach[held.org], "until": ended(held, day)}
                yield forbid(expert.id, **facts, tie=held.tie.value, years=p.years)


@rule(
    "R11p",
    law="招标投标法实施条例 34; 政府采购法实施条例 9(5), 18",
    title=Words("近年任职于本项目前期工作单位", "worked for a unit that did this project's preliminary work"),
    says=Words(
        "{expert} 任职于本项目前期设计、咨询或分包单位 {unit} 至 {until}，未满 {years} 年",
        "{expert} worked until {until}, within {years} years, for {unit}, which did preliminary work here",
    ),
    params=Years,
)
def worked_for_the_designer(case: Case, p: Years) -> Iterator[Draft]:
    """Works, or worked within `years` before the day, for who designed, advised or sub-contracted beforehand."""
    named, day = frozenset(case.parties.preliminary) - {OrgTag("")}, day_of(case)
    for expert in case.pool if named else ():
        if expert.employer in named:
            until = day.isoformat() if day else "-"
            yield forbid(expert.id, unit=expert.employer, until=until, years=p.years)
        for job in last_years(expert, day, p.years) if day else ():
            if day and job.org in named:
                yield forbid(expert.id, unit=job.org, until=ended(job, day), years=p.years)
