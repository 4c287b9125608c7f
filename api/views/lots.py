"""How do the lots stand? Registers and histories → the operator's and the supervisor's lists."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from api.actor import Actor
from api.services import chairing, depositing, parties
from api.services.acting import Deed
from api.services.explaining import scarce_titles
from api.services.office import Dossier, Office, open_case
from api.store import journal, registers
from api.store.journal import CaseRow
from api.views.beacon import pulse_wait
from api.views.deposit import seed_desk
from api.views.gate import passed
from api.views.hexmap import County
from api.views.operator import LotRow, Milestone, Next, OperatorLot, OperatorToday, Place
from api.views.roundsdrawn import replaced
from api.views.supervisor import SupervisedLot, SupervisorLots
from api.views.tenderee import TendereeLot, TendereeLots
from scheduler.awaiting import undelivered
from scheduler.events import Cancelled, LotteryFixed
from scheduler.exhibits import Request
from scheduler.lead import opens
from scheduler.model import LotId, RegionCode, Role, SiteId
from scheduler.phases import apply, may
from scheduler.rules.day import SHANGHAI
from scheduler.sight import Datum, may_see
from scheduler.state import ORDER, Entry, Phase, State


def today(office: Office, *, day: date | None, region: RegionCode | None) -> OperatorToday:
    """The lots of `day` (None: today, or the nearest day that has some), of one county if asked."""
    with office.db.reading() as session:
        cases = journal.cases(session)
    days = tuple(sorted({local_day(case.starts) for case in cases}))
    shown = day or nearest(days, local_day(office.now()))
    of_day = [case for case in cases if local_day(case.starts) == shown]
    counties = _counties(office, of_day)
    wanted = [case for case in of_day if region is None or case.region == region]
    rows = (lot_row(office, open_case(office, LotId(case.lot))) for case in wanted)
    return OperatorToday(
        day=shown,
        days=days,
        lots=tuple(passed(row, Role.OPERATOR, row.phase) for row in rows),
        counties=counties,
        chosen=next((county for county in counties if county.code == region), None),
    )


def nearest(days: tuple[date, ...], here: date) -> date:
    """`here` if it has lots, else the next day that has, else the last one."""
    return next((day for day in days if day >= here), days[-1] if days else here)


def local_day(at: datetime) -> date:
    """The day in Asia/Shanghai."""
    return at.astimezone(SHANGHAI).date()


def _counties(office: Office, cases: Iterable[CaseRow]) -> tuple[County, ...]:
    lots = Counter(case.region for case in cases)
    with office.db.reading() as session:
        regions = registers.regions(session)
    return tuple(
        County(code=r.code, name=r.name, city=r.city, x=r.tile_x, y=r.tile_y, lots=lots[r.code])
        for r in regions
    )


def lot_row(office: Office, dossier: Dossier) -> LotRow:
    """One lot of the list."""
    state, request = dossier.state, dossier.request
    names, places = _region_names(office), _places(office, request)
    return LotRow(
        lot=state.lot,
        project=request.project_name,
        region=request.region,
        county=names.get(request.region, request.region),
        phase=state.phase,
        starts=state.starts,
        ends=state.ends,
        host=places[0],
        guests=places[1:],
        wanted=sum(state.seats),
        urgent=request.green,
        next_action=waits_for(state),
        offer=offer(state, office.now(), draw_from(dossier)),
    )


def _region_names(office: Office) -> dict[RegionCode, str]:
    with office.db.reading() as session:
        return {region.code: region.name for region in registers.regions(session)}


def _site_names(office: Office) -> dict[SiteId, str]:
    with office.db.reading() as session:
        return {site.site: site.name for site in registers.sites(session)}


def _places(office: Office, request: Request) -> tuple[Place, ...]:
    """The lot's sites by name, the host first."""
    with office.db.reading() as session:
        counties = {region.code: region.name for region in registers.regions(session)}
    names, sites = _site_names(office), sorted(request.sites, key=lambda site: not site.host)
    return tuple(
        Place(site=names.get(s.site, s.site), county=counties.get(s.region, s.region), seats=s.seats)
        for s in sites
    )


