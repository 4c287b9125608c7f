"""How does a plan change as little as possible when the world has changed? What can stay stays, exactly as it was.

Seats and windows that are gone, lots that came or went stand in `days`; `before` says where every lot was. A
locked lot (drawn, notified) is never moved: where it cannot stay it has no place, and people must decide.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from scheduler.model import LotId, SiteId
from scheduler.solve.timetable_clash import against
from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_first import by_liking, ranked
from scheduler.solve.timetable_index import Index, index
from scheduler.solve.timetable_model import Model, Scope, Terms, build, hint
from scheduler.solve.timetable_scope import SMALL, cells_of, part, whole
from scheduler.solve.timetable_seating import Seater
from scheduler.solve.timetable_solve import best, trimmed
from scheduler.solve.timetable_state import Seating, State, seats_of, told
from scheduler.timetable import Days, Placed, Unplaced, WindowId

_WORK = 4.0  # of the solver's deterministic clock
_PATCHES = 8  # sites tried in the place of a lost one


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A lot that is not where it was: moved, newly placed (before None) or without a place (after None)."""

    lot: LotId
    before: Placed | None
    after: Placed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanned:
    """The new plan; `changes` in the order of lots, `least`: proved that no plan of as many lots changes fewer."""

    placed: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...]
    changes: tuple[Change, ...]
    least: bool


def replan(
    days: Days,
    before: Mapping[LotId, Placed],
    effort: Effort,
    *,
    locked: Collection[LotId] = (),
    must: Collection[LotId] = (),
    room: Mapping[tuple[WindowId, SiteId], int] | None = None,
) -> Replanned:
    """The plan with the fewest changes found; `must`: lots that may be moved, but never to nowhere for another's
    sake; `room`: seats of a site in a window, where fewer than it has."""
    state = State(index(days))
    _narrow(state, room or {})
    return answered(state, before, effort, settle(state, before, effort, locked=locked, must=must))


def settle(
    state: State,
    before: Mapping[LotId, Placed],
    effort: Effort,
    *,
    locked: Collection[LotId] = (),
    must: Collection[LotId] = (),
    patient: Collection[LotId] = (),
) -> bool:
    """Fill an empty state with the plan that changes least; whether fewest changes were proved.

    `patient`: lots for whose sake alone nobody is moved.
    """
    world, fixed = state.index, {at for at, lot in enumerate(state.index.lots) if lot.id in locked}
    seater = Seater(state)
    old = {at: before[lot.id] for at, lot in enumerate(world.lots) if lot.id in before}
    waits = {at for at, lot in enumerate(world.lots) if lot.id in patient}
    order = sorted(ranked(world), key=lambda at: at not in fixed)
    for at in order:
        if at in old and (seating := _same(state, seater, at, old[at])) is not None:
            state.take(at, seating)
    kept = frozenset(state.seated)
    for at in order:
        if at not in kept and at not in fixed:
            _near(state, seater, at, old.get(at))
    disturbed = [at for at in order if at not in kept and at not in fixed]
    least = all(at in waits or (_gone(world, at, old.get(at)) and at in state.seated) for at in disturbed)
    if not least and not effort.over():
        held = {at for at, lot in enumerate(world.lots) if lot.id in must}
        least = _again(state, seater, Past(old=old, fixed=fixed, must=held), effort)
        _nearer(state, seater, old, fixed)
        _restored(state, old)
    return least


def answered(state: State, before: Mapping[LotId, Placed], effort: Effort, least: bool) -> Replanned:
    """The plan that a state holds, told beside the one before."""
    world = state.index
    old = {at: before[lot.id] for at, lot in enumerate(world.lots) if lot.id in before}
    reasons = against(state, Seater(state), effort)
    placed = {at: told(world, at, seating) for at, seating in state.seated.items()}
    return Replanned(
        placed=tuple(placed[at] for at in sorted(placed)),
        unplaced=tuple(Unplaced(lot=world.lots[at].id, clash=reasons[at]) for at in sorted(reasons)),
        changes=tuple(_changes(world, old, placed)),
        least=least,
    )


def _restored(state: State, old: Mapping[int, Placed]) -> None:
    """Who stays in place gets the old panel back where it is still possible: nothing is drawn twice for nothing."""
    for lot, was in old.items():
        now = state.seated.get(lot)
        if now is None or not was.panel or not _stays(state.index, now, was):
            continue
        state.give_back(lot)
        state.take(lot, _panel(state, lot, was, (now.window, now.guests)) or now)


def _narrow(state: State, room: Mapping[tuple[WindowId, SiteId], int]) -> None:
    slot = {window.id: at for at, window in enumerate(state.index.windows)}
    place = {site.id: at for at, site in enumerate(state.index.sites)}
    for (window, site), seats in room.items():
        state.limit(slot[window], place[site], seats)


