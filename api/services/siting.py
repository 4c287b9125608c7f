"""How are guest sites drawn? Their seats are held at the booking, the choice falls by the seeds of all parties.

Nobody can steer it: the choices are committed before any seed is opened, and every party's seed counts (ADR 0017).
"""

from sqlmodel import Session

from api.actor import Actor
from api.services.office import Dossier, Office, by, only, open_case, record, rehearse
from api.services.releasing import Released, release
from api.services.seats import let_go
from scheduler.errors import Refused
from scheduler.events import Digest, SitesDrawn, SitesFixed
from scheduler.exhibits import Siting
from scheduler.facts import case_of, numbers
from scheduler.model import LotId, Role
from scheduler.pending import Sites
from scheduler.places import site_context
from scheduler.release import SITES
from scheduler.rules import limits
from scheduler.siting import choices_of, fallen, narrowed, site_ticket
from scheduler.state import State
from scheduler.ticket import contribution


def draw_sites(office: Office, actor: Actor, lot: LotId) -> State:
    """Commit to the choices unless that is done, open the seeds, record `SitesDrawn` and give the other seats back.

    Raises Refused("no_panel") when no choice of sites leaves a lawful panel, or what the history forbids.
    """
    only(actor, Role.OPERATOR, Role.SYSTEM)
    dossier = open_case(office, lot)
    if _sites(dossier).choices is None:
        fix_sites(office, actor, lot)
        dossier = open_case(office, lot)
    released = release(dossier, SITES)
    ticket = _ticket(dossier, released)
    event = SitesDrawn(ticket=ticket.hex(), drawn=fallen(ticket, _sites(dossier).count))
    choice = dossier.body(_sites(dossier).choices, Siting).choices[event.drawn]
    others = [s.site for s in dossier.request.sites if not s.host and s.site not in choice]

    def give_back(session: Session) -> None:
        let_go(session, lot, others)

    deeds = [released.deed, by(actor, event)]
    return record(office, lot, dossier.state, deeds, exhibits=[released.exhibit], rows=give_back)


def fix_sites(office: Office, actor: Actor, lot: LotId) -> State:
    """Record `SitesFixed`: every choice of so many candidates with a lawful panel in the frozen pool.

    Nothing is locked while the solver thinks: recording refuses if the case has moved on.
    """
    only(actor, Role.OPERATOR, Role.SYSTEM)
    dossier = open_case(office, lot)
    state = dossier.state
    _sites(dossier)
    first = SitesFixed(choices=Digest(state.head), count=1)  # replaced below: may there be one at all?
    rehearse(dossier, by(actor, first))
    siting = _lawful(dossier)
    if not siting.choices:
        raise Refused("no_panel", rules=("L2",))
    exhibit = office.exhibit("siting", siting)
    event = SitesFixed(choices=exhibit.digest, count=len(siting.choices))
    return record(office, lot, state, [by(actor, event)], exhibits=[exhibit])


def _lawful(dossier: Dossier) -> Siting:
    from scheduler.solve.clash import feasible

    request, snapshot = dossier.request, dossier.snapshot
    choices = choices_of(request, _sites(dossier).guests)
    lawful = []
    for choice in choices:
        case = case_of(narrowed(request, choice), snapshot)
        if feasible(case, limits(case, numbers(dossier.pack, case))):
            lawful.append(choice)
    return Siting(choices=tuple(lawful), barred=tuple(each for each in choices if each not in lawful))


def _sites(dossier: Dossier) -> Sites:
    if dossier.state.sites is None:
        raise Refused("sites_chosen")
    return dossier.state.sites


def _ticket(dossier: Dossier, released: Released) -> bytes:
    state, sites = dossier.state, _sites(dossier)
    if sites.choices is None:
        raise Refused("sites_not_ready")
    parts = {
        party: contribution(released.private, bytes.fromhex(deposit), site_context(state.lot, party))
        for party, deposit in sites.pledges
    }
    return site_ticket(sites.choices, state.lot, state.attempt, parts)
