"""How is a proposed repair carried out? All of it or nothing, and only while the world is the one it was made for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta

from sqlmodel import Session

from api.actor import Actor
from api.services.bookable import as_the_law_says
from api.services.booking import rules_in_force
from api.services.matching import demand_panel
from api.services.memory import Memory
from api.services.office import Dossier, Filing, Office, Rows, by, only, record_all
from api.services.placing import Case, Spot, case_of_lot
from api.services.replanning import Proposal, Step, propose
from api.services.seats import Wanted, hold, let_go, sites_of
from api.services.shown import demand_shown
from api.store.registers import booth_of
from scheduler.errors import Refused
from scheduler.events import Moved
from scheduler.exhibits import Request, RulesInForce, Snapshot
from scheduler.facts import case_of, numbers
from scheduler.limits import Numbers
from scheduler.model import LotId, RegionCode, Role, SiteId, SiteSeats
from scheduler.rules.rooms import layout


def apply(office: Office, actor: Actor, memory: Memory, digest: str, reason: str) -> Proposal:
    """Carry out the proposal with this digest. Raises Refused("plan_stale") when the world has moved since, and
    whatever a booking of one of the lots would raise."""
    only(actor, Role.OPERATOR)
    if not reason.strip():
        raise Refused("reason_missing")
    found = propose(office, memory)
    demand_shown(found.digest, digest)
    steps = [step for step in found.steps if step.after is not None]
    if not steps:
        raise Refused("plan_empty")
    with office.db.reading() as session:
        cases = [(case_of_lot(office, session, step.lot), step) for step in steps]
    filings = [filing(office, actor, case, step, reason.strip()) for case, step in cases if not step.reseated]
    again = [(case, step) for case, step in cases if step.reseated]
    give_back = yields(steps)

    def first(session: Session) -> None:
        give_back(session)
        for case, step in again:
            _hold(office, session, case.request, step)

    record_all(office, filings, first=first)
    return found


def yields(steps: Sequence[Step]) -> Rows:
    """All of them give their seats back before any takes its new ones."""

    def rows(session: Session) -> None:
        for step in steps:
            let_go(session, step.lot)
        session.flush()

    return rows


def filing(
    office: Office, actor: Actor, case: Case, step: Step, reason: str, *, room_for: LotId | None = None
) -> Filing:
    """The move of one lot, checked like a booking of it; `room_for`: the urgent lot that it makes room for."""
    if step.after is None:
        raise ValueError("a step without a place is not carried out")
    request = _amended(office, case, step.after)
    force = _force(office, case, request)
    as_the_law_says(request, force)
    demand_panel(office, request)
    asked = office.exhibit("request", request)
    event = Moved(
        request=asked.digest,
        starts=request.starts.isoformat(),
        ends=request.ends.isoformat(),
        reason=reason,
        room_for=room_for,
    )
    return Filing(
        lot=step.lot,
        state=case.state,
        deeds=(by(actor, event),),
        exhibits=(asked,),
        rows=lambda session: _hold(office, session, request, step),
    )


def _force(office: Office, case: Case, request: Request) -> Numbers:
    """The rules of the booking; a day on which others are in force wants a new booking. Raises Refused."""
    recorded = Dossier(office=office, state=case.state).body(case.state.pack, RulesInForce)
    if rules_in_force(recorded.pack, request.starts, recorded.calendar) != recorded:
        raise Refused("moved_rules", lot=case.state.lot)
    return numbers(recorded.pack, case_of(request, Snapshot(leaves=(), controls=())))


def _amended(office: Office, case: Case, spot: Spot) -> Request:
    """The request with another window and other sites, and nothing else."""
    counts = {spot.option.host: spot.option.host_seats, **dict(spot.option.guests)}
    force = numbers(office.pack, case_of(case.request, Snapshot(leaves=(), controls=())))
    rooms = layout(force)
    with office.db.reading() as session:
        rows = sites_of(session, list(counts))
        sites = tuple(
            SiteSeats(
                site=SiteId(row.id),
                region=RegionCode(row.region),
                seats=counts[SiteId(row.id)],
                host=row.id == spot.option.host,
                rooms=rooms.rooms(counts[SiteId(row.id)]),
                booth=booth_of(row),
            )
            for row in rows
        )
    starts, ends = (
        moment.astimezone(case.request.starts.tzinfo or UTC) for moment in (spot.starts, spot.ends)
    )
    return replace(case.request, starts=starts, ends=ends, sites=sites)


def _hold(office: Office, session: Session, request: Request, step: Step) -> None:
    """The seats of the new place; all old ones of the proposal were given back before."""
    spot = step.after or step.before
    owners, option = request.owner_reps, spot.option
    buffer = timedelta(minutes=office.pack.times.buffer_minutes)
    wanted = (
        Wanted(site=option.host, seats=option.host_seats + owners, owners=owners),
        *(Wanted(site=site, seats=seats) for site, seats in option.guests),
    )
    force = numbers(office.pack, case_of(request, Snapshot(leaves=(), controls=())))
    hold(session, step.lot, wanted, (spot.starts - buffer, spot.ends + buffer), layout(force))
