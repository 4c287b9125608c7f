"""Small days of lots built to be nasty, from a number; and the best plan for them by an exact model of its own.

The model knows every expert, lot, seat, site and window by name and shares nothing with the planner.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from ortools.sat.python import cp_model

from crypto.stream import Stream
from scheduler.model import Expert, ExpertId, LotId, OrgTag, RegionCode, Seats, SiteId, SpecialityCode
from scheduler.timetable import Bounds, Days, Lot, Site, Window, WindowId, overlap

REGIONS = tuple(map(RegionCode, ("340101", "340102", "340201", "340202", "340301", "340401")))
CODES = tuple(map(SpecialityCode, ("A0401", "A0404", "A040407", "A06", "B0101")))
ASKED = tuple(map(SpecialityCode, ("A04", "A0404", "A0401", "A06", "B01")))
HOURS = (
    ((9, 11), (10, 12), (11, 13), (12, 14), (13, 15)),  # a chain
    ((9, 17), (9, 10), (10, 12), (11, 15), (15, 17), (16, 17)),  # long and short
    ((9, 11), (13, 15), (15, 17)),  # three apart: two a day binds
    ((9, 11), (9, 11), (11, 13), (11, 13)),  # twice the same hours
)


class Dice:
    """Choices that a number decides."""

    def __init__(self, number: int) -> None:
        self._stream = Stream(number.to_bytes(32, "big")).derive("tests/nasty/v1")

    def below(self, n: int) -> int:
        """0 … n - 1."""
        return self._stream.below(n)

    def of(self, some: Sequence[Any]) -> Any:
        """One of them."""
        return some[self.below(len(some))]

    def once_in(self, n: int) -> bool:
        """Now and then."""
        return self.below(n) == 0


def nasty_days(number: int, *, lots: int = 7, experts: int = 22) -> Days:
    """One world for every number: few seats, few people, many rules, windows of all shapes."""
    dice = Dice(number)
    hours = HOURS[number % len(HOURS)]
    windows = tuple(
        Window(id=WindowId(f"w{d}{i}"), day=date(2026, 3, 2 + d), start=time(a), end=time(b))
        for d in range(1 + dice.once_in(3))
        for i, (a, b) in enumerate(hours)
    )
    sites = tuple(
        Site(id=SiteId(f"s{i}"), region=dice.of(REGIONS[:5]), seats=dice.of((0, 1, 2, 3, 4, 6, 8)))
        for i in range(2 + dice.below(5))
    )
    people = tuple(
        Expert(
            id=ExpertId(f"e{i:02d}"),
            region=dice.of(REGIONS),
            specialities=tuple(sorted({dice.of(CODES) for _ in range(3)})),
            employer=OrgTag(dice.of(("", "", "o1", "o2", "o3"))),
            household=dice.of(("", "", "", "h1", "h2")),
        )
        for i in range(4 + dice.below(experts))
    )
    slots = [window.id for window in windows]
    busy = {
        one.id: frozenset(dice.of(slots) for _ in range(1 + dice.below(2)))
        for one in people
        if dice.once_in(4)
    }
    asked = tuple(_lot(dice, i, sites, slots, people) for i in range(2 + dice.below(lots - 1)))
    return Days(experts=people, sites=sites, windows=windows, lots=asked, busy=busy)


def _lot(dice: Dice, i: int, sites: Sequence[Site], slots: list[WindowId], people: Sequence[Expert]) -> Lot:
    counts: dict[str, int] = {}
    for _ in range(1 + dice.below(3)):
        code = dice.of(ASKED)
        counts[code] = counts.get(code, 0) + 1
    least = dice.of((0, 0, 0, 1, 2))
    few = (None, None, None, 0, 1, 2)
    return Lot(
        id=LotId(f"L{i}"),
        region=dice.of(REGIONS),
        host=dice.of(sites).id,
        seats=tuple(Seats(speciality=SpecialityCode(code), count=n) for code, n in counts.items()),
        owner_reps=dice.of((0, 0, 1, 1, 2)),
        windows=() if dice.once_in(2) else tuple(sorted({dice.of(slots) for _ in range(2)})),
        guests_min=least,
        guests_max=dice.of((None, least, least + 1)),
        bounds=Bounds(
            offsite_min=dice.of((None, None, 0, 0, 1, 2)),
            same_employer_max=dice.of(few),
            same_region_max=dice.of((None, None, 1, 2)),
            host_region_max=dice.of((None, None, 0, 1)),
        ),
        green=dice.once_in(3),
        recused=frozenset(one.id for one in people if dice.once_in(10)),
    )


class Exact:
    """Every lawful plan of the days, as one model of single persons."""

    def __init__(self, days: Days) -> None:
        self.days, self.model = days, cp_model.CpModel()
        self.at: dict[tuple[str, str], Any] = {}
        self.guest: dict[tuple[str, str], Any] = {}
        self._sits: dict[tuple[str, str], list[Any]] = defaultdict(list)  # (expert, window)
        self._used: dict[tuple[str, str], list[Any]] = defaultdict(list)  # (site, window)
        for lot in days.lots:
            self._lot(lot)
        self._persons()
        self._seats()

    def _lot(self, lot: Lot) -> None:
        days, model = self.days, self.model
        host = next(site for site in days.sites if site.id == lot.host)
        slots = [w for w in days.windows if not lot.windows or w.id in lot.windows]
        for w in slots:
            self.at[lot.id, w.id] = model.new_bool_var("")
            self._used[lot.host, w.id] += [lot.owner_reps * self.at[lot.id, w.id]]
        placed = sum(self.at[lot.id, w.id] for w in slots)
        model.add(placed <= 1)
        others = [site for site in days.sites if site.region[:4] != host.region[:4]]
        for site in others:
            self.guest[lot.id, site.id] = model.new_bool_var("")
        guests = sum(self.guest[lot.id, site.id] for site in others)
        model.add(guests >= lot.guests_min * placed)
        if lot.guests_max is not None:
            model.add(guests <= lot.guests_max)
        members: dict[str, list[Any]] = defaultdict(list)
        here: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for seat in lot.seats:
            for w in slots:
                filling: list[Any] = []
                for one in days.experts:
                    if one.id in lot.recused or not any(
                        c.startswith(seat.speciality) for c in one.specialities
                    ):
                        continue
                    for site in (host, *others):
                        if site.region[:4] != one.region[:4]:
                            continue
                        v = model.new_bool_var("")
                        model.add(v <= self.at[lot.id, w.id])
                        if site is not host:
                            model.add(v <= self.guest[lot.id, site.id])
                        filling.append(v)
                        members[one.id].append(v)
                        self._sits[one.id, w.id].append(v)
                        self._used[site.id, w.id].append(v)
                        here[site.id, w.id].append(v)
                model.add(sum(filling) == seat.count * self.at[lot.id, w.id])
        for site in others if lot.guest_seats else ():
            for w in slots:
                idle = model.new_int_var(0, lot.guest_seats, "")
                both = self.guest[lot.id, site.id] + self.at[lot.id, w.id] - 1
                model.add(idle + sum(here[site.id, w.id]) >= lot.guest_seats * both)
                self._used[site.id, w.id].append(idle)
        self._limits(lot, members, placed)

    def _limits(self, lot: Lot, members: Mapping[str, list[Any]], placed: Any) -> None:
        bounds, known = lot.bounds, {one.id: one for one in self.days.experts}

        def groups(name: str) -> list[list[Any]]:
            found: dict[str, list[Any]] = defaultdict(list)
            for who, terms in members.items():
                found[getattr(known[ExpertId(who)], name)] += terms
            return [terms for key, terms in found.items() if key]

        for name, most in (
            ("employer", bounds.same_employer_max), ("region", bounds.same_region_max), ("household", 1),
        ):  # fmt: skip
            for terms in groups(name) if most is not None else ():
                self.model.add(sum(terms) <= most)
        at_home = [
            v for who, some in members.items() if known[ExpertId(who)].region == lot.region for v in some
        ]
        if bounds.host_region_max is not None:
            self.model.add(sum(at_home) <= bounds.host_region_max)
        away = [
            v
            for who, some in members.items()
            if known[ExpertId(who)].region[:4] != lot.region[:4]
            for v in some
        ]
        self.model.add(sum(away) >= (bounds.offsite_min or 0) * placed)

    def _persons(self) -> None:
        days = self.days
        for one in days.experts:
            for w in days.windows:
                if any(overlap(w, b) for b in days.windows if b.id in days.busy.get(one.id, ())):
                    self.model.add(sum(self._sits[one.id, w.id]) == 0)
                self.model.add(sum(self._sits[one.id, w.id]) <= 1)
                for v in days.windows:
                    if v.id < w.id and overlap(v, w):
                        self.model.add(sum(self._sits[one.id, w.id] + self._sits[one.id, v.id]) <= 1)
            for day in {w.day for w in days.windows}:
                terms = [v for w in days.windows if w.day == day for v in self._sits[one.id, w.id]]
                self.model.add(sum(terms) <= 2)

    def _seats(self) -> None:
        for site in self.days.sites:
            for at in self.days.windows:
                running = [
                    w
                    for w in self.days.windows
                    if w.day == at.day and w.start <= at.start and at.start < w.end
                ]
                terms = [v for w in running for v in self._used[site.id, w.id]]
                self.model.add(sum(terms) <= site.seats)

    def most(self, aim: Any) -> int:
        """The largest value of the aim, proved."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        self.model.maximize(aim)
        status = solver.solve(self.model)
        if status != cp_model.OPTIMAL:
            raise RuntimeError(solver.status_name(status))
        return round(solver.objective_value)

    def best(self) -> tuple[int, int, int]:
        """(green-channel lots, lots, the green channel's earliness) of the best plan, each after the one before."""
        green = {lot.id for lot in self.days.lots if lot.green}
        greens = sum(v for (lot, _), v in self.at.items() if lot in green)
        most_greens = self.most(greens)
        self.model.add(greens == most_greens)
        lots = sum(self.at.values())
        most_lots = self.most(lots)
        self.model.add(lots == most_lots)
        rank = ranks(self.days)
        return (
            most_greens,
            most_lots,
            self.most(sum(rank[w] * v for (lot, w), v in self.at.items() if lot in green)),
        )

    def allows(self, placed: Sequence[tuple[str, str, Sequence[str]]]) -> bool:
        """Whether all these (lot, window, guest sites) have lawful panels at once."""
        for lot, window, guests in placed:
            self.model.add(self.at[lot, window] == 1)
            for (name, site), v in self.guest.items():
                if name == lot:
                    self.model.add(v == (site in guests))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        return solver.solve(self.model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)


def ranks(days: Days) -> dict[str, int]:
    """Windows by time: the earlier, the larger the number."""
    order = sorted(days.windows, key=lambda w: (w.day, w.start, w.end, w.id))
    return {window.id: len(order) - place for place, window in enumerate(order)}
