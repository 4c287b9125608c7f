"""Has the invented world the properties that the demonstration and its tests rely on?"""

import json
from collections import Counter
from datetime import date, timedelta
from itertools import combinations

import pytest

from fixtures.invented import (
    ORGANISATION_SUFFIX,
    code_check,
    id_check,
    is_invented_organisation,
    is_invented_person,
    phone,
)
from fixtures.make import make_world
from fixtures.people import SCARCE
from fixtures.world import MAIN_LOT, Demo, LotPlan, anhui
from scheduler.model import Role, Standing
from scheduler.records import ExpertRecord

DAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def demo() -> Demo:
    """The Anhui demonstration as it is by default."""
    return anhui(DAY)


def fit(expert: ExpertRecord, day: date) -> bool:
    """Good standing, valid certificate, under 70 and not away on that day."""
    away = any((each.since or day) <= day <= (each.until or day) for each in expert.leave)
    young = (day.year - expert.born.year) - ((day.month, day.day) < (expert.born.month, expert.born.day)) < 70
    return expert.standing is Standing.GOOD and expert.certificate_until >= day and young and not away


def eligible(demo: Demo, lot: LotPlan, speciality: str) -> list[ExpertRecord]:
    """Fit experts of the cities of the lot's sites, outside the project's county, who know the speciality."""
    cities = {site.region[:4] for site in lot.sites}
    return [
        each
        for each in demo.world.registers.experts
        if each.region[:4] in cities
        and each.region != lot.region
        and any(code.startswith(speciality) for code in each.specialities)
        and fit(each, lot.starts.date())
    ]


def test_check_digits_are_those_of_the_standards() -> None:
    """The worked examples of GB 11643 and GB 32100 come out."""
    assert (id_check("11010519491231002"), code_check("91350100M000100Y4")) == ("X", "3")


def test_the_real_tables_are_whole(demo: Demo) -> None:
    """104 counties in 16 cities on different tiles; 2 140 codes in four levels."""
    regions = demo.world.registers.regions
    assert (len(regions), len({each.city for each in regions})) == (104, 16)
    assert len({(each.tile_x, each.tile_y) for each in regions}) == 104
    levels = Counter(each.level for each in demo.world.registers.specialities)
    assert levels == {1: 3, 2: 31, 3: 313, 4: 1793}


def test_every_invented_thing_says_so(demo: Demo) -> None:
    """No id number, code, telephone or mail address of this world can be a real one."""
    registers = demo.world.registers
    for person in registers.experts:
        assert is_invented_person(person.id_number)
        assert person.id_number.startswith(f"{person.region}{person.born:%Y%m%d}")
        assert person.expert.startswith("INV-")
        assert person.phone.startswith("100")
    for each in registers.organisations:
        assert is_invented_organisation(each.code)
        assert (len(each.code), each.name.endswith(ORGANISATION_SUFFIX)) == (18, True)
    assert all(each.desk_email.endswith(".invalid") for each in registers.regions)
    assert all(lot.project.startswith("INV-") for lot in demo.lots)
    assert len(phone(60_000)) == 11


def test_a_seed_is_a_world() -> None:
    """The same seed and day give the same world, another seed or day another one."""
    worlds = [make_world(seed, today=DAY, experts=60, groups=4) for seed in (b"a", b"a", b"b")]
    assert worlds[0] == worlds[1]
    assert worlds[0].registers.experts != worlds[2].registers.experts
    later = make_world(b"a", today=DAY + timedelta(days=1), experts=60, groups=4)
    assert later.registers.experts != worlds[0].registers.experts


