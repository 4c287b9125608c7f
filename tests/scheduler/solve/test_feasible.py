"""The answer before a booking: bands, windows and sites, from the pool's arrays; checked against the plain truth."""

from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.feasibility import Answer, Ask, Band, Candidate, band, bounds_of, guests_of
from scheduler.model import Expert, ExpertId, OrgTag, RegionCode, RuleId, Seats, SiteId, Span, Standing
from scheduler.solve.feasible import answers
from scheduler.solve.supply import Supply
from scheduler.timetable import Bounds, Site

DAY = date(2026, 12, 1)
NINE = datetime(2026, 12, 1, 1, tzinfo=UTC)
HOME, AWAY = SiteId("s-home"), SiteId("s-away")
SITES = (
    Site(id=HOME, region=RegionCode("340111"), seats=8),
    Site(id=AWAY, region=RegionCode("340202"), seats=8),
)
SEATS = (Seats(speciality="A04", count=3),)  # type: ignore[arg-type]  # plain text reads better here


def expert(n: int, region: str = "340202", **more: object) -> Expert:
    """Somebody sound with the speciality."""
    told = {"specialities": ("A0401",), "employer": OrgTag(f"o{n}"), "certificate_until": date(2028, 1, 1)}
    return Expert(id=ExpertId(f"e{n:03d}"), region=RegionCode(region), **{**told, **more})  # type: ignore[arg-type]  # as above


def pool(count: int = 60) -> Supply:
    """Half of them at home, half away."""
    return Supply([expert(n, "340104" if n % 2 else "340202") for n in range(count)])


def ask(**more: object) -> Ask:
    """Three experts, two of them from elsewhere, one guest site at least."""
    plain = {"region": RegionCode("340111"), "seats": SEATS, "hosts": (HOME,), "guests": (1, None)}
    return Ask(**{**plain, "bounds": Bounds(offsite_min=2), **more})  # type: ignore[arg-type]  # as above


def candidate(home: int = 8, away: int = 8, *wanted: Seats, days: int = 0) -> Candidate:
    """A morning with so many free seats."""
    starts = NINE + timedelta(days=days)
    return Candidate(
        starts=starts,
        ends=starts + timedelta(hours=3),
        day=DAY + timedelta(days=days),
        room={HOME: home, AWAY: away},
        wanted=wanted,
    )


def test_a_window_with_people_and_seats_works_with_its_guests() -> None:
    """Host at home, a guest elsewhere with at least the two from outside; seats for all and a little more."""
    (found,) = answers(pool(), ask(), SITES, [candidate()])
    (option,) = found.options
    assert (found.people, found.room) == ((Band.AMPLE,), Band.TIGHT)  # 16 seats for three: fifteen, five each
    assert found.band is Band.TIGHT
    assert option.host == HOME
    ((guest, seats),) = option.guests
    assert (guest, seats >= 2, option.host_seats + seats >= 3) == (AWAY, True, True)


def test_without_seats_elsewhere_nothing_works() -> None:
    """Two must come from outside, and there is one seat there."""
    assert answers(pool(), ask(), SITES, [candidate(away=1)])[0].options == ()
    assert answers(pool(), ask(owner_reps=8), SITES, [candidate()])[0].band is Band.SHORT


def test_what_other_lots_want_meanwhile_counts_against_the_supply() -> None:
    """The same pool is ample alone, tight beside others, short beside many; other specialities do not count."""
    beside = [
        candidate(8, 8, Seats(speciality="A0401", count=n))  # type: ignore[arg-type]  # as above
        for n in (0, 45, 56)
    ]
    other = candidate(8, 8, Seats(speciality="B01", count=56))  # type: ignore[arg-type]  # as above
    bands = [found.people[0] for found in answers(pool(), ask(), SITES, [*beside, other])]
    assert bands == [Band.AMPLE, Band.TIGHT, Band.SHORT, Band.AMPLE]


def test_who_may_not_sit_that_day_is_not_counted() -> None:
    """Suspended, certificate over, on leave, penalised, colleague of the tenderee: none of them is supply."""
    unfit = [
        {"standing": Standing.SUSPENDED},
        {"certificate_until": DAY - timedelta(days=1)},
        {"away": (Span(since=DAY, until=DAY),)},
        {"penalised": True},
        {"employer": OrgTag("T")},
    ]
    supply = Supply([expert(0), *(expert(n + 1, **facts) for n, facts in enumerate(unfit))])
    role = SEATS[0].speciality
    assert supply.able(role, DAY, (OrgTag("T"),)).tolist() == [0]
    assert supply.able(role, DAY + timedelta(days=1), ()).tolist() == [0, 3, 5]


def test_windows_do_not_bind_each_other() -> None:
    """Twenty candidates over many days are twenty separate questions, beyond anybody's two windows a day."""
    few = Supply([expert(n, "340104" if n % 2 else "340202") for n in range(6)])
    found = answers(few, ask(), SITES, [candidate(days=n // 4) for n in range(20)])
    assert {len(each.options) for each in found} == {1}


def test_the_order_of_the_pool_changes_nothing() -> None:
    """The same people in another order give the same answer."""
    people = [expert(n, "340104" if n % 2 else "340202") for n in range(40)]
    one, other = (answers(Supply(some), ask(), SITES, [candidate()]) for some in (people, people[::-1]))
    assert [found.band for found in one] == [found.band for found in other]
    assert [len(found.options) for found in one] == [len(found.options) for found in other]


@pytest.mark.parametrize(
    ("have", "want", "told"),
    [(0, 1, Band.SHORT), (1, 1, Band.SHORT), (2, 1, Band.TIGHT), (6, 1, Band.AMPLE), (19, 3, Band.TIGHT)],
)
def test_bands_are_coarse(have: int, want: int, told: Band) -> None:
    """Counts from ten on are rounded down to fives first: 19 of 3 is 15 of 3."""
    assert band(have, want) is told


def test_the_rules_in_force_bound_the_question() -> None:
    """Off-site share rounds up, the strictest floor wins, sites become guests by taking the host off."""
    numbers = {RuleId("L3"): {"least": 1}, RuleId("L3p"): {"percent": 41}, RuleId("L1"): {"least": 3}}
    assert bounds_of(numbers, 5).offsite_min == 3
    assert guests_of(numbers, 1, None) == (2, None)
    assert guests_of({RuleId("L1m"): {"most": 4}}, 0, 9) == (0, 3)


def test_nothing_is_asked_without_a_host_or_a_window() -> None:
    """No site in the project's city: short, and nothing offered."""
    (found,) = answers(pool(), ask(hosts=()), SITES, [candidate()])
    assert found == Answer(people=(), room=Band.SHORT, options=())
    assert answers(pool(), ask(), SITES, []) == ()
