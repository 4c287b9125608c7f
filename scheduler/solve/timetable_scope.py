"""What may a model of some lots decide: which windows, which guest sites, which people?"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from scheduler.solve.timetable_index import Index
from scheduler.solve.timetable_model import Scope
from scheduler.solve.timetable_seating import Seater
from scheduler.solve.timetable_state import Seating, State

SMALL = 60_000  # cells of a model that is solved as a whole


def cells_of(index: Index, lots: Iterable[int]) -> int:
    """About how many (person, lot, role, window) there are."""
    return sum(
        len(index.people.able[role]) * len(index.tasks[lot].windows)
        for lot in lots
        for role, _ in index.tasks[lot].need
    )


def whole(state: State, lots: Iterable[int], must: Collection[int] = ()) -> Scope:
    """Everything these lots could ever use: nothing is cut, so what is proved holds."""
    index = state.index
    lots = list(lots)
    people = {
        p for lot in lots for role, _ in index.tasks[lot].need for p in index.people.able[role].tolist()
    }
    return Scope(
        windows={lot: index.tasks[lot].windows for lot in lots},
        guests={lot: _others(index, lot) for lot in lots},
        people=people,
        must=must,
    )


def part(
    state: State, seater: Seater, known: Mapping[int, Seating], lots: Iterable[int], windows: Iterable[int]
) -> Scope:
    """A few lots in a few windows: the people nobody else wants, the sites with most room, what was used."""
    index = state.index
    slots = set(windows)
    held = {lot: [w for w in index.tasks[lot].windows if w in slots] for lot in lots}
    rooms = {w: state.room(w) for w in sorted(slots)}
    guests: dict[int, Sequence[int]] = {}
    for lot, own in held.items():
        used = known[lot].guests if lot in known else ()
        guests[lot] = _roomy(index, lot, [rooms[w] for w in own], used)
    people = {who for lot in held if lot in known for who, _, _ in known[lot].panel}
    people |= _people(state, seater, held)
    return Scope(windows=held, guests=guests, people=people)


def _others(index: Index, lot: int) -> list[int]:
    """Sites in other cities than the host's; none where no guest is allowed."""
    task = index.tasks[lot]
    home = index.site_city[task.host]
    return np.flatnonzero(index.site_city != home).tolist() if task.guests[1] else []


def _roomy(index: Index, lot: int, rooms: Sequence[np.ndarray], used: Iterable[int]) -> list[int]:
    found = set(used)
    others = _others(index, lot)
    least = index.tasks[lot].guests[0]
    for room in rooms:
        best: dict[int, int] = {}
        for site in sorted(others, key=lambda s: (-room[s], s)):
            best.setdefault(int(index.site_city[site]), site)
        found.update(best.values())
    if len(found) < least:
        found.update(others[: least * 2])
    return sorted(found)


def _people(state: State, seater: Seater, held: Mapping[int, Sequence[int]]) -> set[int]:
    """Per role, city and window the first few free people, some more than all these lots could seat."""
    index = state.index
    wanted: dict[int, int] = {}
    for lot in held:
        for role, count in index.tasks[lot].need:
            wanted[role] = wanted.get(role, 0) + count
    found: set[int] = set()
    for window in sorted({w for own in held.values() for w in own}):
        for role, count in wanted.items():
            able = seater.able[role]
            able = able[state.free[window][able]]
            here = index.people.city[able]
            order = np.argsort(here, kind="stable")
            starts = np.flatnonzero(np.diff(here[order], prepend=-1))
            rank = np.arange(len(able)) - np.repeat(starts, np.diff(np.append(starts, len(able))))
            found.update(able[order[rank < min(count, 6) + 3]].tolist())
    return found