def waits_for(state: State) -> Next:
    """What the lot waits for, in the operator's words."""
    if state.phase in ORDER[:4] and (waits := _before_a_draw(state)):
        return waits
    if state.phase is Phase.F0:
        if state.pool is None:
            return Next.FREEZE
        if len(state.pledges) < len(state.parties):
            return Next.PLEDGE
        return Next.SITES if state.sites is not None and state.sites.drawn is None else Next.DRAW
    if state.extended and sum(state.open_seats()) > 0 and state.rounds_left > 0 and depositing.missing(state):
        return Next.PLEDGE
    if state.phase is Phase.F1:
        if not state.rounds and any(state.approved) and any(state.open_seats()):
            return Next.DRAW
        ready = not sum(state.open_seats()) and all(m.accepted for m in state.experts())
        return Next.OPEN if ready else Next.ANSWERS
    if state.phase is Phase.F2:
        if state.evidence is None:
            return Next.RECHECK
        if sum(state.open_seats()):
            return Next.ANSWERS
        return Next.BLIND if all(m.key for m in state.current()) else Next.CHECK_IN
    if state.phase is Phase.F3:
        return Next.CLOSE if all(m.sheet for m in state.current()) else Next.SCORE
    if state.phase is Phase.F4 and state.review is not None and state.reviewed is None:
        return Next.REVIEW
    if any(m.returned is not None for m in state.current()):
        return Next.CORRECT
    later = {
        Phase.F4: Next.REVEAL if state.totals else Next.TOTAL,
        Phase.F5: Next.REPORT,
        Phase.F6: Next.ARCHIVE,
    }
    return later.get(state.phase, Next.NOTHING)


def _before_a_draw(state: State) -> Next | None:
    """What stands in the way of the next round although the panel is not complete; None: nothing does."""
    if state.asked:
        return Next.APPROVAL
    if state.stuck:
        return Next.RELAX
    return Next.FREEZE if state.relaxed and state.pool is None else None


_OFFERS = {
    Next.RELAX: Deed.RELAX,
    Next.FREEZE: Deed.FREEZE,
    Next.SITES: Deed.SITES,
    Next.DRAW: Deed.DRAW,
    Next.OPEN: Deed.OPEN,
    Next.BLIND: Deed.BLIND,
    Next.REVEAL: Deed.REVEAL,
    Next.REPORT: Deed.REPORT,
    Next.ARCHIVE: Deed.ARCHIVE,
}


def offer(state: State, now: datetime, earliest: datetime) -> Deed | None:
    """What the operator can do about what the lot waits for; None: others must act, or time must pass."""
    then = waits_for(state)
    if then is Next.PLEDGE:
        return Deed.DEPOSIT if Role.OPERATOR in depositing.missing(state) else None
    if then is Next.DRAW and now < earliest:
        return None
    return _OFFERS.get(then)


def draw_from(case: Dossier) -> datetime:
    """The first moment at which the pack of its booking lets this lot be drawn."""
    return opens(case.pack, case.request, case.rules.calendar)


def _offers(state: State, usual: Deed | None) -> tuple[Deed, ...]:
    """What the operator may do next; while the evaluation is suspended, only going on under new codes."""
    if not state.suspended:
        return (usual,) if usual else ()
    ready = state.glass[-1].opening is not None and state.phase is Phase.F3
    return (Deed.RESUME,) if ready else ()