def test_the_pool_is_as_mixed_as_a_real_one(demo: Demo) -> None:
    """3 000 people; some too old, expired, suspended, banned, away, without employer, married, related."""
    people = demo.world.registers.experts
    assert len(people) == len({each.id_number for each in people}) == 3000
    assert {each.region for each in people} == {each.code for each in demo.world.registers.regions}
    counts = {
        "seventy": sum((DAY - each.born).days > 70 * 365.25 for each in people),
        "expired": sum(each.certificate_until < DAY for each in people),
        "suspended": sum(each.standing is Standing.SUSPENDED for each in people),
        "banned": sum(each.standing is Standing.BANNED for each in people),
        "away": sum(any(span.since <= DAY <= span.until for span in each.leave) for each in people),
        "nobody's": sum(not each.employer for each in people),
        "two specialities": sum(len(each.specialities) > 1 for each in people),
        "earlier jobs": sum(any(job.until for job in each.jobs) for each in people),
    }
    assert {name for name, count in counts.items() if count < 5} == set()
    households = Counter(each.household for each in people if each.household)
    assert len(households) > 20
    assert set(households.values()) == {2}
    kin = {each.expert: set(each.kin) for each in people}
    assert all(one in kin[other] for one in kin for other in kin[one])
    assert all(job.since < (job.until or DAY) for each in people for job in each.jobs)


def test_a_scarce_speciality_is_scarce_and_sound(demo: Demo) -> None:
    """Six people know it, fit and in six cities, in a small world and in a large one."""
    for experts in (demo.world.registers.experts, make_world(b"x", today=DAY, experts=400).registers.experts):
        rare = [each for each in experts if SCARCE in each.specialities]
        assert (len(rare), len({each.region[:4] for each in rare})) == (6, 6)
        assert all(fit(each, DAY) for each in rare)


def test_groups_have_parents_over_several_levels(demo: Demo) -> None:
    """30 groups; control has no circle and reaches at least two steps down."""
    companies = demo.world.companies
    parents = {each.code: each.parent for each in companies.records}
    assert len(companies.groups) == 30

    def depth(code: str) -> int:
        return 0 if not parents[code] else 1 + depth(parents[code])

    for group in companies.groups:
        assert [code for code in group.members if not parents[code]] == [group.root]
        assert all(parents[code] in group.members for code in group.members[1:])
    assert max(map(depth, parents)) == 2


def test_sites_cover_the_province_with_some_broken_devices(demo: Demo) -> None:
    """Every county has a site, every site three rooms or more, and a few workstations are out of order."""
    sites = demo.world.registers.sites
    assert {site.region for site in sites} == {each.code for each in demo.world.registers.regions}
    assert all(len({each.room for each in site.workstations}) >= 3 for site in sites)
    stations = [each for site in sites for each in site.workstations]
    assert 0.01 < sum(bool(each.broken) for each in stations) / len(stations) < 0.1


def test_twelve_lots_can_be_booked(demo: Demo) -> None:
    """Odd panels of five or more, owners at most a third, host first, inside opening hours, over two days."""
    sites = {site.site: site for site in demo.world.registers.sites}
    assert len({lot.lot for lot in demo.lots}) == 12
    assert {lot.starts.date() for lot in demo.lots} == {DAY, DAY + timedelta(days=1)}
    assert sum(lot.green for lot in demo.lots) == 1
    for lot in demo.lots:
        experts = sum(each.count for each in lot.seats)
        size = experts + lot.owner_reps
        assert (size >= 5, size % 2, 3 * lot.owner_reps <= size) == (True, 1, True)
        assert [site.host for site in lot.sites] == [True] + [False] * (len(lot.sites) - 1)
        assert len({site.region[:4] for site in lot.sites}) >= 2
        assert sum(site.seats for site in lot.sites) >= experts
        assert lot.starts.date() == lot.ends.date()
        for each in lot.sites:
            assert sites[each.site].opens <= lot.starts.time() < lot.ends.time() <= sites[each.site].closes


