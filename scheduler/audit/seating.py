"""Step about the workstations: everybody in the own city, alone at a workstation, in a room as the rules allow."""

from dataclasses import replace

from crypto.errors import Broken
from scheduler.audit.case import AuditCase, request_at
from scheduler.audit.draws import case_of_round, numbers_of
from scheduler.audit.siting import drawn_sites
from scheduler.events import Member
from scheduler.exhibits import Place, Seating, Snapshot
from scheduler.limits import Words
from scheduler.model import ExpertId, Placed
from scheduler.rules.rooms import crowded, layout, owners_apart
from scheduler.state import State


def seats(case: AuditCase) -> Words:
    """Everyone sits at a site of the lot, experts in their own city, workstations and rooms as the rules say."""
    final = case.final()
    drawn = drawn_sites(case)
    request, snapshot = request_at(case, final), case.body(final.pool_exhibit, Snapshot)
    city = {site.site: site.region[:4] for site in request.sites}
    home = {leaf.expert.id: leaf.expert.region[:4] for leaf in snapshot.leaves}
    taken: dict[tuple[str, str, int], Place] = {}
    sitting = {m.member for m in final.current()}
    for digest in final.seatings():
        for place in case.body(digest, Seating).places:
            expert = ExpertId(place.member)
            if place.site not in city or (expert in home and home[expert] != city[place.site]):
                raise Broken("a member sits outside the lot's sites or the own city")
            where = (place.site, place.room, place.workstation)
            if place.member in sitting and where in taken:
                raise Broken("two members sit at one workstation")
            if place.member in sitting:
                taken[where] = place
    _rooms(case, final, [_placed(final, place) for place in taken.values()])
    return Words(
        f"{len(taken)} 个工位各坐一人{drawn.zh}", f"{len(taken)} workstations, one member each{drawn.en}"
    )


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
