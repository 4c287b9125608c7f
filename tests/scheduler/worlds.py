"""Small random worlds from a number, rich enough that every rule binds in some and lets go in others."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations

from crypto.stream import Stream
from scheduler.alarms import Meeting
from scheduler.calendar import Calendar, Year
from scheduler.model import (
    Appearance,
    Booth,
    Case,
    Chair,
    Choice,
    Control,
    Expert,
    ExpertId,
    Job,
    Kinship,
    LotId,
    OrgTag,
    Parties,
    Placed,
    RegionCode,
    Relation,
    RuleId,
    Seats,
    SiteId,
    SiteSeats,
    Span,
    SpecialityCode,
    Standing,
    Tie,
    Travel,
)

REGIONS = ("340101", "340102", "340201", "340202", "340301")
CODES = ("A0101", "A0102", "A02", "B01", "B0101")
SEATS = ("A", "A01", "A0101", "A02", "B")
DAY = date(2026, 11, 23)
NIGHT = datetime(2026, 11, 22, 18, tzinfo=UTC)  # two in the morning of that day in China
NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
_WEEKDAYS = (date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20))
_WEEKEND = (date(2026, 11, 21), date(2026, 11, 22))


class Dice:
    """Choices out of one stream."""

    def __init__(self, number):
        self._stream = Stream(number.to_bytes(8, "big")).derive("world")

    def upto(self, n):
        """0 … n, both included."""
        return self._stream.below(n + 1)

    def one(self, items):
        """One of a sequence."""
        return items[self._stream.below(len(items))]

    def some(self, items, k):
        """`k` different ones, fewer when there are fewer."""
        return [items[i] for i in self._stream.sample(len(items), min(k, len(items)))]

    def hit(self, one_in):
        """True once in `one_in`."""
        return self._stream.below(one_in) == 0

    def day(self, around=DAY, spread=3):
        """A day near `around`."""
        return around + timedelta(days=self.upto(2 * spread) - spread)


def expert(name, **known):
    """An expert with plain defaults."""
    known.setdefault("region", RegionCode("340101"))
    known.setdefault("specialities", (SpecialityCode("A0101"),))
    return Expert(id=ExpertId(name), **known)


def case(pool, seats=(("A", 1),), **known):
    """A case of one lot; `seats` as pairs of code and count."""
    known.setdefault("region", RegionCode("340101"))
    return Case(
        lot=LotId("L-1"),
        pool=tuple(pool),
        seats=tuple(Seats(speciality=SpecialityCode(code), count=count) for code, count in seats),
        **known,
    )


def choice(name, code="A"):
    """One expert in one role."""
    return Choice(expert=ExpertId(name), speciality=SpecialityCode(code))


def file_case(number, people=8, seats=3):
    """A case as a draw from files makes it: the first five fields only; some have kept members."""
    dice = Dice(number)
    pool = [
        expert(
            f"e{i}",
            region=RegionCode(dice.one(REGIONS)),
            specialities=tuple(SpecialityCode(c) for c in dice.some(CODES, 1 + dice.upto(1))),
            employer=OrgTag(dice.one(("", "o1", "o2", "o3"))),
            household=dice.one(("", "", "h1", "h2", f"own{i}")),
        )
        for i in range(people)
    ]
    asked = [(dice.one(SEATS), 1 + dice.upto(1)) for _ in range(1 + dice.upto(seats - 2))]
    recused = frozenset(e.id for e in pool if dice.hit(8))
    kept = []
    for code, count in {code: sum(n for c, n in asked if c == code) for code, _ in asked}.items():
        free = [e.id for e in pool if any(c.startswith(code) for c in e.specialities)]
        free = [who for who in free if who not in recused and who not in {k.expert for k in kept}]
        if dice.hit(3):
            kept += [choice(who, code) for who in dice.some(free, 1 + dice.upto(count - 1))]
    return case(pool, asked, recused=recused, kept=tuple(kept), region=RegionCode(dice.one(REGIONS)))


def file_numbers(number):
    """Numbers for the nine rules of a file draw; each optional rule is there or not."""
    dice = Dice(number + 10**6)
    numbers = {RuleId(name): {} for name in ("S0", "S1", "R0", "R13")}
    for name, key, top in (("R12", "most", 2), ("L4", "most", 2), ("L5", "most", 2), ("L5c", "most", 3)):
        if dice.hit(2):
            numbers[RuleId(name)] = {key: 1 + dice.upto(top - 1) if not dice.hit(6) else 0}
    if dice.hit(2):
        numbers[RuleId("L3")] = {"least": dice.upto(2)}
    return numbers


ORGS = ("", "b1", "b2", "p", "q", "s", "t")
EDGES = (("p", "b1"), ("p", "s"), ("q", "b2"), ("t", "q"), ("s", "t"), ("t", "b1"))
LONG_AGO = date(2023, 11, 23)  # three years before DAY


def service_case(number, people=9):
    """A case as the service makes it: every field may be filled."""
    dice = Dice(number + 2 * 10**6)
    jobs = [Job(**_held(dice)) for _ in range(6)]
    ties = [_tie(dice) for _ in range(6)]
    pool = [_service_expert(dice, f"e{i}", people, jobs, ties) for i in range(people)]
    return case(
        pool,
        [("A", 2), ("B", 1)],
        recused=frozenset(e.id for e in pool if dice.hit(8)),
        starts=dice.one((None, NIGHT, NOON)),
        sites=tuple(_site(dice, i) for i in range(dice.upto(3))),
        tenderee=OrgTag(dice.one(ORGS)),
        bidders=frozenset(OrgTag(b) for b in dice.some(["b1", "b2", "s"], dice.upto(2))),
        controls=_controls(dice),
        owner_reps=dice.upto(2),
        parties=Parties(
            agency=OrgTag(dice.one(ORGS)),
            supervisors=(OrgTag(dice.one(ORGS)),),
            departments=(OrgTag(dice.one(ORGS)),),
            drafters=(OrgTag(dice.one(ORGS)),) if dice.hit(2) else (),
            reviewers=(ExpertId(f"e{dice.upto(people)}"),) if dice.hit(2) else (),
            preliminary=(OrgTag(dice.one(ORGS)),) if dice.hit(2) else (),
        ),
        recused_units=(OrgTag(dice.one(ORGS)),) if dice.hit(2) else (),
        travel=tuple(
            Travel(one=RegionCode(one), other=RegionCode(other), minutes=dice.one((59, 60, 61)))
            for one, other in dice.some(list(combinations(REGIONS, 2)), dice.upto(6))
        ),
        regions=dice.one(((), (), (RegionCode("3401"),), (RegionCode("340101"), RegionCode("3402")))),
    )


def _held(dice):
    return {
        "org": OrgTag(dice.one(ORGS[1:])),
        "since": dice.one((None, dice.day(), date(2020, 1, 1))),
        "until": dice.one((None, dice.day(), dice.day(LONG_AGO))),
    }


def _tie(dice):
    kinship = dice.one((None, *Kinship))
    generations = None if kinship is None else dice.one((None, 2, 3, 4))
    return Relation(tie=dice.one(tuple(Tie)), kinship=kinship, generations=generations, **_held(dice))


def _controls(dice):
    days = [(None, None), (None, None), (None, dice.day()), (dice.day(), None), (None, dice.day(LONG_AGO))]
    return tuple(
        Control(parent=OrgTag(parent), child=OrgTag(child), since=since, until=until)
        for parent, child in dice.some(EDGES, dice.upto(6))
        for since, until in (dice.one(days),)
    )


BOOTHS = tuple(
    Booth(width=w, depth=150, height=h, quiet=quiet, gate=True)
    for w, h, quiet in ((150, 230, True), (150, 230, False), (149, 230, True), (160, 229, True))
)


def _site(dice, i):
    return SiteSeats(
        site=SiteId(f"s{i}"),
        region=RegionCode(dice.one(REGIONS)),
        seats=dice.upto(2),
        host=dice.hit(3),
        rooms=dice.one((None, 0, 1)),
        booth=dice.one((None, *BOOTHS)),
    )


def _service_expert(dice, name, people, jobs, ties):
    return expert(
        name,
        region=RegionCode(dice.one(REGIONS)),
        specialities=tuple(SpecialityCode(c) for c in dice.some(CODES, 2)),
        employer=OrgTag(dice.one(ORGS)),
        household=dice.one(("", "h1", "h2")),
        age=dice.one((None, 40, 69, 70, 71)),
        certificate_until=dice.one((None, dice.day(spread=1))),
        standing=dice.one((Standing.GOOD, Standing.GOOD, Standing.SUSPENDED, Standing.BANNED)),
        away=tuple(
            Span(since=dice.one((None, dice.day())), until=dice.one((None, dice.day())))
            for _ in range(dice.upto(1))
        ),
        busy=dice.hit(6),
        jobs=tuple(dice.some(jobs, dice.upto(2))),
        senior=dice.one((None, True, True, False)),
        practising_since=dice.one((None, dice.day(date(2018, 11, 23), 1))),
        trained_until=dice.one((None, dice.day(spread=1))),
        penalised=dice.hit(6),
        relations=tuple(dice.some(ties, dice.upto(2))),
        kin=tuple(ExpertId(f"e{dice.upto(people)}") for _ in range(dice.upto(1))),
        past=tuple(
            Appearance(day=dice.day(spread=4), same_tenderee=dice.hit(2)) for _ in range(dice.upto(3))
        ),
        gap=dice.one((None, None, 59, 60, -5)),
    )


NUMBERLESS = "S0 S1 E3 E4 E5 E6 E7 E8 E9 E10 E11 R0 R0o R6 R7 R8 R9 R10 R11@1 R13 R13k L6 L7"


def service_numbers(number):
    """Numbers for every rule of the service."""
    dice = Dice(number + 3 * 10**6)
    return {RuleId(name): {} for name in NUMBERLESS.split()} | {
        RuleId("E1"): {"years": 8},
        RuleId("E2"): {"years": 70},
        RuleId("R1"): {"years": 3},
        RuleId("R2"): {"years": 3},
        RuleId("R3"): {"years": 3},
        RuleId("R4"): {"generations": 3},
        RuleId("R5"): {"lineal": 3, "collateral": 2},
        RuleId("R11"): {"years": 3},
        RuleId("R11f"): {"years": 3},
        RuleId("R11p"): {"years": 3},
        RuleId("R12p"): {"parts": 2 + dice.upto(1)},
        RuleId("R12"): {"most": dice.upto(2)},
        RuleId("F1"): {"most": 1 + dice.upto(1)},
        RuleId("F2"): {"most": 1 + dice.upto(1), "days": 1 + dice.upto(3)},
        RuleId("F2c"): {"days": dice.upto(3)},
        RuleId("F3"): {"most": 1 + dice.upto(1), "days": 1 + dice.upto(3)},
        RuleId("L4"): {"most": dice.upto(1)},
        RuleId("L5"): {"most": 1 + dice.upto(1)},
        RuleId("L5c"): {"most": 1 + dice.upto(1)},
        RuleId("L3"): {"least": dice.upto(2)},
        RuleId("L3p"): {"percent": dice.one((0, 33, 34, 50, 100))},
        RuleId("L8"): {"most": 1 + dice.upto(1)},
        RuleId("E5t"): {"minutes": 60},
        RuleId("E6t"): {"minutes": 60},
    }


def request_case(number):
    """A case whose request as a whole may be lawful or not."""
    dice = Dice(number + 5 * 10**6)
    codes = ("A0101", "A02", "A06", "A0601", "B", "C", "C06", "C0601", "C0402")
    return case(
        [
            expert(f"e{i}", specialities=tuple(SpecialityCode(c) for c in dice.some(codes, 2)))
            for i in range(dice.upto(12))
        ],
        [(dice.one(codes), 1 + dice.upto(3)) for _ in range(1 + dice.upto(2))],
        owner_reps=dice.upto(3),
        sites=tuple(_site(dice, i) for i in range(dice.upto(4))),
        tenderee=OrgTag(dice.one(ORGS)),
        bidders=frozenset(OrgTag(b) for b in dice.some(["b1", "b2", "s"], dice.upto(3))),
        controls=_controls(dice),
        starts=dice.one((None, NIGHT, NOON)),
        fixed_at=dice.one((None, *(NIGHT - timedelta(days=back, hours=back) for back in range(8)))),
        calendar=Calendar(
            years=(Year(year=2026, off=(dice.one(_WEEKDAYS),), worked=tuple(dice.some(_WEEKEND, 1))),)
        ),
        placed=tuple(
            Placed(expert=dice.one((None, ExpertId(f"e{i}"))), site=SiteId("s0"), room=dice.one("1234"))
            for i in range(dice.upto(4))
        ),
        unauthorised=dice.upto(1),
        chair=dice.one((None, *(Chair(owner=o, named=n) for o in (True, False) for n in (True, False)))),
    )


def request_numbers(number):
    """Numbers for every guard and notice."""
    dice = Dice(number + 6 * 10**6)
    small, parts, some = {"least": 3 + 2 * dice.upto(2)}, {"parts": 2 + dice.upto(1)}, 1 + dice.upto(2)
    return {RuleId(name): small for name in ("C1", "C5", "C6", "C7")} | {
        RuleId("C2"): parts,
        RuleId("C3"): {"most": dice.upto(2)},
        RuleId("C8e"): {**parts, "codes": ("A06", "C03", "C0402", "C0502")},
        RuleId("C8l"): {"least": dice.upto(1), "codes": ("C06",)},
        RuleId("C9"): {},
        RuleId("D3w"): {"days": dice.upto(3)},
        RuleId("C10"): {},
        RuleId("C11"): {"owners": dice.upto(1), "named": dice.upto(1)},
        RuleId("L1"): {"least": some},
        RuleId("L1m"): {"most": some},
        RuleId("L9"): {
            "width": 150,
            "depth": 150,
            "height": 230,
            "quiet": dice.upto(1),
            "gate": dice.upto(1),
        },
        RuleId("L10"): {},
        RuleId("L2"): {"guests": some, "seats": 1, "most": some + dice.upto(1)},
        RuleId("D8"): {"least": dice.upto(2)},
    }


def any_panel(number, world):
    """A handful of choices, lawful or not, that exist: each expert has the seat's code."""
    dice = Dice(number + 4 * 10**6)
    able = [
        choice(e.id, seats.speciality)
        for e in world.pool
        for seats in world.seats
        if any(code.startswith(seats.speciality) for code in e.specialities)
    ]
    return tuple(dice.one(able) for _ in range(dice.upto(4))) if able else ()


def meetings(number):
    """A history of lots, rich enough that people meet again."""
    dice = Dice(number + 7 * 10**6)
    people = [ExpertId(f"e{i}") for i in range(5)]
    return [
        Meeting(
            lot=LotId(f"L-{i}"),
            day=dice.day(spread=6),
            experts=frozenset(dice.some(people, dice.upto(4))),
            declined=frozenset(dice.some(people, dice.upto(2))),
            tenderee=dice.one(("", "t1", "t2")),
            bidders=frozenset(dice.some(["b1", "b2", "b3"], dice.upto(2))),
        )
        for i in range(dice.upto(7))
    ]


def alarm_numbers(number):
    """Numbers for every alarm."""
    dice = Dice(number + 8 * 10**6)
    return {
        RuleId(name): {"most": 1 + dice.upto(1), "days": 1 + dice.upto(8)}
        for name in ("F3b", "F3t", "F4", "F4t", "F5")
    }
