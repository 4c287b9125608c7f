"""Step about the workstations: everybody in the own city, alone at a workstation, in a room as the rules allow."""

from collections.abc import Mapping
from dataclasses import replace

from crypto.errors import Broken
from scheduler.audit.case import AuditCase, request_at
from scheduler.audit.reseating import elsewhere
from scheduler.audit.rounds import case_of_round, numbers_of
from scheduler.audit.siting import drawn_sites
from scheduler.events import Appointed, Drawn, Member, Promoted, Reseated
from scheduler.exhibits import Place, Request, Seating, Snapshot
from scheduler.limits import Words
from scheduler.model import ExpertId, Placed
from scheduler.phases import apply
from scheduler.rules.rooms import crowded, layout, owners_apart
from scheduler.seatplan import latest
from scheduler.state import State


def seats(case: AuditCase) -> Words:
    """Everyone sits at a site of the lot, experts in their own city, workstations and rooms as the rules say."""
    final = case.final()
    drawn, moved = drawn_sites(case), elsewhere(case)
    home = {leaf.expert.id: leaf.expert.region[:4] for leaf in _pool(case, final).leaves}
    for state, entry in case.moments:
        if isinstance(entry.event, Drawn | Appointed | Promoted | Reseated) and state is not None:
            request, seating = request_at(case, apply(state, entry)), case.body(entry.event.seating, Seating)
            _own_city(request, home, seating)
            _own_seats(case, state, entry.event, seating)
    taken: dict[tuple[str, str, int], Place] = {}
    places = _plan(case, final)
    for who in (m.member for m in final.current()):
        if who not in places:
            raise Broken("a member has no seat")
        place = places[who]
        where = (place.site, place.room, place.workstation)
        if where in taken:
            raise Broken("two members sit at one workstation")
        taken[where] = place
    _rooms(case, final, [_placed(final, place) for place in taken.values()])
    return Words(
        f"{len(taken)} 个工位各坐一人{drawn.zh}{moved.zh}",
        f"{len(taken)} workstations, one member each{drawn.en}{moved.en}",
    )


def _pool(case: AuditCase, state: State) -> Snapshot:
    return case.body(state.pool_exhibit, Snapshot)


def _plan(case: AuditCase, state: State) -> dict[Member, Place]:
    return latest(case.body(digest, Seating) for digest in state.seatings())


def _own_seats(
    case: AuditCase, state: State, event: Drawn | Appointed | Promoted | Reseated, seating: Seating
) -> None:
    """One seat for everybody who comes, and for owner representatives without one; nobody else moves. Raises Broken."""
    found = [place.member for place in seating.places]
    if len(set(found)) != len(found):
        raise Broken("a member is given two seats at once")
    if isinstance(event, Reseated):
        return  # who may move then is asked in scheduler.audit.reseating
    come = set(event.members) if isinstance(event, Promoted) else {m.member for m in event.members}
    owners = {m.member for m in state.current() if m.role is None} - _plan(case, state).keys()
    if not come <= set(found) <= come | owners:
        raise Broken("seats are given to others than those who come")


def _own_city(request: Request, home: Mapping[ExpertId, str], seating: Seating) -> None:
    """Places at sites the lot had then, experts in their own city. Raises Broken."""
    city = {site.site: site.region[:4] for site in request.sites}
    for place in seating.places:
        expert = ExpertId(place.member)
        if place.site not in city or (expert in home and home[expert] != city[place.site]):
            raise Broken("a member sits outside the lot's sites or the own city")


def _placed(state: State, place: Place) -> Placed:
    sitting = state.sitting(Member(place.member))
    owner = sitting is not None and sitting.role is None
    return Placed(expert=None if owner else ExpertId(place.member), site=place.site, room=place.room)


def _rooms(case: AuditCase, final: State, placed: list[Placed]) -> None:
    """L8 and L10 over those who sit at the end. Raises Broken."""
    whole = case_of_round(case, final)
    numbers = numbers_of(case, whole)
    most = layout(numbers).room_most
    if most is not None and crowded(placed, most) is not None:
        raise Broken("more members sit in one room than L8 allows")
    apart = owners_apart
    if apart.id in numbers and apart.facts(
        replace(whole, placed=tuple(placed)), apart.read(numbers[apart.id])
    ):
        raise Broken("an owner representative sits in a room with an expert (L10)")
