"""Who in the register fits a lot, and could a panel be drawn from them today?"""

from dataclasses import replace

from sqlmodel import Session

from api.services import engaged, names
from api.services.office import Office
from api.store import registers
from scheduler.exhibits import Request, Snapshot
from scheduler.facts import case_of, numbers
from scheduler.limits import Numbers, fits
from scheduler.model import Expert
from scheduler.packshape import Step
from scheduler.rules import limits
from scheduler.rules.day import SHANGHAI
from scheduler.snapshot import leaf


def matching(office: Office, session: Session, request: Request) -> tuple[Expert, ...]:
    """Experts with a speciality asked for, as this lot knows them, in the order of their pseudonyms."""
    key, lot = office.keys.pool, request.lot
    busy = engaged.elsewhere(session, key, request)
    pool = registers.pool(
        session,
        key=office.keys.personal,
        on=request.starts.astimezone(SHANGHAI).date(),
        pseudonym=lambda number: names.pseudonym(key, lot, number),
        org_tag=names.org_tag(key, lot),
        knowing=tuple(seats.speciality for seats in request.seats),
    )
    known = {names.pseudonym(key, lot, number): number for number in registers.numbers(session)}
    past = engaged.lately(office, session, request, _numbers(office, request))
    wanted = [e for e in pool if any(fits(e, seats.speciality) for seats in request.seats)]
    return tuple(replace(e, busy=busy(known[e.id]), past=past(known[e.id])) for e in wanted)


def _numbers(office: Office, request: Request) -> Numbers:
    return numbers(office.pack, case_of(request, Snapshot(leaves=(), controls=())))


def snapshot(office: Office, session: Session, request: Request) -> Snapshot:
    """The pool of a lot as it would be frozen now, each leaf under a fresh salt."""
    people = matching(office, session, request)
    tag = names.org_tag(office.keys.pool, request.lot)
    return Snapshot(
        leaves=tuple(leaf(expert, office.entropy(32)) for expert in people),
        controls=registers.controls(session, tag),
    )


def demand_panel(office: Office, session: Session, request: Request) -> None:
    """Raises NoPanel with the clash when no lawful panel exists for this request today, and with the steps of
    the pack's ladder that would each cure it; nothing is relaxed here."""
    from scheduler.solve.clash import NoPanel, clash_of, feasible

    case = case_of(request, unsalted(office, session, request))
    force = numbers(office.pack, case)
    found = limits(case, force)
    if not feasible(case, found):
        raise NoPanel(clash_of(case, found), ways_out(office, session, request, force))


def ways_out(office: Office, session: Session, request: Request, force: Numbers) -> tuple[Step, ...]:
    """The steps of the ladder that would cure a request, over everybody whom a wider speciality would bring."""
    from scheduler.solve.ladder import above, cures

    seats = tuple(replace(each, speciality=above(each.speciality, 2)) for each in request.seats)
    pool = unsalted(office, session, replace(request, seats=seats))
    return cures(case_of(request, pool), force, office.pack.ladder)


def unsalted(office: Office, session: Session, request: Request) -> Snapshot:
    """The pool as `snapshot` gives it, for looking only."""
    tag = names.org_tag(office.keys.pool, request.lot)
    return Snapshot(
        leaves=tuple(leaf(expert, b"") for expert in matching(office, session, request)),
        controls=registers.controls(session, tag),
    )