def test_no_site_is_asked_for_more_seats_than_work(demo: Demo) -> None:
    """Lots whose windows overlap share a site only as far as working workstations reach."""
    working = {
        site.site: sum(not each.broken for each in site.workstations) for site in demo.world.registers.sites
    }
    for lot in demo.lots:
        overlapping = [other for other in demo.lots if other.starts < lot.ends and lot.starts < other.ends]
        asked = Counter[str]()
        for other in overlapping:
            for site in other.sites:
                asked[site.site] += site.seats
        assert all(count <= working[site] for site, count in asked.items())


def test_every_lot_has_people_enough(demo: Demo) -> None:
    """In the cities of its sites three for each seat and two more; for the scarce one three in all."""
    for lot in demo.lots:
        for seats in lot.seats:
            found = eligible(demo, lot, seats.speciality)
            scarce = seats.speciality == SCARCE
            assert len(found) >= (3 if scarce else 3 * seats.count + 2), (lot.lot, seats)
            assert len({each.employer for each in found}) > seats.count
            assert 2 * len({each.region for each in found}) > seats.count


def test_the_package_is_fixed_and_names_parents_and_a_consortium(demo: Demo) -> None:
    """Five bidders with blind volumes that name nobody; every member's parents up to the root are in it."""
    package = json.loads(demo.package)
    assert package["lot"] == MAIN_LOT == demo.main.lot
    assert [len(bidder["members"]) for bidder in package["bidders"]] == [1, 2, 1, 1, 1]
    known = {each["code"]: each["parent"] for each in package["organisations"]}
    members = [member for bidder in package["bidders"] for member in bidder["members"]]
    assert {member["code"] for member in members} <= known.keys()
    assert {parent for parent in known.values() if parent} <= known.keys()
    assert sum(bool(known[member["code"]]) for member in members) >= 3
    names = [each["name"].removesuffix(ORGANISATION_SUFFIX) for each in package["organisations"]]
    texts = [bidder["documents"][0]["text"] for bidder in package["bidders"]]
    assert len(set(texts)) == 5
    assert not any(name in text for name in names for text in texts)
    assert demo.package == anhui(DAY).package


def test_a_large_part_of_the_main_lot_works_for_one_bidders_group(demo: Demo) -> None:
    """25 to 35 % of those who can sit are employed in the first bidder's group, in at least five companies,
    none of them by the bidder itself alone: the conflict goes through the parent."""
    group = set(demo.world.companies.groups[0].members)
    bidder = json.loads(demo.package)["bidders"][0]["code"]
    people = {
        each.expert: each for seats in demo.main.seats for each in eligible(demo, demo.main, seats.speciality)
    }
    theirs = [each for each in people.values() if each.employer in group]
    assert bidder in group
    assert 0.25 <= len(theirs) / len(people) <= 0.35
    assert len({each.employer for each in theirs}) >= 5
    assert sum(each.employer != bidder for each in theirs) > len(theirs) / 2


def test_everybody_at_the_demonstration_can_log_in(demo: Demo) -> None:
    """One login a role that acts, three custodians, and one for every site of a lot; no login twice."""
    logins = Counter(each.login for each in demo.accounts)
    roles = Counter(each.role for each in demo.accounts)
    assert set(logins.values()) == {1}
    assert (roles[Role.CUSTODIAN], roles[Role.OWNER]) == (3, demo.main.owner_reps)
    for role in (Role.OPERATOR, Role.POOL, Role.ADMIN, Role.TENDEREE):
        assert roles[role] == 1
    assert roles[Role.SUPERVISOR] == 2  # a rule pack, and a break-glass order, take two
    held = {site.site for lot in demo.lots for site in lot.sites}
    assert {each.site for each in demo.accounts if each.role is Role.SITE} == held


def test_a_household_is_a_family_in_one_county(demo: Demo) -> None:
    """Members of one household are each other's kin and live in the same county."""
    homes: dict[str, list[ExpertRecord]] = {}
    for each in demo.world.registers.experts:
        if each.household:
            homes.setdefault(each.household, []).append(each)
    for members in homes.values():
        for one, other in combinations(members, 2):
            assert one.expert in other.kin
            assert one.region == other.region
