"""How is one lot of a day drawn so that every lot still to be drawn keeps a lawful panel?

Beside what is drawn, a witness is kept: a panel for every lot still to come, all of them possible at once.
Before a draw, whoever the witness needs for a seat that is not plentiful is kept aside, by kind: of people
whom nothing tells apart at most as many may be drawn as are not needed. So every outcome leaves a witness.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum

import numpy as np

from scheduler.limits import Limit, Numbers
from scheduler.model import Case, RuleId, SiteSeats
from scheduler.rules import limits, numbers_of
from scheduler.solve.clash import NoPanel
from scheduler.solve.draw import make_lottery
from scheduler.solve.timetable_aside import Plenty
from scheduler.solve.timetable_holds import Holds
from scheduler.solve.timetable_index import Index
from scheduler.solve.timetable_seating import Search
from scheduler.solve.timetable_state import TWO, Seating, State

ASIDE = RuleId("F1r")  # kept aside for lots still to be drawn


class By(Enum):
    """How a panel came about: by the exact lottery, by plain shuffling, or as what showed the place possible."""

    LOTTERY = "lottery"
    SHUFFLING = "shuffling"
    WITNESS = "witness"  # lawful, though not by chance


class Day:
    """The draws of one day, one after the other; `panels` holds what is drawn."""

    def __init__(
        self, index: Index, seatings: Mapping[int, Seating], held: Holds, kept: Collection[int] = ()
    ) -> None:
        self.panels: dict[int, Seating] = {}
        self._index = index
        self._held = held
        self._done = State(index)  # what is drawn
        self._full = State(index)  # that, and the witness of what is not
        for lot, seating in seatings.items():
            self._full.take(lot, seating)
        self._plenty = Plenty(self._done, seatings, held)
        self._expert = {expert.id: expert for expert in index.days.experts}
        self._needed: dict[int, list[int]] = {}  # person -> lots still to be drawn whose witness has them
        self._recusing: dict[int, list[int]] = {}  # person -> lots of the day where the person is recused
        self._slots = np.flatnonzero(
            np.isin(index.day_of, [index.day_of[seating.window] for seating in seatings.values()])
        )
        for lot in seatings:
            if lot in kept:  # drawn before: its people and seats are taken from the start
                self._done.take(lot, seatings[lot])
                self._plenty.close(lot)
                self.panels[lot] = seatings[lot]
                continue
            self._note(lot)
            for who in index.tasks[lot].recused:
                self._recusing.setdefault(who, []).append(lot)

    def draw(self, lot: int, ticket: bytes, *, seconds: float) -> By:
        """Draw the lot's panel: by shuffling where `seconds` are too few or the lottery fails, else by lottery.

        `seconds` count on the solvers' own clock; infinite where nothing may hang on it. Where shuffling finds no
        panel quickly either, the witness sits.
        """
        before = self._full.give_back(lot)
        self._forget(lot, before)
        pool, kinds = self._pool(lot, before.window)
        panel = self._by_lottery(lot, pool, kinds, (ticket, seconds)) if seconds > 0 else None
        how = By.LOTTERY
        if panel is None:
            panel = self._shuffled(lot, pool, kinds, ticket)
            how = By.WITNESS if panel is None else By.SHUFFLING
        seating = Seating(
            window=before.window,
            guests=before.guests,
            panel=before.panel if panel is None else self._at_sites(lot, panel),
        )
        self._done.take(lot, seating)
        self._full.take(lot, seating)
        self._plenty.close(lot)
        self.panels[lot] = seating
        self._mend([who for who, _, _ in seating.panel], kinds, seating.window)
        return how

    def _note(self, lot: int) -> None:
        for who, _, _ in self._full.seated[lot].panel:
            self._needed.setdefault(who, []).append(lot)

    def _forget(self, lot: int, seating: Seating) -> None:
        for who, _, _ in seating.panel:
            self._needed[who].remove(lot)

    def _pool(self, lot: int, window: int) -> tuple[list[int], list[tuple[list[int], int]]]:
        """Who may be drawn, and of which kinds at most how many."""
        index = self._index
        cities = {int(index.site_city[s]) for s, seats in self._held[lot].items() if seats}
        roles = [self._plenty.fit(lot, role, cities) for role, _ in index.tasks[lot].need]
        pool = sorted({who for able in roles for who in able.tolist()})
        reserved = {who for who in pool if self._needed.get(who) and self._is_reserved(who, window)}
        if not reserved:
            return pool, []
        kinds: dict[tuple[object, ...], list[int]] = {}
        places = dict(zip(pool, index.people.county[pool].tolist(), strict=True))
        alike = {self._kind(who) for who in reserved}
        near = {(places[who], index.people.roles[who]) for who in reserved}
        for who in pool:
            if (places[who], index.people.roles[who]) not in near:
                continue
            if (key := self._kind(who)) in alike and (who in reserved or not self._needed.get(who)):
                kinds.setdefault(key, []).append(who)
        out: set[int] = set()
        capped = []
        for members in kinds.values():
            spare = sum(who not in reserved for who in members)
            if spare == 0:
                out.update(members)
            elif spare < index.tasks[lot].size:
                capped.append((members, spare))
        return [who for who in pool if who not in out], capped

    def _is_reserved(self, who: int, window: int) -> bool:
        return any(not self._surely_replaced(who, lot) for lot in self._hit(who, window))

    def _hit(self, who: int, window: int) -> list[int]:
        """Lots whose witness loses this person when drawn for the window."""
        index = self._index
        needing = self._needed.get(who, ())
        windows = [self._full.seated[lot].window for lot in needing]
        hit = [lot for lot, w in zip(needing, windows, strict=True) if index.clashes[window, w]]
        day = index.day_of[window]
        if hit or int(self._done.that_day[day, who]) + len(windows) < TWO:
            return hit
        return list(needing)

    def _surely_replaced(self, who: int, lot: int) -> bool:
        role = next(role for p, role, _ in self._full.seated[lot].panel if p == who)
        cities = self._plenty.cities(lot, int(self._index.people.city[who]))
        return self._plenty.is_plentiful(lot, role, cities)

    def _kind(self, who: int) -> tuple[object, ...]:
        """What could ever tell people apart on this day."""
        index, people = self._index, self._index.people
        day = index.day_of[self._slots[0]]
        return (
            int(people.city[who]), int(people.county[who]), int(people.employer[who]),
            int(people.household[who]), people.roles[who], int(self._done.that_day[day, who]),
            self._done.free[self._slots, who].tobytes(), tuple(self._recusing.get(who, ())),
        )  # fmt: skip

    def _case(self, lot: int, pool: Sequence[int]) -> tuple[Case, Numbers]:
        index, asked = self._index, self._index.lots[lot]
        case = Case(
            lot=asked.id,
            region=asked.region,
            pool=tuple(self._expert[index.people.ids[who]] for who in pool),
            seats=asked.seats,
            sites=tuple(
                SiteSeats(site=index.sites[s].id, region=index.sites[s].region, seats=seats)
                for s, seats in sorted(self._held[lot].items())
            ),
        )
        bounds = asked.bounds
        numbers = numbers_of(
            same_employer_max=bounds.same_employer_max,
            same_region_max=bounds.same_region_max,
            host_region_max=bounds.host_region_max,
            offsite_min=bounds.offsite_min,
        )
        return case, {**numbers, RuleId("L7"): {}}

    def _by_lottery(
        self,
        lot: int,
        pool: Sequence[int],
        kinds: Iterable[tuple[list[int], int]],
        chance: tuple[bytes, float],
    ) -> list[tuple[int, int]] | None:
        """The lottery's panel; None where there was none in the seconds given, or the engine failed."""
        index, (ticket, seconds) = self._index, chance
        case, numbers = self._case(lot, pool)
        aside = tuple(
            Limit(
                rule=ASIDE,
                experts=tuple(index.people.ids[who] for who in members),
                roles=None,
                least=0,
                most=most,
                facts={"most": most},
            )
            for members, most in kinds
        )
        within = None if seconds == float("inf") else seconds
        try:
            lottery = make_lottery(case, limits(case, numbers) + aside, seconds=within)
        except (TimeoutError, RuntimeError, NoPanel):  # one lottery that fails must not cost the whole plan
            return None
        position = {index.people.ids[who]: who for who in pool}
        role = {name: r for r, name in enumerate(index.roles)}
        return [(position[seat.expert], role[seat.speciality]) for seat in lottery.winner(ticket)]

    def _shuffled(
        self,
        lot: int,
        pool: Sequence[int],
        kinds: Iterable[tuple[list[int], int]],
        ticket: bytes,
    ) -> list[tuple[int, int]] | None:
        """The first lawful panel in an order that the ticket shuffles; None where none is found quickly."""
        index, task = self._index, self._index.tasks[lot]
        capped = {who for members, _ in kinds for who in members}
        order = sorted(
            (who for who in pool if who not in capped),
            key=lambda who: hashlib.sha256(ticket + index.people.ids[who].encode()).digest(),
        )
        seats: dict[int, int] = {}
        for site, count in self._held[lot].items():
            name = int(index.site_city[site])
            seats[name] = seats.get(name, 0) + count
        search = Search(index=index, task=task, seats=seats)
        for role, count in task.need:
            able = [who for who in order if index.people.roles[who] >> role & 1]
            search.slots += [(role, [np.array(able, dtype=np.int64)])] * count
        return search.run()

    def _at_sites(self, lot: int, chosen: Iterable[tuple[int, int]]) -> tuple[tuple[int, int, int], ...]:
        index = self._index
        left = dict(self._held[lot])
        panel = []
        for who, role in sorted(chosen):
            there = [s for s in left if index.site_city[s] == index.people.city[who]]
            best = max(there, key=lambda s: (left[s], -s))
            left[best] -= 1
            panel.append((who, role, best))
        if min(left.values()) < 0:
            raise RuntimeError("more were drawn in a city than seats are held there")
        return tuple(panel)

    def _mend(self, panel: Sequence[int], kinds: Iterable[tuple[list[int], int]], window: int) -> None:
        """Give every witness that lost somebody a successor: one of the kind, or anybody where plentiful."""
        taken = set(panel)
        spare = {
            who: successors
            for members, _ in kinds
            for successors in ([p for p in members if p not in taken and not self._needed.get(p)],)
            for who in members
        }  # one list for the whole kind
        for who in panel:
            hit = self._hit_after(who, window)
            kin = [spare[who].pop()] if hit and spare.get(who) else []
            for lot in hit:
                self._replace(lot, who, kin)

    def _hit_after(self, who: int, window: int) -> list[int]:
        index = self._index
        needing = self._needed.get(who, [])
        clashing = [lot for lot in needing if index.clashes[window, self._full.seated[lot].window]]
        over = int(self._full.that_day[index.day_of[window], who]) - TWO
        rest = [lot for lot in needing if lot not in clashing]
        return clashing + rest[: max(0, over - len(clashing))]

    def _replace(self, lot: int, who: int, kin: Sequence[int]) -> None:
        seating = self._full.give_back(lot)
        self._forget(lot, seating)
        role = next(r for p, r, _ in seating.panel if p == who)
        others = [(p, r, s) for p, r, s in seating.panel if p != who]
        for p in self._successors(lot, who, role, kin):
            if self._full.free[seating.window, p] and self._fits_in(lot, others, p):
                site = self._site_for(lot, others, p)
                if site is not None:
                    panel = tuple(sorted([*others, (p, role, site)]))
                    self._full.take(lot, Seating(window=seating.window, guests=seating.guests, panel=panel))
                    self._note(lot)
                    return
        raise RuntimeError(f"nobody left for {self._index.lots[lot].id}, though enough were kept aside")

    def _successors(self, lot: int, who: int, role: int, kin: Sequence[int]) -> Iterator[int]:
        yield from kin
        cities = self._plenty.cities(lot, int(self._index.people.city[who]))
        yield from self._plenty.fit(lot, role, cities).tolist()

    def _fits_in(self, lot: int, others: Sequence[tuple[int, int, int]], who: int) -> bool:
        search = Search(index=self._index, task=self._index.tasks[lot], seats={})
        for p, _, _ in others:
            search.count(p)
        return search.lawful(who)

    def _site_for(self, lot: int, others: Sequence[tuple[int, int, int]], who: int) -> int | None:
        index = self._index
        left = dict(self._held[lot])
        for _, _, site in others:
            left[site] -= 1
        there = [s for s in left if index.site_city[s] == index.people.city[who] and left[s] > 0]
        return max(there, key=lambda s: (left[s], -s)) if there else None
