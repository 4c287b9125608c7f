"""Who sits, given windows and sites? The exact lottery, lot by lot, leaving aside what later lots need."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context

from scheduler.limits import Words
from scheduler.model import LotId
from scheduler.solve.timetable_day import By, Day
from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_holds import Holds, holds
from scheduler.solve.timetable_index import Index
from scheduler.solve.timetable_state import Seating, State

Tickets = Callable[[LotId], bytes]  # 32 bytes of chance for every lot


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What the draws share; worker processes inherit it, nothing is copied by hand."""

    index: Index
    seatings: Mapping[int, Seating]
    held: Holds
    tickets: Mapping[int, bytes]
    effort: Effort
    share: float
    kept: frozenset[int] = frozenset()


_FORKING = 2.0  # seconds that must be left for worker processes to be worth their start
_jobs: list[_Job] = []  # what worker processes find after the fork


def drawn(
    state: State,
    tickets: Tickets,
    effort: Effort,
    share: float,
    workers: int,
    kept: frozenset[int] = frozenset(),
) -> dict[int, Seating]:
    """Every placed lot with the panel its lottery drew; days are drawn beside each other. `kept`: lots whose panel
    was drawn before and stays.

    Green-channel lots first, then in the order of the tickets. When time runs out the panels still missing
    are drawn by plain shuffling: lawful and by lot, but without the most equal chances; that is told.
    """
    index = state.index
    job = _Job(
        index=index,
        seatings=dict(state.seated),
        held=holds(state, kept),
        tickets={lot: tickets(index.lots[lot].id) for lot in state.seated},
        effort=effort,
        share=share,
        kept=kept,
    )
    shares = _shares(state, workers if effort.left(share) > _FORKING else 1)
    found: dict[int, Seating] = {}
    counts: Counter[By] = Counter()
    _jobs.append(job)
    try:
        for panels, ways in _each(shares):
            found.update(panels)
            counts += ways
            effort.tell(
                Words(
                    f"已抽取 {len(found)}/{len(job.seatings)} 个标段",
                    f"{len(found)} of {len(job.seatings)} lots drawn",
                )
            )
    finally:
        _jobs.pop()
    _tell_hurry(effort, counts)
    return found


def _tell_hurry(effort: Effort, counts: Mapping[By, int]) -> None:
    if shuffled := counts.get(By.SHUFFLING, 0):
        effort.tell(
            Words(
                f"时间不足或引擎未得出结果：{shuffled} 个标段改用简单随机抽取（合规，但机会未必最均等）",
                f"too little time, or no answer of the engine: {shuffled} panels were shuffled "
                "(lawful, but chances not the most equal)",
            )
        )
    if kept := counts.get(By.WITNESS, 0):
        effort.tell(
            Words(
                f"时间不足或引擎未得出结果：{kept} 个标段采用安排时验证可行的名单（合规，但并非随机产生，应重新抽取）",
                f"too little time, or no answer of the engine: {kept} panels are those that showed the place possible "
                "(lawful, but not by chance: draw them again)",
            )
        )


def _shares(state: State, workers: int) -> list[list[list[int]]]:
    """The placed lots by day, the days dealt out to at most so many workers as evenly as may be."""
    by_day: dict[int, list[int]] = {}
    for lot, seating in sorted(state.seated.items()):
        by_day.setdefault(int(state.index.day_of[seating.window]), []).append(lot)
    shares: list[list[list[int]]] = [[] for _ in range(max(1, min(workers, len(by_day))))]
    for lots in sorted(by_day.values(), key=lambda lots: -len(lots)):
        min(shares, key=lambda share: sum(map(len, share))).append(lots)
    return shares


def _each(shares: Sequence[list[list[int]]]) -> Iterator[tuple[dict[int, Seating], Counter[By]]]:
    if len(shares) < 2:
        yield from map(_draws, shares)
        return
    with ProcessPoolExecutor(len(shares), mp_context=get_context("fork")) as pool:
        for done in as_completed([pool.submit(_draws, share) for share in shares]):
            yield done.result()


def _draws(share: list[list[int]]) -> tuple[dict[int, Seating], Counter[By]]:
    """The panels of some days, and how many came about in which way."""
    job = _jobs[-1]
    day_of: dict[int, Day] = {}
    for lots in share:
        day = Day(job.index, {lot: job.seatings[lot] for lot in lots}, job.held, job.kept)
        day_of.update(dict.fromkeys(lots, day))
    order = sorted(
        day_of.keys() - job.kept,
        key=lambda lot: (not job.index.tasks[lot].green, hashlib.sha256(job.tickets[lot]).digest()),
    )
    pace = _Pace(effort=job.effort, share=job.share)
    counts: Counter[By] = Counter()
    for place, lot in enumerate(order):
        hurry = pace.must_hurry(len(order) - place)
        began = job.effort.clock()
        how = day_of[lot].draw(lot, job.tickets[lot], seconds=0.0 if hurry else job.effort.left(job.share))
        pace.took(job.effort.clock() - began, calm=how is By.LOTTERY)
        counts[how] += 1
    return {lot: day.panels[lot] for lot, day in day_of.items()}, counts


@dataclass(slots=True, kw_only=True)
class _Pace:
    """Whether there is time for one more lottery, when the rest must still be shuffled after it."""

    effort: Effort
    share: float
    quick: float = 0.008  # seconds for a panel by shuffling, until one was measured
    slow: float = 0.0  # the longest lottery so far

    def must_hurry(self, left: int) -> bool:
        """Whether this panel must be shuffled; `left`: panels to be drawn, this one included."""
        return self.effort.left(self.share) < left * self.quick + self.slow or self.effort.stopped

    def took(self, seconds: float, *, calm: bool) -> None:
        """Learn from the last panel."""
        if calm:
            self.slow = max(self.slow, seconds)
        else:
            self.quick += (1.2 * seconds - self.quick) / 8
