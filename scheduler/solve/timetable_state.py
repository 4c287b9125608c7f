"""Which seats and which people are taken at what time, and what is still free?"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from scheduler.solve.problem import Ints
from scheduler.solve.timetable_index import Index, Task
from scheduler.timetable import Placed, Seated

PLENTY = 10**6
TWO = 2  # windows a day, and no more, for one person


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """One lot in a window at its sites, with a lawful panel: (person, role, site) each."""

    window: int
    guests: tuple[int, ...]
    panel: tuple[tuple[int, int, int], ...]


def seats_of(task: Task, seating: Seating) -> dict[int, int]:
    """Seats per site that the lot takes besides its owner representatives'; the host is always among the sites."""
    taken = {task.host: 0} | dict.fromkeys(seating.guests, 0)
    for _, _, site in seating.panel:
        taken[site] = taken.get(site, 0) + 1
    return {
        site: seats if site == task.host else max(seats, task.guest_seats) for site, seats in taken.items()
    }


def told(index: Index, lot: int, seating: Seating) -> Placed:
    """The seating by its names; the panel in the order of specialities and experts."""
    seated = (
        Seated(expert=index.people.ids[who], speciality=index.roles[role], site=index.sites[site].id)
        for who, role, site in seating.panel
    )
    return Placed(
        lot=index.lots[lot].id,
        window=index.windows[seating.window].id,
        host=index.lots[lot].host,
        guests=tuple(index.sites[site].id for site in seating.guests),
        panel=tuple(sorted(seated, key=lambda one: (one.speciality, one.expert))),
    )


class State:
    """A partial timetable. Taking and giving back are exact inverses."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.seated: dict[int, Seating] = {}
        windows, people = index.busy.shape
        self._blocked = index.busy.astype(np.int8)
        self.that_day = np.zeros((int(index.day_of.max(initial=-1)) + 1, people), dtype=np.int8)
        self.free = ~index.busy  # windows × people
        self._over = [np.flatnonzero(row) for row in index.clashes]
        self._same_day = [np.flatnonzero(index.day_of == day) for day in index.day_of]
        self._at = [
            np.array([m for m, some in enumerate(index.moments) if w in some], dtype=np.int64)
            for w in range(windows)
        ]
        self._left = np.repeat(index.seats[None, :], len(index.moments), axis=0)

    def room(self, window: int) -> Ints:
        """Per site the seats free through all of the window."""
        return self._left[self._at[window]].min(axis=0)  # type: ignore[no-any-return]  # numpy says Any

    def imagined(self, *, seats: bool, people: bool) -> "State":
        """The same with seats without end, or with everybody free: for questions of why, never for plans."""
        other = copy(self)
        if seats:
            other._left = np.full_like(self._left, PLENTY)
        if people:
            other.free = np.ones_like(self.free)
            other.that_day = np.zeros_like(self.that_day)
        return other

    def asking(self, lot: int, task: Task) -> "State":
        """The same where this lot asks for something else: for questions of why, never for plans."""
        other = copy(self)
        tasks = self.index.tasks
        other.index = replace(self.index, tasks=(*tasks[:lot], task, *tasks[lot + 1 :]))
        return other

    def left(self, moment: int, site: int) -> int:
        """Seats free at a site at one moment."""
        return int(self._left[moment, site])

    def limit(self, window: int, site: int, seats: int) -> None:
        """No more than so many seats there through the window, whatever the site has: others hold the rest."""
        for moment in self._at[window].tolist():
            self._left[moment, site] = min(int(self._left[moment, site]), seats)

    def take(self, lot: int, seating: Seating) -> None:
        """Place a lot that has no place yet."""
        if lot in self.seated:
            raise ValueError("the lot is placed already")
        self.seated[lot] = seating
        self._count(lot, seating, 1)

    def give_back(self, lot: int) -> Seating:
        """Take a lot out again."""
        seating = self.seated.pop(lot)
        self._count(lot, seating, -1)
        return seating

    def reseat(self, seatings: Mapping[int, Seating]) -> None:
        """Seat these lots so, and no others."""
        for lot in list(self.seated):
            self.give_back(lot)
        for lot, seating in seatings.items():
            self.take(lot, seating)

    def _count(self, lot: int, seating: Seating, sign: int) -> None:
        window, task = seating.window, self.index.tasks[lot]
        taken = seats_of(task, seating)
        for moment in self._at[window].tolist():
            self._left[moment, task.host] -= sign * task.reps
            for site, seats in taken.items():
                self._left[moment, site] -= sign * seats
        self.occupy((who for who, _, _ in seating.panel), window, sign)

    def occupy(self, people: Iterable[int], window: int, sign: int = 1) -> None:
        """Count these people as sitting (or, sign -1, no longer sitting) in the window."""
        who = np.fromiter(people, dtype=np.int64)
        over, day = self._over[window], self.index.day_of[window]
        self._blocked[np.ix_(over, who)] += np.int8(sign)
        self.that_day[day, who] += np.int8(sign)
        same = self._same_day[window]
        idle = self.that_day[day, who] < TWO
        self.free[np.ix_(same, who)] = (self._blocked[np.ix_(same, who)] == 0) & idle[None, :]