def _same(state: State, seater: Seater, lot: int, was: Placed) -> Seating | None:
    """The lot exactly where it was: with its own panel where it had one, else with some lawful one."""
    world, task = state.index, state.index.tasks[lot]
    slot = next((at for at, w in enumerate(world.windows) if w.id == was.window), -1)
    place = {site.id: at for at, site in enumerate(world.sites)}
    if slot not in task.windows or world.lots[lot].host != was.host or not place.keys() >= set(was.guests):
        return None
    guests = tuple(sorted(place[site] for site in was.guests))
    if was.panel:
        return _panel(state, lot, was, (slot, guests))
    return seater.seat_at(task, slot, guests)


def _panel(state: State, lot: int, was: Placed, at: tuple[int, tuple[int, ...]]) -> Seating | None:
    """The panel it had, if everybody is still there and free and every site still has the seats."""
    world, (slot, guests) = state.index, at
    person = {who: n for n, who in enumerate(world.people.ids)}
    place = {site.id: n for n, site in enumerate(world.sites)}
    role = {code: n for n, code in enumerate(world.roles)}
    if any(seat.expert not in person or seat.speciality not in role for seat in was.panel):
        return None
    panel = tuple(sorted((person[s.expert], role[s.speciality], place[s.site]) for s in was.panel))
    room = state.room(slot)
    room[world.tasks[lot].host] -= world.tasks[lot].reps
    if any(not state.free[slot][who] or who in world.tasks[lot].recused for who, _, _ in panel):
        return None
    found = Seating(window=slot, guests=guests, panel=panel)
    enough = all(room[site] >= seats for site, seats in seats_of(world.tasks[lot], found).items())
    return found if enough else None


def _gone(world: Index, lot: int, was: Placed | None) -> bool:
    """Whether the lot surely cannot be where it was, or never was anywhere."""
    if was is None or world.lots[lot].host != was.host:
        return True
    windows = {world.windows[w].id for w in world.tasks[lot].windows}
    return was.window not in windows or not {site.id for site in world.sites} >= set(was.guests)


def _near(state: State, seater: Seater, lot: int, was: Placed | None) -> None:
    """Somewhere without moving anybody: where it was with other people first, then with the guest sites that are
    left, then the same window, then the same day, then anywhere."""
    world, task = state.index, state.index.tasks[lot]
    liking = by_liking(state, seater, lot) if task.windows else []
    home = next((at for at, w in enumerate(world.windows) if was and w.id == was.window), None)
    if home is not None:
        day = world.day_of[home]
        liking.sort(key=lambda w: (w != home, world.day_of[w] != day, abs(w - home)))
    for window in liking:
        seating = None
        if window == home and was is not None:
            seating = _same(state, seater, lot, replace(was, panel=())) or _patched(state, seater, lot, was)
        seating = seating or seater.seat(task, window)
        if seating is not None:
            state.take(lot, seating)
            return


def _nearer(state: State, seater: Seater, old: Mapping[int, Placed], fixed: Collection[int]) -> None:
    """Who was moved goes as near to where it was as the others leave room for."""
    for lot in sorted(set(old) - set(fixed)):
        now = state.seated.get(lot)
        if now is not None and not _stays(state.index, now, old[lot]):
            state.give_back(lot)
            _near(state, seater, lot, old[lot])
            if lot not in state.seated:
                state.take(lot, now)


