"""Can somebody be there in time? Minutes between counties, as the register has them; what nobody knows binds nobody."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scheduler.limits import Draft, Words, forbid, rule
from scheduler.model import Case, RegionCode, Travel
from scheduler.rules.place import city


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """So many minutes."""

    minutes: int


def minutes_between(travel: Iterable[Travel], one: RegionCode, other: RegionCode) -> int | None:
    """Minutes of travel between two counties, the same both ways; 0 within one; None: nobody knows."""
    if one == other:
        return 0
    wanted = {one, other}
    return next((each.minutes for each in travel if {each.one, each.other} == wanted), None)


@rule(
    "E5t",
    law="practice: travel between two panels",
    title=Words("两次评标之间来不及", "too little time between two panels"),
    says=Words(
        "{expert} 当日两次评标之间扣除路程只余 {gap} 分钟，至少 {minutes} 分钟",
        "{expert} has {gap} minutes between two panels of that day, travel taken off; at least {minutes}",
    ),
    params=Minutes,
)
def time_between_panels(case: Case, p: Minutes) -> Iterator[Draft]:
    """So many minutes at least between this panel and the nearest other one, after the way from site to site."""
    for expert in case.pool:
        if expert.gap is not None and expert.gap < p.minutes:
            yield forbid(expert.id, gap=expert.gap, minutes=p.minutes)


@rule(
    "E6t",
    law="practice: travel limit",
    title=Words("到场路程上限", "travel to the site"),
    says=Words(
        "{expert} 到本市场所需 {travel} 分钟，至多 {minutes} 分钟",
        "{expert} needs {travel} minutes to the site in the own city; at most {minutes}",
    ),
    params=Minutes,
)
def near_enough(case: Case, p: Minutes) -> Iterator[Draft]:
    """From the own county to every site of the lot in the own city at most so many minutes."""
    ways = {frozenset((each.one, each.other)): each.minutes for each in case.travel}
    for expert in case.pool:
        here = [
            site.region for site in case.sites if site.seats > 0 and city(site.region) == city(expert.region)
        ]
        far = max((ways.get(frozenset((expert.region, region)), 0) for region in here), default=0)
        if far > p.minutes:
            yield forbid(expert.id, travel=far, minutes=p.minutes)
