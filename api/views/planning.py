"""What does the planning page show? Lost seats, the proposed repair as a table, and before and after as pictures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from api.services.closing_sites import Cut
from api.services.placing import Spot
from api.services.replanning import Proposal, Step
from api.views.gate import free, shows
from scheduler.faults import Clock
from scheduler.limits import Words
from scheduler.rules.day import SHANGHAI
from scheduler.sight import Datum

FIRST, LAST = 8, 19  # hours of a day that the pictures show
LANE, LEFT, HOUR, HEAD = 34, 200, 64, 26  # height, left margin, width of an hour, height of the head


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A site or room that cannot be used; `number` None: only imagined."""

    number: int | None = free()
    site: str = shows(Datum.SCHEDULE)
    room: str = shows(Datum.SCHEDULE)
    starts: datetime = shows(Datum.SCHEDULE)
    ends: datetime = shows(Datum.SCHEDULE)
    reason: str = shows(Datum.SCHEDULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Where a lot is or would be: sites by name, the host first, with seats for experts."""

    starts: datetime = shows(Datum.SCHEDULE)
    ends: datetime = shows(Datum.SCHEDULE)
    places: tuple[tuple[str, int], ...] = shows(Datum.SCHEDULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One lot of the proposal."""

    lot: str = shows(Datum.SCHEDULE)
    project: str = shows(Datum.PROJECT)
    before: Seen | None = shows(Datum.SCHEDULE)  # None: not booked yet
    after: Seen | None = shows(Datum.SCHEDULE)
    reseated: bool = shows(Datum.SCHEDULE)
    trimmed: bool = shows(Datum.SCHEDULE)
    told: tuple[str, ...] = shows(
        Datum.SCHEDULE
    )  # sites to be told, besides the tenderee and the owner's people
    against: tuple[Words, ...] = shows(Datum.SCHEDULE)
    clock: Clock | None = shows(Datum.SCHEDULE)
    frozen: bool = shows(Datum.SCHEDULE, default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of a picture, in its coordinates; `kind`: lot, moved or lost."""

    x: int = free()
    y: int = free()
    width: int = free()
    label: str = shows(Datum.SCHEDULE)
    kind: str = free()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Sites as lanes, hours to the right, one day beside the other."""

    days: tuple[date, ...] = free()
    lanes: tuple[str, ...] = shows(Datum.SCHEDULE)
    bars: tuple[Bar, ...] = shows(Datum.SCHEDULE)

    @property
    def width(self) -> int:
        """Of the whole drawing."""
        return LEFT + len(self.days) * (LAST - FIRST) * HOUR

    @property
    def height(self) -> int:
        """Of the whole drawing."""
        return HEAD + len(self.lanes) * LANE


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """The whole page; without rows there is nothing to repair."""

    lost: tuple[Lost, ...] = shows(Datum.SCHEDULE)
    rows: tuple[Row, ...] = shows(Datum.SCHEDULE)
    before: Picture | None = shows(Datum.SCHEDULE)
    after: Picture | None = shows(Datum.SCHEDULE)
    digest: str = free()
    least: bool = free()
    imagined: bool = free()
    sites: tuple[tuple[str, str], ...] = free()
    at_work: tuple[tuple[str, str], ...] = shows(Datum.PROJECT)  # lots that can run over


def page_of(
    made: Proposal,
    known: Sequence[tuple[int, Cut, str]],
    names: Mapping[str, str],
    projects: Mapping[str, str],
    at_work: Sequence[str],
) -> PlanPage:
    """The proposal told in names."""
    rows = tuple(row_of(step, names, projects) for step in made.steps)
    lost = [_lost(number, cut, reason, names) for number, cut, reason in known]
    lost += [_lost(None, cut, "", names) for cut in made.lost if cut.since is None]
    before, after = pictures(made, names) if rows else (None, None)
    return PlanPage(
        lost=tuple(lost),
        rows=rows,
        before=before,
        after=after,
        digest=made.digest,
        least=made.least,
        imagined=any(cut.since is None for cut in made.lost),
        sites=tuple(sorted(names.items())),
        at_work=tuple((lot, projects.get(lot, lot)) for lot in at_work),
    )


def _lost(number: int | None, cut: Cut, reason: str, names: Mapping[str, str]) -> Lost:
    return Lost(
        number=number,
        site=names.get(cut.site, cut.site),
        room=cut.room,
        starts=cut.starts,
        ends=cut.ends,
        reason=reason,
    )


def row_of(step: Step, names: Mapping[str, str], projects: Mapping[str, str]) -> Row:
    """One step told in names."""
    return Row(
        lot=step.lot,
        project=projects.get(step.lot, step.lot),
        before=seen(step.before, names),
        after=seen(step.after, names) if step.after else None,
        reseated=step.reseated,
        trimmed=step.trimmed,
        told=told_of((step.before, step.after), names) if step.after else (),
        against=tuple(reason.says for reason in step.against),
        clock=step.clock,
        frozen=step.frozen,
    )


def new_row(lot: str, project: str, place: Spot, names: Mapping[str, str]) -> Row:
    """A lot that is not booked yet."""
    return Row(
        lot=lot,
        project=project,
        before=None,
        after=seen(place, names),
        reseated=False,
        trimmed=False,
        told=told_of((place,), names),
        against=(),
        clock=None,
    )


def told_of(spots: Iterable[Spot | None], names: Mapping[str, str]) -> tuple[str, ...]:
    """The sites whose seats change hands."""
    return tuple(sorted({names.get(site, site) for spot in spots for site in _sites(spot)}))


def seen(spot: Spot, names: Mapping[str, str]) -> Seen:
    """Where a lot is, told in names."""
    option = spot.option
    places = ((option.host, option.host_seats), *option.guests)
    return Seen(
        starts=spot.starts,
        ends=spot.ends,
        places=tuple((names.get(site, site), seats) for site, seats in places),
    )


def pictures(
    made: Proposal, names: Mapping[str, str], new: Sequence[tuple[str, Spot]] = ()
) -> tuple[Picture, Picture]:
    """Both over the same days and lanes, so that they can be laid over each other; `new`: lots not booked yet."""
    spots = [spot for step in made.steps for spot in (step.before, step.after) if spot is not None]
    spots += [spot for _, spot in new]
    days = tuple(sorted({_local(spot.starts).date() for spot in spots}))
    sites = sorted({site for spot in spots for site in _sites(spot)}, key=lambda site: names.get(site, site))
    lanes = {site: n for n, site in enumerate(sites)}
    lost = [
        bar
        for cut in made.lost
        if cut.site in lanes
        for bar in _bars(days, cut.starts, cut.ends, lanes[cut.site], "", "lost")
    ]
    stay = [
        bar
        for lot, spot in made.others
        for site in _sites(spot)
        if site in lanes
        for bar in _bars(days, spot.starts, spot.ends, lanes[site], lot, "lot")
    ]
    before, after = [*lost, *stay], [*lost, *stay]
    for step in made.steps:
        moved = "lot" if step.after is None or step.reseated else "moved"
        for site in _sites(step.before):
            before += _bars(days, step.before.starts, step.before.ends, lanes[site], step.lot, moved)
        spot = step.after or step.before  # what cannot be moved still stands there
        for site in _sites(spot):
            after += _bars(days, spot.starts, spot.ends, lanes[site], step.lot, moved)
    for lot, spot in new:
        for site in _sites(spot):
            after += _bars(days, spot.starts, spot.ends, lanes[site], lot, "moved")
    told = tuple(names.get(site, site) for site in sites)
    return Picture(days=days, lanes=told, bars=tuple(before)), Picture(
        days=days, lanes=told, bars=tuple(after)
    )


def _sites(spot: Spot | None) -> tuple[str, ...]:
    return () if spot is None else (spot.option.host, *(site for site, _ in spot.option.guests))


def _local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


def _bars(
    days: Sequence[date], starts: datetime, ends: datetime, lane: int, label: str, kind: str
) -> list[Bar]:
    """One bar for every day that the span meets within the hours shown."""
    found = []
    for n, day in enumerate(days):
        opens = datetime.combine(day, time(FIRST), SHANGHAI)
        since, until = max(starts, opens), min(ends, opens + timedelta(hours=LAST - FIRST))
        if since < until:
            x = LEFT + n * (LAST - FIRST) * HOUR + round((since - opens).total_seconds() / 3600 * HOUR)
            width = round((until - since).total_seconds() / 3600 * HOUR)
            found.append(Bar(x=x, y=HEAD + lane * LANE + 4, width=max(3, width), label=label, kind=kind))
    return found
