"""Who takes a seat that falls open? The first stand-by who completes the panel, at the moment it falls open (D6).

Promotion stands in the transaction of whatever opens the seat, so that nobody can wait for a better moment; where no
stand-by fits, all are passed over with the rule against each, and the next ordinary round goes on.
"""

from collections.abc import Iterable, Sequence

from api.services.office import Deed, Dossier, Office, by_system, foreseen, record
from api.services.places import seating
from scheduler.completing import choose
from scheduler.events import Passed, PassedOver, Promoted
from scheduler.exhibits import Exhibit
from scheduler.facts import numbers, promotion_case, roles
from scheduler.model import Choice, ExpertId, LotId
from scheduler.rules import limits
from scheduler.state import State


def recorded(
    office: Office, lot: LotId, state: State, deeds: Sequence[Deed], *, exhibits: Iterable[Exhibit] = ()
) -> State:
    """Record deeds that may open a seat, and at once who takes it: nobody can wait for a better moment."""
    made = tuple(exhibits)
    after = foreseen(office, lot, state, deeds)
    if not after.standby_due:
        return record(office, lot, state, deeds, exhibits=made)
    ahead = Dossier(office=office, state=after, _seen={each.digest: each.body for each in made})
    deed, more = _next(office, ahead)
    return record(office, lot, state, [*deeds, deed], exhibits=[*made, *more])


def _next(office: Office, dossier: Dossier) -> tuple[Deed, list[Exhibit]]:
    """Who is promoted, or that nobody is."""
    state, codes = dossier.state, roles(dossier.request)
    case = promotion_case(dossier.request, dossier.snapshot, state, dossier.conflicts)
    waiting = [Choice(expert=ExpertId(s.member), speciality=codes[s.role]) for s in state.standing_by()]
    chosen = choose(case, limits(case, numbers(dossier.pack, case)), waiting)
    name = {ExpertId(each.member): each.member for each in state.standing_by()}
    passed = tuple(Passed(member=name[who], rule=rule) for who, rule in chosen.passed)
    if not chosen.members:
        return by_system(PassedOver(passed=passed)), []
    members = tuple(name[choice.expert] for choice in chosen.members)
    first = next(s for s in state.standing_by() if s.member == members[0])
    ticket = bytes.fromhex(state.rounds[first.round - 1].ticket)
    places = office.exhibit("seating", seating(office, dossier, chosen.members, ticket))
    return by_system(Promoted(members=members, passed=passed, seating=places.digest)), [places]