def operator_lot(office: Office, lot: LotId) -> OperatorLot:
    """One lot with its rail; the commitment is that of the latest round's lottery."""
    dossier = open_case(office, lot)
    with office.db.reading() as session:
        entries = [entry for entry, _ in journal.history(session, lot)]
    fixed = [entry.event for entry in entries if isinstance(entry.event, LotteryFixed)]
    state = dossier.state
    drawn = may_see(Role.OPERATOR, Datum.PROOF, state.phase) and bool(fixed)
    row, earliest = lot_row(office, dossier), draw_from(dossier)
    counts = may_see(Role.OPERATOR, Datum.SITE_COUNTS, state.phase)
    may_cancel = may(Role.OPERATOR, Cancelled, state.phase) is None
    waits = row.next_action is Next.DRAW and office.now() < earliest
    view = OperatorLot(
        row=row,
        rail=rail(entries),
        commitment=fixed[-1].lottery if drawn else None,
        rounds=len(fixed) if drawn else None,
        offers=(*_offers(state, row.offer), *((Deed.CANCEL,) if may_cancel else ())),
        scarce=scarce_titles(dossier) if state.pool_exhibit else (),
        draw_from=earliest if waits else None,
        pulse=pulse_wait(state),
        seeds=seed_desk(state, Role.OPERATOR, due=row.offer is Deed.DEPOSIT),
        missing=depositing.missing(state) if row.next_action is Next.PLEDGE else (),
        accepted=sum(m.accepted for m in state.experts()) if state.phase is Phase.F1 else None,
        present=sum(bool(m.key) for m in state.experts()) if state.phase is Phase.F2 else None,
        replaced=replaced(dossier, _site_names(office)) if counts else (),
        undelivered=len(undelivered(state)) or None if counts else None,
        reserve=state.reserve,
        standing_by=len(state.standing_by()) if counts and state.standbys else None,
    )
    return passed(view, Role.OPERATOR, state.phase)


def rail(entries: list[Entry]) -> tuple[Milestone, ...]:
    """When each phase began."""
    begun: dict[Phase, datetime] = {}
    state: State | None = None
    for entry in entries:
        state = apply(state, entry)
        begun.setdefault(state.phase, entry.at)
    return tuple(Milestone(phase=phase, at=begun.get(phase)) for phase in ORDER)


def supervised(office: Office) -> SupervisorLots:
    """All lots, soonest first."""
    with office.db.reading() as session:
        lots = [LotId(case.lot) for case in journal.cases(session)]
    rows = (open_case(office, lot) for lot in lots)
    return SupervisorLots(lots=tuple(_supervised(dossier) for dossier in rows))


def _supervised(dossier: Dossier) -> SupervisedLot:
    state = dossier.state
    row = SupervisedLot(
        lot=state.lot,
        project=dossier.request.project_name,
        phase=state.phase,
        starts=state.starts,
        wanted=sum(state.seats),
    )
    return passed(row, Role.SUPERVISOR, state.phase)


def tendered(office: Office, actor: Actor) -> TendereeLots:
    """The lots of the tenderee who asks, soonest first."""
    with office.db.reading() as session:
        lots = [LotId(case.lot) for case in journal.cases(session)]
    rows = (open_case(office, lot) for lot in lots)
    return TendereeLots(lots=tuple(_tendered(case) for case in rows if parties.is_party(case, actor)))


def _tendered(dossier: Dossier) -> TendereeLot:
    state = dossier.state
    row = TendereeLot(
        lot=state.lot,
        project=dossier.request.project_name,
        phase=state.phase,
        starts=state.starts,
        ends=state.ends,
        wanted=sum(state.seats),
        seeds=seed_desk(state, Role.TENDEREE),
        letters=_letters(state),
        appoints=_appoints(state),
        ballot=chairing.to_name(dossier) if state.phase is Phase.F2 else (),
    )
    return passed(row, Role.TENDEREE, state.phase)


def _letters(state: State) -> int | None:
    """Owner representatives who have no letter on file and have not sat down yet; None: none is awaited."""
    owners = [m for m in state.current() if m.role is None and m.member not in state.authorised]
    return len(owners) or None if state.phase in ORDER[:4] else None


def _appoints(state: State) -> bool | None:
    """True while the tenderee may fill approved seats (D2); None otherwise."""
    return True if any(state.approved) and state.phase in ORDER[:2] else None
