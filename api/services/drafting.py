"""How does the planner read a lot that is not booked yet?"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from api.services.office import Office
from api.services.ordering import Draft
from api.services.placing import Span, name_of
from api.services.rooms import Venue
from scheduler.feasibility import bounds_of, guests_of
from scheduler.model import SiteId
from scheduler.rules.place import city
from scheduler.timetable import Lot, WindowId

Room = Mapping[tuple[WindowId, SiteId], int]


def read_draft(
    office: Office, draft: Draft, spans: Sequence[Span], venue: tuple[Sequence[Venue], Room]
) -> Lot:
    """The draft as the planner reads it; who names no host gets the roomiest site of the project's city."""
    day = draft.day or (spans[0][0].date() if spans else office.now().date())
    force = office.pack.numbers(day, draft.category, draft.budget)
    least, most = guests_of(force, draft.guests_min, draft.guests_max)
    own = [
        name_of(span)
        for span in spans
        if span[1] - span[0] == timedelta(hours=draft.hours)
        and (draft.day is None or span[0].date() == draft.day)
        and (draft.start is None or span[0].time() == draft.start)
    ]
    return Lot(
        id=draft.lot,
        region=draft.region,
        host=draft.host or _host(draft, venue),
        seats=draft.seats,
        owner_reps=len(draft.owners),
        windows=tuple(own),
        guests_min=least,
        guests_max=most,
        bounds=bounds_of(force, sum(seats.count for seats in draft.seats)),
        green=draft.green,
    )


def _host(draft: Draft, venue: tuple[Sequence[Venue], Room]) -> SiteId:
    places, free = venue
    near = [v.site for v in places if city(v.site.region) == city(draft.region)]
    room: dict[SiteId, int] = {}
    for (_, site), seats in free.items():
        room[site] = room.get(site, 0) + seats
    best = max(
        near or [v.site for v in places], key=lambda s: (room.get(s.id, 0), s.region == draft.region, s.id)
    )
    return best.id
