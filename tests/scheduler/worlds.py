"""Small random worlds from a number, rich enough that every rule binds in some and lets go in others."""

from datetime import UTC, date, datetime, timedelta

from crypto.stream import Stream
from scheduler.model import (
    Case,
    Choice,
    Control,
    Expert,
    ExpertId,
    Job,
    LotId,
    OrgTag,
    RegionCode,
    RuleId,
    Seats,
    SiteId,
    SiteSeats,
    Span,
    SpecialityCode,
    Standing,
)

REGIONS = ("340101", "340102", "340201", "340202", "340301")
CODES = ("A0101", "A0102", "A02", "B01", "B0101")
SEATS = ("A", "A01", "A0101", "A02", "B")
DAY = date(2026, 11, 23)


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


def service_case(number, people=9):
    """A case as the service makes it: every field may be filled."""
    dice = Dice(number + 2 * 10**6)
    orgs = ["", "b1", "b2", "p", "q", "s", "t"]
    jobs = [
        Job(
            org=OrgTag(dice.one(orgs[1:])),
            since=dice.one((None, dice.day(), date(2020, 1, 1))),
            until=dice.one((None, dice.day(), dice.day(date(2023, 11, 23)))),
        )
        for _ in range(6)
    ]
    pool = [
        expert(
            f"e{i}",
            region=RegionCode(dice.one(REGIONS)),
            specialities=tuple(SpecialityCode(c) for c in dice.some(CODES, 2)),
            employer=OrgTag(dice.one(orgs)),
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
        )
        for i in range(people)
    ]
    edges = [("p", "b1"), ("p", "s"), ("q", "b2"), ("t", "q"), ("s", "t"), ("t", "b1")]
    return case(
        pool,
        [("A", 2), ("B", 1)],
        recused=frozenset(e.id for e in pool if dice.hit(8)),
        starts=dice.one(
            (None, datetime(2026, 11, 22, 18, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC))
        ),
        sites=tuple(
            SiteSeats(site=SiteId(f"s{i}"), region=RegionCode(dice.one(REGIONS)), seats=dice.upto(2))
            for i in range(dice.upto(3))
        ),
        tenderee=OrgTag(dice.one(orgs)),
        bidders=frozenset(OrgTag(b) for b in dice.some(["b1", "b2", "s"], dice.upto(2))),
        controls=tuple(
            Control(parent=OrgTag(parent), child=OrgTag(child))
            for parent, child in dice.some(edges, dice.upto(6))
        ),
    )


def service_numbers(number):
    """Numbers for every rule of the service."""
    dice = Dice(number + 3 * 10**6)
    plain = ("S0", "S1", "E3", "E4", "E5", "R0", "R10", "R11", "R13", "L6", "L7")
    return {RuleId(name): {} for name in plain} | {
        RuleId("E2"): {"years": 70},
        RuleId("R1"): {"years": 3},
        RuleId("R12"): {"most": dice.upto(2)},
        RuleId("L4"): {"most": dice.upto(1)},
        RuleId("L5"): {"most": 1 + dice.upto(1)},
        RuleId("L5c"): {"most": 1 + dice.upto(1)},
        RuleId("L3"): {"least": dice.upto(2)},
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
