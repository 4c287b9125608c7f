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
from api.services.packs import ruled
from api.services.placing import Case, Spot, case_of_lot
from api.services.reasons import given
from api.services.replanning import Proposal, Step, propose
from api.services.seats import Wanted, hold, let_go, sites_of
from api.services.shown import demand_shown
from api.store.journal import CaseRow
from api.store.registers import booth_of
from scheduler.errors import Refused
from scheduler.events import Moved
from scheduler.exhibits import Request, Snapshot
from scheduler.facts import case_of, numbers
from scheduler.limits import Numbers
from scheduler.model import LotId, RegionCode, Role, SiteId, SiteSeats
from scheduler.rules.rooms import layout


def apply(office: Office, actor: Actor, memory: Memory, digest: str, reason: str) -> Proposal:
    """Carry out the proposal with this digest. Raises Refused("plan_stale") when the world has moved since, and
    whatever a booking of one of the lots would raise."""
    only(actor, Role.OPERATOR)
    why, office = given(reason), ruled(office)
    found = propose(office, memory)
    demand_shown(found.digest, digest)
    steps = [step for step in found.steps if step.after is not None]
    if not steps:
        raise Refused("plan_empty")
    with office.db.reading() as session:
        cases = [(case_of_lot(office, session, step.lot), step) for step in steps]
    filings = [filing(office, actor, case, step, why) for case, step in cases if not step.reseated]
    again = [(case, step) for case, step in cases if step.reseated]
    give_back = yields(steps)

    def first(session: Session) -> None:
        give_back(session)
        for case, step in again:
            _hold(_read(office, case), session, case.request, step)

    record_all(office, filings, first=first)
    return found


def yields(steps: Sequence[Step]) -> Rows:
    """All of them give their seats back before any takes its new ones. Raises Refused("plan_stale") when one of them
    has moved on since: one that only changes workstations writes no event that would find out."""

    def rows(session: Session) -> None:
        for step in sorted(steps, key=lambda step: step.lot):
            if session.get_one(CaseRow, step.lot, with_for_update=True).seq != step.seq:
                raise Refused("plan_stale")
            let_go(session, step.lot)
        session.flush()

    return rows


def filing(
    office: Office, actor: Actor, case: Case, step: Step, reason: str, *, room_for: LotId | None = None
) -> Filing:
    """The move of one lot, checked like a booking of it; `room_for`: the urgent lot that it makes room for."""
    if step.after is None:
        raise ValueError("a step without a place is not carried out")
    dossier = _read(office, case)
    request = _amended(dossier, case.request, step.after)
    as_the_law_says(request, _force(dossier, request))
    demand_panel(dossier.ruled, request)
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
        rows=lambda session: _hold(dossier, session, request, step),
    )


def _read(office: Office, case: Case) -> Dossier:
    return Dossier(office=office, state=case.state)


def _force(dossier: Dossier, request: Request) -> Numbers:
    """The rules of the booking; a day on which others are in force wants a new booking. Raises Refused."""
    recorded = dossier.rules
    if rules_in_force(recorded.pack, request.starts, recorded.calendar) != recorded:
        raise Refused("moved_rules", lot=dossier.state.lot)
    return _numbers(dossier, request)


def _numbers(dossier: Dossier, request: Request) -> Numbers:
    return numbers(dossier.pack, case_of(request, Snapshot(leaves=(), controls=())))


def _amended(dossier: Dossier, request: Request, spot: Spot) -> Request:
    """The request with another window and other sites, and nothing else."""
    counts = {spot.option.host: spot.option.host_seats, **dict(spot.option.guests)}
    rooms = layout(_numbers(dossier, request))
    with dossier.office.db.reading() as session:
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
    starts, ends = (moment.astimezone(request.starts.tzinfo or UTC) for moment in (spot.starts, spot.ends))
    return replace(request, starts=starts, ends=ends, sites=sites)


def _hold(dossier: Dossier, session: Session, request: Request, step: Step) -> None:
    """The seats of the new place; all old ones of the proposal were given back before."""
    spot = step.after or step.before
    owners, option = request.owner_reps, spot.option
    buffer = timedelta(minutes=dossier.office.pack.times.buffer_minutes)  # as it was proposed
    wanted = (
        Wanted(site=option.host, seats=option.host_seats + owners, owners=owners),
        *(Wanted(site=site, seats=seats) for site, seats in option.guests),
    )
    rooms = layout(_numbers(dossier, request))
    hold(session, step.lot, wanted, (spot.starts - buffer, spot.ends + buffer), rooms)
