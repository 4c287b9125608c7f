"""How does an operator book an evaluation? Window, sites and seats are checked, held and written at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from api.actor import Actor
from api.pool.house import Question
from api.services.bookable import as_the_law_says, bare_case, force_of, lawful, open_hours, wants
from api.services.calendar import calendar
from api.services.candidates import Search, candidates, rule_of
from api.services.holding import claim, expire_in
from api.services.keys import Made, deal, take_made
from api.services.matching import demand_panel
from api.services.office import Deed, Filing, Office, by, by_system, only, record_all
from api.services.order import Guest, Order
from api.services.packs import ruled
from api.services.relaxing import plea
from api.services.seats import hold, sites_of
from api.store.journal import CaseRow, exists
from api.store.registers import booth_of
from scheduler.attempts import MARK
from scheduler.beacon import named
from scheduler.calendar import Calendar
from scheduler.errors import Refused
from scheduler.events import Booked, Digest, Member, SitesOffered
from scheduler.exhibits import (
    NO_CALENDAR,
    Exhibit,
    Request,
    RulesInForce,
    RuleVersion,
)
from scheduler.lead import counts_working_days, opens
from scheduler.limits import wanted as seats_per_role
from scheduler.model import (
    ExpertId,
    OrgTag,
    Parties,
    RegionCode,
    Role,
    Seats,
    SiteId,
    SiteSeats,
)
from scheduler.packshape import Pack
from scheduler.rules.day import SHANGHAI
from scheduler.rules.rooms import Layout, layout
from scheduler.standby import reserve_of
from scheduler.state import State


def book(office: Office, actor: Actor, order: Order, *, token: str = "") -> State:
    """Record `Booked` with seats held; `token`: of the operator's hold on these seats.

    Raises Refused with the rule and what to change, "hold_gone" when the hold has run out.
    """
    return record_all(office, (filing(office, actor, order, token=token),))[0]


def filing(office: Office, actor: Actor, order: Order, *, token: str = "", nth: int = 0) -> Filing:
    """The same up to the recording: everything that can be refused before a seat is held.

    `nth`: place among lots that are booked in one go.
    """
    only(actor, Role.OPERATOR)
    office = ruled(office)
    lawful(office, order)
    with office.db.reading() as session:
        if MARK in order.lot:
            raise Refused("lot_mark", mark=MARK)
        if exists(session, order.lot):
            raise Refused("lot_exists", lot=order.lot)
        order = with_candidates(office, session, order)
        open_hours(session, order)
        sites = expert_seats(session, order, layout(force_of(office, order)))
    request = _request(office, order, sites)
    as_the_law_says(request, force_of(office, order))
    reserve_of(office.pack.draw.reserve, request.reserve)
    asking = panel_or_plea(office, actor, request, order.plea)
    owners = office.pool.marks([Question(lot=order.lot, person=login) for login in order.owners])
    entering = Entering(request=request, owners=owners, deeds=asking, token=token, nth=nth)
    return _filing(office, actor, order, entering)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """What a booking writes: the request, and which attempt at the lot it is."""

    request: Request
    owners: tuple[Member, ...]
    attempt: int = 1
    previous: Digest | None = None  # head of the attempt before
    deeds: tuple[Deed, ...] = ()  # recorded with it
    exhibits: tuple[Exhibit, ...] = ()
    token: str = ""  # of the operator's hold on the seats
    nth: int = 0  # among the lots booked in one go


def enter(office: Office, actor: Actor, order: Order, entering: Entering) -> State:
    """Record `Booked` with seats held; everything has been checked."""
    return record_all(office, (_filing(office, actor, order, entering),))[0]


def _filing(office: Office, actor: Actor, order: Order, entering: Entering) -> Filing:
    """Keys that the server deals come with the booking, and so do keys made ahead where guest sites are drawn, whose
    seeds are sealed to one of them; else a lot takes its keys when its pool is frozen."""
    request, drawn = entering.request, rule_of(force_of(office, order))
    days = _working_days(office, request)
    pack = office.exhibit("pack", rules_in_force(office.pack, order.starts, days))
    asked = office.exhibit("request", request)
    rounds = office.pack.draw.max_rounds + reserve_of(office.pack.draw.reserve, request.reserve)
    dealt = deal(office, rounds, sites=drawn is not None)
    made = None
    if dealt is None and drawn is not None:
        made = take_made(office, order.lot, rounds, sites=True, nth=entering.nth)
    keys = dealt or (made.event if made else None)
    offered = [] if drawn is None else [by_system(SitesOffered(guests=drawn.guests))]
    booked = by(actor, _booked(office, entering, (asked, pack)))
    deeds = (booked, *offered, *([by_system(keys)] if keys else []), *entering.deeds)

    def rows(session: Session) -> None:
        expire_in(session, office.now())
        if entering.token:
            claim(session, actor, entering.token, office.now())
        _rows(office, session, order, made)

    return Filing(
        lot=order.lot,
        state=None,
        deeds=deeds,
        exhibits=(asked, pack, *((made.exhibit,) if made else ()), *entering.exhibits),
        rows=rows,
    )


def _booked(office: Office, entering: Entering, exhibits: tuple[Exhibit, Exhibit]) -> Booked:
    request, (asked, pack) = entering.request, exhibits
    return Booked(
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
        beacon=named(office.pack),
        reserve=reserve_of(office.pack.draw.reserve, request.reserve),
    )


def panel_or_plea(office: Office, actor: Actor, request: Request, why: str) -> tuple[Deed, ...]:
    """Nothing more to record where a panel is possible; else what asks for the first step (`why` says why), or
    the refusal itself."""
    try:
        demand_panel(office, request)
    except Refused as no:
        if no.code != "no_panel" or not why.strip():
            raise
        return plea(actor, office.pack, request, no.facts["rules"], why)
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


def with_candidates(office: Office, session: Session, order: Order) -> Order:
    """Where guest sites are drawn (L2), the order with all that fit: chance chooses among them, nobody does now."""
    rule = rule_of(force_of(office, order))
    if rule is None:
        return order
    if order.guests:
        raise Refused("L2_chosen")
    search = Search(
        host=order.host,
        away=sum(s.count for s in order.seats) - order.host_seats,
        window=(order.starts, order.ends),
        held=_held(office, order),
        overnight=order.overnight,
        regions=order.regions,
    )
    found = candidates(session, search, force_of(office, order), rule)
    if len(found) < rule.guests:  # before L1, which would ask for a site that nobody may choose
        raise Refused("L2", guests=rule.guests, seats=rule.seats, most=rule.most, found=len(found))
    return replace(order, guests=tuple(Guest(site=w.site, seats=w.seats) for w in found))


def _held(office: Office, order: Order) -> tuple[datetime, datetime]:
    """The window with the buffer before and after."""
    buffer = timedelta(minutes=office.pack.times.buffer_minutes)
    return order.starts - buffer, order.ends + buffer


def _request(office: Office, order: Order, sites: tuple[SiteSeats, ...]) -> Request:
    named = order.parties
    codes = (order.tenderee, *order.recused, named.agency)
    more = (*named.supervisors, *named.departments, *named.drafters, *named.preliminary)
    tag = office.tags(order.lot, (*codes, *more))
    roles = seats_per_role(bare_case(order))
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
        reserve=order.reserve,
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


def expert_seats(session: Session, order: Order, rooms: Layout) -> tuple[SiteSeats, ...]:
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


def _rows(office: Office, session: Session, order: Order, made: Made | None) -> None:
    """Seat holds under the sites' locks, keys taken with the booking, and the line that lists read."""
    if made:
        made.rows(session)
    hold(session, order.lot, wants(order), _held(office, order), layout(force_of(office, order)))
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
