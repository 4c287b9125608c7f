"""How does the planner read a lot that is not booked yet?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from api.services.calendar import calendar
from api.services.feasibility import windows_of, working_days
from api.services.office import Office
from api.services.ordering import Draft
from api.services.placing import AHEAD, OPEN, Case, Span, case_of_lot, name_of
from api.services.rooms import Venue, rooms
from api.store import journal
from scheduler.errors import Refused
from scheduler.feasibility import GUEST_SEATS, bounds_of, guests_of
from scheduler.model import LotId, SiteId
from scheduler.rules.day import SHANGHAI
from scheduler.rules.place import city
from scheduler.state import Phase
from scheduler.timetable import Lot, WindowId

Room = Mapping[tuple[WindowId, SiteId], int]


def read_draft(
    office: Office, draft: Draft, spans: Sequence[Span], venue: tuple[Sequence[Venue], Room]
) -> Lot:
    """The draft as the planner reads it; who names no host gets the roomiest site of the project's city.

    Raises Refused("no_sites") where none is registered.
    """
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
        guest_seats=GUEST_SEATS,
        bounds=bounds_of(force, sum(seats.count for seats in draft.seats)),
        green=draft.green,
    )


def _host(draft: Draft, venue: tuple[Sequence[Venue], Room]) -> SiteId:
    places, free = venue
    if not places:
        raise Refused("no_sites")
    near = [v.site for v in places if city(v.site.region) == city(draft.region)]
    room: dict[SiteId, int] = {}
    for (_, site), seats in free.items():
        room[site] = room.get(site, 0) + seats
    best = max(
        near or [v.site for v in places], key=lambda s: (room.get(s.id, 0), s.region == draft.region, s.id)
    )
    return best.id


def spans_for(
    office: Office, session: Session, drafts: Sequence[Draft]
) -> tuple[list[Span], tuple[int, ...]]:
    """The windows that the lots name, and the usual ones of the coming working days for those that do not."""
    first = office.now().astimezone(SHANGHAI).date()
    days, unknown = working_days(calendar(session), first)
    found: set[Span] = set()
    for draft in drafts:
        for day in (draft.day,) if draft.day else days:
            for starts, ends in windows_of(day, draft.hours):
                if draft.start is not None:
                    starts = datetime.combine(day, draft.start, SHANGHAI)
                    ends = starts + timedelta(hours=draft.hours)
                if starts >= office.now() + AHEAD and starts.date() == ends.date():
                    found.add((starts, ends))
    return sorted(found), unknown


def room_for(office: Office, session: Session, places: Sequence[Venue], spans: Sequence[Span]) -> Room:
    """Seats free in every window at every site."""
    buffer = timedelta(minutes=office.pack.times.buffer_minutes)
    found = rooms(session, [(a - buffer, b + buffer) for a, b in spans])
    return {
        (name_of(span), venue.site.id): room.get(venue.site.id, 0) if venue.is_open(*span) else 0
        for span, room in zip(spans, found, strict=True)
        for venue in places
    }


def meanwhile(office: Office, session: Session, spans: Sequence[Span]) -> list[Case]:
    """The lots booked in these days that are not over."""
    if not spans:
        return []
    first, last = spans[0][0], max(ends for _, ends in spans)
    lots = journal.meanwhile(session, first, last, without=tuple(p for p in Phase if p not in OPEN))
    return [case_of_lot(office, session, LotId(lot)) for lot in lots]
