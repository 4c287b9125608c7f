"""From where may members come, and is there a workstation for them?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scheduler.limits import (
    Draft,
    Fact,
    Least,
    Most,
    Nothing,
    Percent,
    Words,
    at_least,
    at_most,
    forbid,
    grouped,
    guard,
    per_group,
    rule,
    wanted,
)
from scheduler.model import Case, RegionCode


def city(region: RegionCode) -> str:
    """The city's four digits of a county code (GB/T 2260)."""
    return region[:4]


@rule(
    "L3",
    law="practice of remote evaluation (保定, 济宁)",
    title=Words("异地专家下限", "off-site minimum"),
    says=Words(
        "项目所在市（{city}）以外的专家至少 {least} 人", "at least {least} from outside the lot's city {city}"
    ),
    params=Least,
)
def off_site(case: Case, p: Least) -> Iterator[Draft]:
    """At least so many members whose city differs from the lot's."""
    home = city(case.region)
    away = tuple(expert.id for expert in case.pool if city(expert.region) != home)
    yield at_least(p.least, away, city=home)


@rule(
    "L3p",
    law="practice of remote evaluation (保定, 济宁)",
    title=Words("异地专家比例下限", "off-site share"),
    says=Words(
        "项目所在市（{city}）以外的专家至少 {least} 人（{percent}%）",
        "at least {least} ({percent} %) from outside the lot's city {city}",
    ),
    params=Percent,
)
def off_site_share(case: Case, p: Percent) -> Iterator[Draft]:
    """At least so many hundredths of the experts, rounded up, from another city than the lot's."""
    least = -(-sum(wanted(case).values()) * p.percent // 100)
    home = city(case.region)
    away = tuple(expert.id for expert in case.pool if city(expert.region) != home)
    yield at_least(least, away, city=home, percent=p.percent)


@rule(
    "L4",
    law="practice",
    title=Words("项目所在县专家上限", "host county"),
    says=Words("项目所在县（{region}）专家至多 {most} 人", "at most {most} from the lot's county {region}"),
    params=Most,
)
def host_county(case: Case, p: Most) -> Iterator[Draft]:
    """At most so many members of the lot's own county."""
    home = tuple(expert.id for expert in case.pool if expert.region == case.region)
    yield at_most(p.most, home, region=case.region)


@rule(
    "L5",
    law="practice: against acquaintance",
    title=Words("同县专家上限", "same county"),
    says=Words("县（{region}）专家至多 {most} 人", "at most {most} from county {region}"),
    params=Most,
)
def same_county(case: Case, p: Most) -> Iterator[Draft]:
    """At most so many members of any one county."""
    return per_group(p.most, "region", grouped(case.pool, lambda expert: expert.region))


@rule(
    "L5c",
    law="practice: against acquaintance",
    title=Words("同市专家上限", "same city"),
    says=Words("市（{city}）专家至多 {most} 人", "at most {most} from city {city}"),
    params=Most,
)
def same_city(case: Case, p: Most) -> Iterator[Draft]:
    """At most so many members of any one city (first four digits)."""
    return per_group(p.most, "city", grouped(case.pool, lambda expert: city(expert.region)))


@rule(
    "L6",
    law="电子招标投标办法 33",
    title=Words("本市有评标场所", "a venue in the own city"),
    says=Words(
        "{expert} 所在市（{city}）没有本项目席位", "no workstation of this lot in {city}, where {expert} is"
    ),
    params=Nothing,
)
def venue_in_own_city(case: Case, _: Nothing) -> Iterator[Draft]:
    """An expert sits only at a site of the lot in the own city; no sites known: not asked here."""
    if not case.sites:
        return
    served = _workstations(case).keys()
    for expert in case.pool:
        if city(expert.region) not in served:
            yield forbid(expert.id, city=city(expert.region))


@rule(
    "L7",
    law="practice: one expert, one workstation",
    title=Words("本市工位数", "workstations in the city"),
    says=Words("市（{city}）预留工位 {most} 个", "{most} workstation(s) held in city {city}"),
    params=Nothing,
)
def workstations(case: Case, _: Nothing) -> Iterator[Draft]:
    """Per city with a site of the lot at most the workstations held there; other cities are L6."""
    held = _workstations(case)
    for name, members in grouped(case.pool, lambda expert: city(expert.region)).items():
        if name in held:
            yield at_most(held[name], tuple(members), city=name)


def _workstations(case: Case) -> dict[str, int]:
    held: dict[str, int] = {}
    for site in case.sites:
        if site.seats > 0:
            held[city(site.region)] = held.get(city(site.region), 0) + site.seats
    return held


@rule(
    "L8",
    law="practice: dispersed seating 分散评标",
    title=Words("同室人数上限", "members of one panel in a room"),
    says=Words(
        "市（{city}）预留评标室 {rooms} 间，专家至多 {most} 人",
        "{rooms} room(s) held in {city}: {most} at most",
    ),
    params=Most,
)
def rooms_apart(case: Case, p: Most) -> Iterator[Draft]:
    """Per city at most so many members for each room held there; rooms that nobody counted bind nobody."""
    rooms: dict[str, int] = {}
    for site in case.sites:
        if site.rooms is not None and site.seats > 0:
            rooms[city(site.region)] = rooms.get(city(site.region), 0) + site.rooms
    for name, members in grouped(case.pool, lambda expert: city(expert.region)).items():
        if name in rooms:
            yield at_most(rooms[name] * p.most, tuple(members), city=name, rooms=rooms[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnSites:
    """So many guest sites are drawn out of at most `most`, with so many free seats each."""

    guests: int
    seats: int
    most: int


@guard(
    "L2",
    law="practice of remote evaluation: guest sites by lot (四川)",
    title=Words("客场随机抽取", "guest sites drawn by lot"),
    says=Words(
        "客场应从有空位的外市场所中抽取 {guests} 个（每处至少 {seats} 席，候选至多 {most} 个），符合的有 {found} 个",
        "{guests} guest sites are drawn out of at most {most} in other cities with {seats} free seats; {found} fit",
    ),
    params=DrawnSites,
)
def guests_drawn(case: Case, p: DrawnSites) -> Mapping[str, Fact] | None:
    """Before the draw every guest site fits and there are enough; after it the drawn ones are as many as asked.

    A site fits in another city than the host's and with so many free seats; who may choose none of them is
    the booking's and the verifier's to see.
    """
    home = next((city(site.region) for site in case.sites if site.host), city(case.region))
    guests = [site for site in case.sites if not site.host]
    fit = [site for site in guests if city(site.region) != home and site.seats >= p.seats]
    if fit == guests and p.guests <= len(guests) <= max(p.most, p.guests):
        return None
    return {"guests": p.guests, "seats": p.seats, "most": p.most, "found": len(fit)}


@guard(
    "L1",
    law="practice of remote evaluation: one host and guests",
    title=Words("场所数量下限", "sites at least"),
    says=Words("场所 {sites} 个，至少 {least} 个", "{sites} site(s); at least {least}"),
    params=Least,
)
def sites_at_least(case: Case, p: Least) -> Mapping[str, Fact] | None:
    """Host and guest sites together are at least so many."""
    return {"sites": len(case.sites), "least": p.least} if len(case.sites) < p.least else None


@guard(
    "L1m",
    law="practice of remote evaluation: one host and guests",
    title=Words("场所数量上限", "sites at most"),
    says=Words("场所 {sites} 个，至多 {most} 个", "{sites} sites; at most {most}"),
    params=Most,
)
def sites_at_most(case: Case, p: Most) -> Mapping[str, Fact] | None:
    """Host and guest sites together are at most so many."""
    return {"sites": len(case.sites), "most": p.most} if len(case.sites) > p.most else None
