"""Who must step aside (回避), and who may not sit beside whom?"""

from collections.abc import Iterator
from datetime import date

from scheduler.limits import Draft, Most, Nothing, Words, Years, forbid, grouped, per_group, rule
from scheduler.model import Case, Control, Expert, Job, OrgTag, Span
from scheduler.rules.day import covers, day_of, years_before


@rule(
    "R0",
    law="招标投标法 37; 招标投标法实施条例 46",
    title=Words("应当回避", "recused"),
    says=Words("{expert} 已列入回避名单", "{expert} is on the recusal list"),
    params=Nothing,
)
def recused(case: Case, _: Nothing) -> Iterator[Draft]:
    """Who is named in the case never sits; unknown ids say nothing."""
    for expert in case.pool:
        if expert.id in case.recused:
            yield forbid(expert.id)


@rule(
    "R1",
    law="政府采购法实施条例 9(1)",
    title=Words("近年与投标人有劳动关系", "worked for a bidder in the years before"),
    says=Words(
        "{expert} 任职于投标人 {bidder} 至 {until}，未满 {years} 年",
        "{expert} worked for bidder {bidder} until {until}, within {years} years",
    ),
    params=Years,
)
def worked_for_a_bidder(case: Case, p: Years) -> Iterator[Draft]:
    """Employed by a bidder, or by any member of a bidding consortium, within `years` before the day.

    The day itself is not counted and the corresponding day is the last of the period (民法典 201, 202):
    whose last day at work was exactly `years` before the day is still out, one day earlier is free.
    """
    if not case.bidders:
        return
    day = day_of(case)
    for expert in case.pool:
        if expert.employer in case.bidders:
            until = day.isoformat() if day else "-"
            yield forbid(expert.id, bidder=expert.employer, until=until, years=p.years)
        for job in expert.jobs if day else ():
            if day and job.org in case.bidders and _within(job, day, p.years):
                until = min(job.until or day, day).isoformat()
                yield forbid(expert.id, bidder=job.org, until=until, years=p.years)


def _within(job: Job, day: date, years: int) -> bool:
    begun = job.since is None or job.since <= day
    return begun and (job.until is None or job.until >= years_before(day, years))


def units(expert: Expert, day: date | None) -> frozenset[OrgTag]:
    """Every organisation the expert works for on the day: the employer and jobs not yet ended."""
    running = {job.org for job in expert.jobs if _running(job, day)}
    return frozenset(running | {expert.employer}) - {OrgTag("")}


def _running(job: Job, day: date | None) -> bool:
    return job.until is None if day is None else covers(Span(since=job.since, until=job.until), day)


@rule(
    "R10",
    law="provincial practice",
    title=Words("与招标人同单位", "same unit as the tenderee"),
    says=Words("{expert} 任职于招标人 {tenderee}", "{expert} works for the tenderee {tenderee}"),
    params=Nothing,
)
def works_for_the_tenderee(case: Case, _: Nothing) -> Iterator[Draft]:
    """Who works for the tenderee on the day does not sit as an expert."""
    if not case.tenderee:
        return
    day = day_of(case)
    for expert in case.pool:
        if case.tenderee in units(expert, day):
            yield forbid(expert.id, tenderee=case.tenderee)


@rule(
    "R11",
    law="招标投标法实施条例 34; 政府采购法实施条例 9(5)",
    title=Words("任职于投标人的关联企业", "works in a bidder's group of companies"),
    says=Words(
        "{expert} 任职的 {unit} 与投标人 {bidder} 同受控制",
        "{unit}, where {expert} works, shares a controller with bidder {bidder}",
    ),
    params=Nothing,
)
def works_in_a_bidders_group(case: Case, _: Nothing) -> Iterator[Draft]:
    """Parent, subsidiary, sister or any company under a common controller; the bidder itself is R1.

    A joint venture joins its child to either parent, but does not make the two parents one group.
    """
    above = _controllers(case.controls)
    groups = {bidder: above.get(bidder, frozenset({bidder})) for bidder in sorted(case.bidders)}
    related = {
        unit: bidder
        for bidder, over in reversed(groups.items())
        for unit, controllers in above.items()
        if unit not in case.bidders and over & controllers
    }
    day = day_of(case)
    for expert in case.pool if related else ():
        for unit in sorted(units(expert, day) & related.keys()):
            yield forbid(expert.id, unit=unit, bidder=related[unit])


def _controllers(controls: tuple[Control, ...]) -> dict[OrgTag, frozenset[OrgTag]]:
    """Of every organisation named: itself and all that control it, at any distance; rings do no harm."""
    parents: dict[OrgTag, set[OrgTag]] = {}
    for edge in controls:
        parents.setdefault(edge.child, set()).add(edge.parent)
        parents.setdefault(edge.parent, set())
    above = {}
    for org in parents:
        seen, todo = {org}, [org]
        while todo:
            new = parents[todo.pop()] - seen
            seen |= new
            todo.extend(new)
        above[org] = frozenset(seen)
    return above


@rule(
    "R12",
    law="provincial practice; 机电产品国际招标",
    title=Words("同一单位人数上限", "same employer"),
    says=Words("单位 {employer} 至多 {most} 人", "at most {most} of employer {employer}"),
    params=Most,
)
def same_employer(case: Case, p: Most) -> Iterator[Draft]:
    """At most so many of one employer; an empty employer is nobody's colleague."""
    return per_group(p.most, "employer", grouped(case.pool, lambda expert: expert.employer))


@rule(
    "R13",
    law="招标投标法 37; 评标委员会和评标方法暂行规定 12",
    title=Words("同一家庭不得同席", "same household"),
    says=Words("家庭 {household} 至多 {most} 人", "at most {most} of household {household}"),
    params=Nothing,
)
def same_household(case: Case, _: Nothing) -> Iterator[Draft]:
    """Members of one household never sit together; an empty household is nobody's kin."""
    return per_group(1, "household", grouped(case.pool, lambda expert: expert.household))
