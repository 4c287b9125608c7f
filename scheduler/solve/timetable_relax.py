"""What would let a lot in that has no place? The cheapest single steps, each tried, told in sentences."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Protocol

from scheduler.limits import Words
from scheduler.model import LotId, SiteId
from scheduler.rules.place import city
from scheduler.solve.timetable_index import FREE, Index, Task, index
from scheduler.solve.timetable_seating import Seater
from scheduler.solve.timetable_state import Seating, State
from scheduler.timetable import Days, Placed, Unplaced, WindowId

MOST = 3  # told of one lot


class Plan(Protocol):
    """What was placed, with panels, and what was not."""

    @property
    def placed(self) -> Sequence[Placed]:
        """Lots with a place."""

    @property
    def unplaced(self) -> Sequence[Unplaced]:
        """Lots without one."""


Cure = tuple[Words, Callable[[Task], Task]]


def cures(
    days: Days,
    made: Plan,
    room: Mapping[tuple[WindowId, SiteId], int] | None = None,
    *,
    lots: int | None = None,
) -> dict[LotId, tuple[Words, ...]]:
    """Of every lot without a place (the first `lots` of them) the first steps that would each give it one beside
    all others, cheapest first.

    A step is cheap in this order: another window, another guest site, another host of the same city, one seat
    less held for representatives elsewhere, then what a rule or the approver must allow.
    """
    world = index(days)
    state = State(world)
    for at, window in enumerate(world.windows):
        for number, site in enumerate(world.sites):
            state.limit(at, number, (room or {}).get((window.id, site.id), site.seats))
    number_of = {lot.id: at for at, lot in enumerate(world.lots)}
    for one in made.placed:
        state.take(number_of[one.lot], _seating(world, one))
    seater = Seater(state)
    return {
        each.lot: tuple(words for words, _ in islice(_found(world, seater, number_of[each.lot]), MOST))
        for each in made.unplaced[:lots]
    }


def _seating(world: Index, one: Placed) -> Seating:
    person = {who: n for n, who in enumerate(world.people.ids)}
    place = {site.id: n for n, site in enumerate(world.sites)}
    role = {code: n for n, code in enumerate(world.roles)}
    window = next(at for at, w in enumerate(world.windows) if w.id == one.window)
    panel = tuple(sorted((person[s.expert], role[s.speciality], place[s.site]) for s in one.panel))
    return Seating(window=window, guests=tuple(sorted(place[site] for site in one.guests)), panel=panel)


def _found(world: Index, seater: Seater, lot: int) -> Iterator[Cure]:
    for cure in _steps(world, lot):
        task = cure[1](world.tasks[lot])
        if any(seater.seat(task, window) is not None for window in task.windows):
            yield cure


def _steps(world: Index, lot: int) -> Iterator[Cure]:
    """Every step, cheapest first."""
    task, asked = world.tasks[lot], world.lots[lot]
    for at, window in enumerate(world.windows):
        if at not in task.windows:
            told = f"{window.day.isoformat()} {window.start:%H:%M}–{window.end:%H:%M}"
            yield Words(f"改到 {told}", f"move to {told}"), _windows(at)
    if task.guests[1] < FREE:
        yield Words("多用一个客场", "one guest site more"), _guests(0, 1)
    if task.guests[0] > 0:
        yield Words("少用一个客场", "one guest site less"), _guests(-1, 0)
    for at, site in enumerate(world.sites):
        if city(site.region) == city(world.sites[task.host].region) and at != task.host:
            yield Words(f"主场改为 {site.id}", f"host {site.id} instead"), _host(at)
    if task.region_max < FREE:
        words = Words("同县专家上限加一（须批准）", "one more from the same county (needs approval)")
        yield words, lambda task: replace(task, region_max=task.region_max + 1)
    if task.host_max < FREE:
        words = Words(
            "项目所在县专家上限加一（须批准）", "one more from the project's county (needs approval)"
        )
        yield words, lambda task: replace(task, host_max=task.host_max + 1)
    if task.employer_max < FREE:
        words = Words("同一单位上限加一（须批准）", "one more of the same employer (needs approval)")
        yield words, lambda task: replace(task, employer_max=task.employer_max + 1)
    if task.offsite > 0:
        words = Words("异地专家下限减一（须批准）", "one fewer from outside the city (needs approval)")
        yield words, lambda task: replace(task, offsite=task.offsite - 1)
    if asked.recused:
        yield (
            Words("核对回避名单", "check the list of recusals"),
            lambda task: replace(task, recused=frozenset()),
        )


def _windows(at: int) -> Callable[[Task], Task]:
    return lambda task: replace(task, windows=(at,))


def _host(at: int) -> Callable[[Task], Task]:
    return lambda task: replace(task, host=at)


def _guests(least: int, most: int) -> Callable[[Task], Task]:
    return lambda task: replace(task, guests=(task.guests[0] + least, task.guests[1] + most))
