"""Which windows and sites work for a lot that is being booked? A lawful seating shown for each, in milliseconds.

The seating is a witness among a sample of the pool; nobody in it is ever told or drawn for it. The booking
itself asks the whole pool and the exact rules once more.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta

from scheduler.feasibility import GUEST_SEATS, Answer, Ask, Band, Candidate, Option, band
from scheduler.model import LotId, SiteId, SpecialityCode
from scheduler.rules.place import city
from scheduler.solve.supply import Supply
from scheduler.solve.timetable_index import Index, index
from scheduler.solve.timetable_seating import Seater
from scheduler.solve.timetable_state import Seating, State
from scheduler.timetable import Days, Lot, Site, Window, WindowId

SAMPLE = 12  # people looked at per role and city
_HOSTS = 4  # hosts tried in a window, at most
_PER_CITY = 2  # sites of a city that may be guests


def answers(
    supply: Supply, ask: Ask, sites: Sequence[Site], candidates: Sequence[Candidate]
) -> tuple[Answer, ...]:
    """One answer a candidate, in their order; a host that is no site cannot be had."""
    if not {site.id for site in sites}.issuperset(ask.hosts) or not ask.hosts or not candidates:
        return tuple(Answer(people=(), room=Band.SHORT, options=()) for _ in candidates)
    rough = _rough(supply, ask, candidates)
    days = _days(supply, ask, _roomy(ask, sites, candidates), candidates)
    world = index(days)
    state = State(world)
    for at, candidate in enumerate(candidates):
        for number, site in enumerate(world.sites):
            state.limit(at, number, candidate.room.get(site.id, 0))
    seater = Seater(state)
    return tuple(
        _answer(ask, world, seater, (at, candidate), rough[at]) for at, candidate in enumerate(candidates)
    )


def _roomy(ask: Ask, sites: Sequence[Site], candidates: Sequence[Candidate]) -> list[Site]:
    """The hosts, and of every city the few sites with most room: which of them all is a guest matters little."""
    room = {site.id: sum(candidate.room.get(site.id, 0) for candidate in candidates) for site in sites}
    found, per_city = [], dict.fromkeys((city(site.region) for site in sites), 0)
    for site in sorted(sites, key=lambda site: (-room[site.id], site.id)):
        name = city(site.region)
        if site.id in ask.hosts or per_city[name] < _PER_CITY:
            per_city[name] += 1
            found.append(site)
    return found


def _rough(supply: Supply, ask: Ask, candidates: Sequence[Candidate]) -> list[tuple[Band, ...]]:
    """Per window the bands of every role, less what other lots want from the same specialities meanwhile."""
    found = []
    able = {
        (day, s.speciality): len(supply.able(s.speciality, day, ask.recused))
        for day in {candidate.day for candidate in candidates}
        for s in ask.seats
    }
    for candidate in candidates:
        bands = []
        for seats in ask.seats:
            wanted = sum(o.count for o in candidate.wanted if _akin(o.speciality, seats.speciality))
            bands.append(band(able[candidate.day, seats.speciality] - wanted, seats.count))
        found.append(tuple(bands))
    return found


def _akin(one: SpecialityCode, other: SpecialityCode) -> bool:
    return one.startswith(other) or other.startswith(one)


def _days(supply: Supply, ask: Ask, sites: Sequence[Site], candidates: Sequence[Candidate]) -> Days:
    """A small world: the sample, every host as a lot of its own, every candidate on a day of its own."""
    cities = {city(site.region) for site in sites}
    able = {
        day: [supply.able(seats.speciality, day, ask.recused) for seats in ask.seats]
        for day in {candidate.day for candidate in candidates}
    }
    chosen = {at for some in able.values() for own in some for at in supply.few(own, cities, SAMPLE)}
    fit = {day: {at for own in some for at in own.tolist()} for day, some in able.items()}
    busy = {
        supply.people[at].id: frozenset(_name(n) for n, c in enumerate(candidates) if at not in fit[c.day])
        for at in chosen
    }
    first = date(2000, 1, 1)  # days only keep the candidates apart
    return Days(
        experts=tuple(supply.people[at] for at in sorted(chosen)),
        sites=tuple(sites),
        windows=tuple(
            Window(id=_name(n), day=first + timedelta(days=n), start=time(9), end=time(12))
            for n in range(len(candidates))
        ),
        lots=tuple(
            Lot(
                id=LotId(f"{n:04d}"),
                region=ask.region,
                host=host,
                seats=ask.seats,
                owner_reps=ask.owner_reps,
                guests_min=ask.guests[0],
                guests_max=ask.guests[1],
                guest_seats=GUEST_SEATS,
                bounds=ask.bounds,
            )
            for n, host in enumerate(ask.hosts)
        ),
        busy={who: held for who, held in busy.items() if held},
    )


def _name(number: int) -> WindowId:
    return WindowId(f"{number:04d}")


def _answer(
    ask: Ask, world: Index, seater: Seater, slot: tuple[int, Candidate], people: tuple[Band, ...]
) -> Answer:
    """The hosts of one window that work, each with its guests; where people are short nobody is asked for."""
    at, candidate = slot
    found: list[Option] = []
    roomy = [n for n, host in enumerate(ask.hosts) if candidate.room.get(host, 0) >= ask.owner_reps + 1]
    for lot in roomy[:_HOSTS] if Band.SHORT not in people else ():
        seating = seater.seat(world.tasks[lot], at)
        if seating is not None:
            found.append(_option(ask, world, candidate, lot, seating))
    return Answer(people=people, room=_room(ask, candidate), options=tuple(found))


def _room(ask: Ask, candidate: Candidate) -> Band:
    """Workstations anywhere beside those that the lot needs."""
    return band(sum(candidate.room.values()), ask.size + ask.owner_reps)


def _option(ask: Ask, world: Index, candidate: Candidate, lot: int, seating: Seating) -> Option:
    """Seats as the witness sits, and one more at each site where there is room: chance is freer then."""
    host = ask.hosts[lot]
    counts: dict[SiteId, int] = {host: 0} | {world.sites[s].id: 0 for s in seating.guests}
    for _, _, at in seating.panel:
        counts[world.sites[at].id] += 1
    for site, used in counts.items():
        taken = used + (ask.owner_reps if site == host else 0)
        counts[site] += int(candidate.room.get(site, 0) > taken and used < ask.size)
    guests = tuple((site, max(GUEST_SEATS, counts[site])) for site in sorted(counts) if site != host)
    return Option(host=host, host_seats=counts[host], guests=guests)