def _patched(state: State, seater: Seater, lot: int, was: Placed) -> Seating | None:
    """In its window with the guest sites that still have seats, one other in the place of those that are lost."""
    world, task = state.index, state.index.tasks[lot]
    window = next(at for at, w in enumerate(world.windows) if w.id == was.window)
    room, home = state.room(window), world.site_city[task.host]
    left = [s for s, site in enumerate(world.sites) if site.id in was.guests and room[s] > 0]
    if window not in task.windows or not left:
        return None
    others = [
        s for s in range(len(world.sites)) if world.site_city[s] != home and s not in left and room[s] > 0
    ]
    others.sort(key=lambda s: (-int(room[s]) / max(1, int(world.seats[s])), s))
    for more in (*((s,) for s in others[:_PATCHES]), ()):
        seating = seater.seat_at(task, window, tuple(sorted((*left, *more))))
        if seating is not None:
            return seating
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Where lots were, which may not be moved, and which may not lose the place they have."""

    old: Mapping[int, Placed]
    fixed: Collection[int]
    must: Collection[int]


def _again(state: State, seater: Seater, past: Past, effort: Effort) -> bool:
    """Everything movable at once, as few changes as possible; whether that was proved."""
    old, fixed = past.old, past.fixed
    drawn = {lot for lot in fixed if lot in old and old[lot].panel}  # persons are known: they stay as well
    known = {lot: state.give_back(lot) for lot in list(state.seated) if lot not in drawn}
    lots = [lot for lot in range(len(state.index.tasks)) if lot in known or lot not in fixed]
    scope = _scope(state, seater, past, known, lots)
    model = build(state, scope)
    hint(model, known)
    keeps = [(v, 1) for lot in lots if (v := _keep(model, lot, old.get(lot))) is not None]
    weight = len(lots) + 1
    worth = {lot: weight * (weight if state.index.tasks[lot].green else 1) for lot in lots}
    aim: Terms = [(v, worth[lot]) for (lot, _), v in model.at.items()] + keeps
    answer = best(model, aim, work=_WORK, effort=effort)
    seatings = {} if answer is None else answer.seatings
    made = {lot: _as_before(model, lot, now, old.get(lot)) for lot, now in seatings.items()}

    def value(found: Mapping[int, Seating]) -> int:
        stays = sum(_stays(state.index, found[lot], old.get(lot)) for lot in found)
        return sum(worth[lot] for lot in found) + stays

    for lot, seating in (made if value(made) > value(known) else known).items():
        state.take(lot, seating)
    exact = cells_of(state.index, lots) <= SMALL
    return exact and answer is not None and answer.proved


def _scope(state: State, seater: Seater, past: Past, known: Mapping[int, Seating], lots: list[int]) -> Scope:
    """All windows and people where that is small; fixed lots stay where they are."""
    if cells_of(state.index, lots) <= SMALL:
        scope = whole(state, lots)
    else:
        windows = {w for lot in lots for w in state.index.tasks[lot].windows}
        scope = part(state, seater, known, lots, windows)
    stay = {lot: known[lot] for lot in past.fixed if lot in known}
    return replace(
        scope,
        windows={lot: [stay[lot].window] if lot in stay else own for lot, own in scope.windows.items()},
        guests={lot: list(stay[lot].guests) if lot in stay else own for lot, own in scope.guests.items()},
        must=tuple({**stay, **{lot: known[lot] for lot in past.must if lot in known}}),
    )


def _keep(model: Model, lot: int, was: Placed | None) -> int | None:
    """A variable that can be 1 only when the lot stays in its window with its guest sites; None: it cannot."""
    world = model.index
    if was is None or world.lots[lot].host != was.host:
        return None
    slot = next((at for at, w in enumerate(world.windows) if w.id == was.window), -1)
    place = {site.id: at for at, site in enumerate(world.sites)}
    guests = {place[site] for site in was.guests if site in place}
    if (lot, slot) not in model.at or len(guests) < len(was.guests):
        return None
    if not guests <= set(model.scope.guests[lot]):
        return None
    keep = model.variable(1)
    model.row([(keep, 1), (model.at[lot, slot], -1)], -1, 0)
    for site in model.scope.guests[lot]:
        v = model.guest[lot, site]
        model.row([(keep, 1), (v, -1 if site in guests else 1)], -1, 0 if site in guests else 1)
    return keep


def _as_before(model: Model, lot: int, now: Seating, was: Placed | None) -> Seating:
    """With the guest sites of before where nobody sits elsewhere: one that takes no seat, being idle, stays."""
    world, task = model.index, model.index.tasks[lot]
    least, most = task.guests
    if task.guest_seats:  # the answer holds seats at all its guest sites and at no others
        return now if _stays(world, now, was) else trimmed(task, now)
    if was is None or world.windows[now.window].id != was.window or world.lots[lot].host != was.host:
        return now
    sites = [at for at, site in enumerate(world.sites) if site.id in was.guests]
    kept = len(sites) == len(was.guests) and least <= len(sites) <= most
    if not kept or not set(now.guests) <= set(sites) <= set(model.scope.guests[lot]):
        return now
    return replace(now, guests=tuple(sites))


def _stays(world: Index, now: Seating, was: Placed | None) -> bool:
    if was is None:
        return False
    guests = tuple(sorted(world.sites[site].id for site in now.guests))
    return world.windows[now.window].id == was.window and guests == tuple(sorted(was.guests))


def _changes(world: Index, old: Mapping[int, Placed], placed: Mapping[int, Placed]) -> list[Change]:
    found = []
    for at, lot in enumerate(world.lots):
        was, now = old.get(at), placed.get(at)
        if was is None and now is None:
            continue
        same = was and now and (was.window, sorted(was.guests)) == (now.window, sorted(now.guests))
        if not same:
            found.append(Change(lot=lot.id, before=was, after=now))
    return found
