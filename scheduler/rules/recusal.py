"""Who must step aside (回避), and who may not sit beside whom?"""

from collections.abc import Iterator

from scheduler.limits import (
    Draft,
    Most,
    Nothing,
    Share,
    Words,
    Years,
    at_most,
    forbid,
    grouped,
    per_group,
    rule,
    wanted,
)
from scheduler.model import Case
from scheduler.rules.day import day_of
from scheduler.rules.work import ended, last_years, units


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
    "R0o",
    law="招标投标法实施条例 46; draw request 应回避单位",
    title=Words("任职于应回避单位", "works for a unit on the recusal list"),
    says=Words("{expert} 任职于应回避单位 {unit}", "{expert} works for {unit}, which is on the recusal list"),
    params=Nothing,
)
def works_for_a_recused_unit(case: Case, _: Nothing) -> Iterator[Draft]:
    """Who works on the day for an organisation that the draw request names."""
    named, day = frozenset(case.recused_units), day_of(case)
    for expert in case.pool if named else ():
        for unit in sorted(units(expert, day) & named):
            yield forbid(expert.id, unit=unit)


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

    Whose last day at work was exactly `years` before the day is still out, one day earlier is free.
    """
    if not case.bidders:
        return
    day = day_of(case)
    for expert in case.pool:
        if expert.employer in case.bidders:
            until = day.isoformat() if day else "-"
            yield forbid(expert.id, bidder=expert.employer, until=until, years=p.years)
        for job in last_years(expert, day, p.years) if day else ():
            if day and job.org in case.bidders:
                yield forbid(expert.id, bidder=job.org, until=ended(job, day), years=p.years)


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
    "R12p",
    law="机电产品国际招标投标实施办法",
    title=Words("同一单位人数比例上限", "share of one employer"),
    says=Words(
        "单位 {employer} 至多 {most} 人（不超过成员总数的 1/{parts}）",
        "at most {most} of employer {employer} (1/{parts} of the panel)",
    ),
    params=Share,
)
def same_employer_share(case: Case, p: Share) -> Iterator[Draft]:
    """Of one employer at most one part in `parts` of the whole panel, owner representatives counted in it."""
    most = (sum(wanted(case).values()) + case.owner_reps) // p.parts
    groups = grouped(case.pool, lambda expert: expert.employer)
    for draft in per_group(most, "employer", groups):
        yield draft._replace(facts={**draft.facts, "parts": p.parts})


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


@rule(
    "R13k",
    law="招标投标法 37; 评标委员会和评标方法暂行规定 12",
    title=Words("亲属不得同席", "relatives on one panel"),
    says=Words(
        "{one} 与 {other} 为亲属，至多 {most} 人", "{one} and {other} are kin: at most {most} of them"
    ),
    params=Nothing,
)
def kin_apart(case: Case, _: Nothing) -> Iterator[Draft]:
    """Two whom the register calls relatives, in either direction, never sit together."""
    here = {expert.id for expert in case.pool}
    pairs = {tuple(sorted((who.id, kin))) for who in case.pool for kin in who.kin if kin in here}
    for one, other in sorted(pairs):
        if one != other:
            yield at_most(1, (one, other), one=one, other=other)
