"""Who in the register fits a lot, and could a panel be drawn from them today?"""

from dataclasses import replace

from api.pool.house import Answer, Inquiry
from api.services import between, engaged
from api.services.office import Office
from api.store.travel import travel
from scheduler.exhibits import Request, Snapshot
from scheduler.facts import case_of, numbers
from scheduler.limits import Numbers, fits
from scheduler.model import Travel
from scheduler.packshape import Step
from scheduler.rules import limits
from scheduler.rules.day import SHANGHAI
from scheduler.rules.travel import near_enough
from scheduler.snapshot import leaf


def matching(office: Office, request: Request) -> Answer:
    """Experts with a speciality asked for, as this lot knows them, in the order of their pseudonyms."""
    found = office.pool.people(
        Inquiry(
            lot=request.lot,
            on=request.starts.astimezone(SHANGHAI).date(),
            specialities=tuple(seats.speciality for seats in request.seats),
            tenderee=request.tenderee,
            panels=engaged.panels(office, request, _numbers(office, request)),
        )
    )
    wanted = [e for e in found.experts if any(fits(e, seats.speciality) for seats in request.seats)]
    gap = between.gaps(office, request, _numbers(office, request))
    return replace(found, experts=tuple(replace(e, gap=gap(e.id, e.region)) for e in wanted))


def _ways(office: Office, request: Request) -> tuple[Travel, ...]:
    """Travel times to the lot's sites within a city, where a rule in force reads them."""
    if near_enough.id not in _numbers(office, request):
        return ()
    sites = {site.region for site in request.sites}
    with office.db.reading() as session:
        return tuple(way for way in travel(session, sites) if way.one[:4] == way.other[:4])


def _numbers(office: Office, request: Request) -> Numbers:
    return numbers(office.pack, case_of(request, Snapshot(leaves=(), controls=())))


def snapshot(office: Office, request: Request) -> Snapshot:
    """The pool of a lot as it would be frozen now, each leaf under a fresh salt."""
    found = matching(office, request)
    leaves = tuple(leaf(expert, office.entropy(32)) for expert in found.experts)
    return Snapshot(leaves=leaves, controls=found.controls, travel=_ways(office, request))


def demand_panel(office: Office, request: Request) -> None:
    """Raises NoPanel with the clash when no lawful panel exists for this request today, and with the steps of
    the pack's ladder that would each cure it; nothing is relaxed here."""
    from scheduler.solve.clash import NoPanel, clash_of, feasible

    case = case_of(request, _unsalted(office, request))
    force = numbers(office.pack, case)
    found = limits(case, force)
    if not feasible(case, found):
        raise NoPanel(clash_of(case, found), ways_out(office, request, force))


def ways_out(office: Office, request: Request, force: Numbers) -> tuple[Step, ...]:
    """The steps of the ladder that would cure a request, over everybody whom a wider speciality would bring."""
    from scheduler.relaxing import above
    from scheduler.solve.ladder import cures

    seats = tuple(replace(each, speciality=above(each.speciality, 2)) for each in request.seats)
    pool = _unsalted(office, replace(request, seats=seats))
    return cures(case_of(request, pool), force, office.pack.ladder)


def _unsalted(office: Office, request: Request) -> Snapshot:
    return replace(unsalted(matching(office, request)), travel=_ways(office, request))


def unsalted(found: Answer) -> Snapshot:
    """People as the rules read them, where nothing is committed to."""
    return Snapshot(leaves=tuple(leaf(expert, b"") for expert in found.experts), controls=found.controls)
