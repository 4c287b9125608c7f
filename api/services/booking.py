"""How does an operator book an evaluation? Window, sites and seats are checked, held and written at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Session

from api.actor import Actor
from api.pool.house import Question
from api.services.calendar import calendar
from api.services.keys import Provided, provide_keys
from api.services.matching import demand_panel
from api.services.office import Deed, Office, by, by_system, only, record
from api.services.order import Order
from api.services.relaxing import plea
from api.services.seats import Wanted, hold, sites_of
from api.store.journal import CaseRow, exists
from api.store.registers import booth_of
from scheduler.attempts import MARK
from scheduler.calendar import Calendar
from scheduler.errors import Refused
from scheduler.events import Booked, Digest, Member
from scheduler.exhibits import (
    NO_CALENDAR,
    Exhibit,
    Request,
    RulesInForce,
    RuleVersion,
    Snapshot,
)
from scheduler.facts import case_of, numbers
from scheduler.lead import counts_working_days, opens
from scheduler.limits import Numbers
from scheduler.limits import wanted as seats_per_role
from scheduler.model import (
    Case,
    Category,
    ExpertId,
    Mark,
    OrgTag,
    Parties,
    RegionCode,
    Role,
    Seats,
    SiteId,
    SiteSeats,
)
from scheduler.packshape import Pack
from scheduler.rules import refuse
from scheduler.rules.day import SHANGHAI
from scheduler.rules.rooms import Layout, layout
from scheduler.state import State


def book(office: Office, actor: Actor, order: Order) -> State:
    """Record `Booked` with seats held and custody keys dealt. Raises Refused with the rule and what to change."""
    only(actor, Role.OPERATOR)
    lawful(office, order)
    with office.db.reading() as session:
        if MARK in order.lot:
            raise Refused("lot_mark", mark=MARK)
        if exists(session, order.lot):
            raise Refused("lot_exists", lot=order.lot)
        open_hours(session, order)
        sites = _expert_seats(session, order, layout(force_of(office, order)))
    request = _request(office, order, sites)
    as_the_law_says(request, force_of(office, order))
    asking = _panel_or_plea(office, actor, order, request)
    owners = office.pool.marks([Question(lot=order.lot, person=login) for login in order.owners])
    return enter(office, actor, order, Entering(request=request, owners=owners, deeds=asking))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """What a booking writes: the request, and which attempt at the lot it is."""

    request: Request
    owners: tuple[Member, ...]
    attempt: int = 1
    previous: Digest | None = None  # head of the attempt before
    deeds: tuple[Deed, ...] = ()  # recorded with it
    exhibits: tuple[Exhibit, ...] = ()


def enter(office: Office, actor: Actor, order: Order, entering: Entering) -> State:
    """Record `Booked` with seats held and custody keys; everything has been checked."""
    request = entering.request
    days = _working_days(office, request)
    pack = office.exhibit("pack", rules_in_force(office.pack, order.starts, days))
    asked = office.exhibit("request", request)
    booked = Booked(
        request=asked.digest,
        pack=pack.digest,
        attempt=entering.attempt,
        starts=request.starts.isoformat(),
        ends=request.ends.isoformat(),
        seats=tuple(s.count for s in request.seats),
        owners=entering.owners,
        parties=tuple(party.value for party in office.pack.draw.seed_parties),
        max_rounds=office.pack.draw.max_rounds,
        previous=entering.previous,
    )
    keys = provide_keys(office, order.lot)
    deeds = [by(actor, booked), by_system(keys.event), *entering.deeds]
    return record(
        office,
        order.lot,
        None,
        deeds,
        exhibits=(asked, pack, *keys.exhibits, *entering.exhibits),
        rows=lambda session: _rows(office, session, order, keys),
    )


def _panel_or_plea(office: Office, actor: Actor, order: Order, request: Request) -> tuple[Deed, ...]:
    """Nothing more to record where a panel is possible; else what asks for the first step, or the refusal itself."""
    try:
        demand_panel(office, request)
    except Refused as no:
        if no.code != "no_panel" or not order.plea.strip():
            raise
        return plea(actor, office.pack, request, no.facts["rules"], order.plea)
    return ()


def rules_in_force(pack: Pack, starts: datetime, calendar: Calendar = NO_CALENDAR) -> RulesInForce:
    """The pack with the versions of the rules it switches on that day, and the working days they read."""
    entries = pack.in_force(starts.astimezone(SHANGHAI).date())
    named = sorted({(entry.rule, entry.version) for entry in entries})
    versions = tuple(RuleVersion(rule=rule, version=version) for rule, version in named)
    return RulesInForce(pack=pack, versions=versions, calendar=calendar)


def _working_days(office: Office, request: Request) -> Calendar:
    """The years that decide when the lot may be drawn; none where hours do. Raises Refused("calendar_year")."""
    if not counts_working_days(office.pack, request):
        return NO_CALENDAR
    with office.db.reading() as session:
        known = calendar(session).only({request.starts.year - 1, request.starts.year})
    opens(office.pack, request, known)
    return known


def _wants(order: Order) -> tuple[Wanted, ...]:
    owners = len(order.owners)
    host = Wanted(site=order.host, seats=order.host_seats + owners, owners=owners)
    return (host, *(Wanted(site=g.site, seats=g.seats) for g in order.guests))


def lawful(office: Office, order: Order) -> None:
    """Refusals that need no table."""
    if order.ends <= order.starts:
        raise Refused("window", starts=_local(order.starts), ends=_local(order.ends))
    if order.starts <= office.now():
        raise Refused("past", starts=_local(order.starts))
    first, last = order.starts.astimezone(SHANGHAI), (order.ends - timedelta(minutes=1)).astimezone(SHANGHAI)
    if first.date() != last.date() and not order.overnight:
        raise Refused("midnight", starts=_local(order.starts), ends=_local(order.ends))
    sites = [w.site for w in _wants(order)]
    if len(set(sites)) != len(sites):
        raise Refused("site_twice")
    _project(office, order)
    least = min(order.host_seats + 1, *(g.seats for g in order.guests), 1)  # the host may seat owners only
    if least < 1:
        raise Refused("L7", wanted=1, held=least)
    experts = sum(s.count for s in order.seats)
    if not order.seats or any(s.count < 1 for s in order.seats):
        raise Refused("S0", count=experts)


def as_the_law_says(request: Request, force: Numbers) -> None:
    """What rules say of the request as a whole, its sites included. Raises Refused."""
    refuse(case_of(request, Snapshot(leaves=(), controls=())), force)
    experts, offered = sum(s.count for s in request.seats), sum(site.seats for site in request.sites)
    if offered < experts:
        raise Refused("L7", wanted=experts, held=offered)


def _project(office: Office, order: Order) -> None:
    """Category and budget select rules: both must be known where they do."""
    if order.category not in set(Category):
        raise Refused("category", category=order.category, known=", ".join(Category))
    if order.mark and (order.mark not in set(Mark) or not order.approval.strip()):
        raise Refused("mark", mark=order.mark, known=", ".join(Mark))
    if order.stand_in and order.stand_in not in {seats.speciality for seats in order.seats}:
        raise Refused("stand_in", speciality=order.stand_in)
    if order.budget is None and office.pack.asks_budget(
        order.starts.astimezone(SHANGHAI).date(), order.category
    ):
        raise Refused("budget", category=order.category)


def force_of(office: Office, order: Order) -> Numbers:
    """The numbers of the rules for such a booking."""
    return numbers(office.pack, _bare_case(order))


def _bare_case(order: Order) -> Case:
    """The request as guards read it: how many sites and seats, not yet where."""
    sites = ((order.host, order.host_seats), *((g.site, g.seats) for g in order.guests))
    return Case(
        lot=order.lot,
        region=order.region,
        pool=(),
        seats=order.seats,
        owner_reps=len(order.owners),
        starts=order.starts,
        sites=tuple(SiteSeats(site=site, region=RegionCode(""), seats=seats) for site, seats in sites),
        category=order.category,
        budget=order.budget,
        mark=order.mark,
    )


def _local(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def open_hours(session: Session, order: Order) -> None:
    """Every site is open through the window, unless a night was asked for."""
    first, last = order.starts.astimezone(SHANGHAI), order.ends.astimezone(SHANGHAI)
    until = last.time() if last.date() == first.date() else time.max  # 24:00 is not 00:00 of that day
    for site in sites_of(session, [w.site for w in _wants(order)]):
        if not order.overnight and not (site.opens <= first.time() and until <= site.closes):
            raise Refused("closed", site=site.id, opens=f"{site.opens:%H:%M}", closes=f"{site.closes:%H:%M}")


def _request(office: Office, order: Order, sites: tuple[SiteSeats, ...]) -> Request:
    named = order.parties
    codes = (order.tenderee, *order.recused, named.agency)
    more = (*named.supervisors, *named.departments, *named.drafters, *named.preliminary)
    tag = office.tags(order.lot, (*codes, *more))
    roles = seats_per_role(_bare_case(order))
    return Request(
        lot=order.lot,
        project_code=order.project_code,
        project_name=order.project_name,
        category=order.category,
        region=order.region,
        starts=order.starts,
        ends=order.ends,
        seats=tuple(Seats(speciality=code, count=count) for code, count in roles.items()),
        sites=sites,
        owner_reps=len(order.owners),
        tenderee=tag[order.tenderee],
        recused=tuple(sorted(tag[code] for code in order.recused)),
        criteria=order.criteria,
        green=order.green,
        budget=order.budget,
        parties=_parties(office, order, tag),
        regions=order.regions,
        mark=order.mark,
        approval=order.approval,
        stand_in=order.stand_in,
    )


def _parties(office: Office, order: Order, tag: Mapping[str, OrgTag]) -> Parties:
    """Under the tags and pseudonyms of this lot."""
    named = order.parties
    reviewers = [Question(lot=order.lot, person=number) for number in named.reviewers]
    return Parties(
        agency=tag[named.agency],
        supervisors=tuple(sorted(tag[code] for code in named.supervisors)),
        departments=tuple(sorted(tag[code] for code in named.departments)),
        drafters=tuple(sorted(tag[code] for code in named.drafters)),
        preliminary=tuple(sorted(tag[code] for code in named.preliminary)),
        reviewers=tuple(sorted(ExpertId(mark) for mark in office.pool.marks(reviewers))),
    )


def _expert_seats(session: Session, order: Order, rooms: Layout) -> tuple[SiteSeats, ...]:
    """Seats for experts per site, the host first, with the rooms they will be held in."""
    seats = {order.host: order.host_seats} | {g.site: g.seats for g in order.guests}
    rows = sites_of(session, list(seats))
    return tuple(
        SiteSeats(
            site=SiteId(row.id),
            region=RegionCode(row.region),
            seats=seats[SiteId(row.id)],
            host=row.id == order.host,
            rooms=rooms.rooms(seats[SiteId(row.id)]),
            booth=booth_of(row),
        )
        for row in rows
    )


def _rows(office: Office, session: Session, order: Order, keys: Provided) -> None:
    """Seat holds under the sites' locks, the keys' assignment, and the line that lists read."""
    keys.rows(session)
    buffer = timedelta(minutes=office.pack.times.buffer_minutes)
    window = (order.starts - buffer, order.ends + buffer)
    hold(session, order.lot, _wants(order), window, layout(force_of(office, order)))
    session.add(
        CaseRow(
            lot=order.lot,
            seq=0,
            phase="F0",
            region=order.region,
            green=order.green,
            starts=order.starts,
            ends=order.ends,
        )
    )
