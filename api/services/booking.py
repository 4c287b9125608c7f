"""How does an operator book an evaluation? Window, sites and seats are checked, held and written at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from sqlmodel import Session

from api.actor import Actor
from api.services import names
from api.services.holding import claim, expire_in
from api.services.keys import Provided, provide_keys
from api.services.matching import demand_panel
from api.services.office import Filing, Office, by, by_system, only, record_all
from api.services.seats import Wanted, hold, sites_of
from api.store.journal import CaseRow, exists
from scheduler.errors import Refused
from scheduler.events import Booked
from scheduler.exhibits import Criterion, Exhibit, Request, RulesInForce, RuleVersion
from scheduler.facts import numbers
from scheduler.limits import wanted as seats_per_role
from scheduler.model import (
    NO_PARTIES,
    Case,
    Category,
    LotId,
    OrgTag,
    Parties,
    RegionCode,
    Role,
    Seats,
    SiteId,
    SiteSeats,
)
from scheduler.packshape import Pack
from scheduler.rules import DECLARED, refuse
from scheduler.rules.day import SHANGHAI
from scheduler.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A guest site 副场 with the seats wanted there for experts."""

    site: SiteId
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the operator asks for. Moments carry their zone; organisations are 统一社会信用代码."""

    lot: LotId
    project_code: str
    project_name: str
    category: str
    region: RegionCode
    starts: datetime
    ends: datetime
    host: SiteId
    host_seats: int  # for experts; owner representatives sit at the host beside them
    guests: tuple[Guest, ...]
    seats: tuple[Seats, ...]
    owners: tuple[str, ...]  # logins of the owner representatives
    tenderee: str
    recused: tuple[str, ...] = ()
    criteria: tuple[Criterion, ...] = (
        Criterion(id="T1", name="技术方案", most=Decimal("60"), step=Decimal("0.5")),
        Criterion(id="T2", name="组织管理", most=Decimal("40"), step=Decimal("0.5")),
    )
    green: bool = False
    overnight: bool = False
    budget: int | None = None  # yuan
    parties: Parties = NO_PARTIES  # codes of organisations, register numbers of reviewers
    regions: tuple[RegionCode, ...] = ()  # beginnings of county codes experts may come from; none: any


def book(office: Office, actor: Actor, order: Order, *, token: str = "") -> State:
    """Record `Booked` with seats held and custody keys dealt; `token`: of the operator's hold on these seats.

    Raises Refused with the rule and what to change, "hold_gone" when the hold has run out.
    """
    return record_all(office, (filing(office, actor, order, token=token),))[0]


def filing(office: Office, actor: Actor, order: Order, *, token: str = "", nth: int = 0) -> Filing:
    """The same up to the recording: everything that can be refused before a seat is held.

    `nth`: place among lots that are booked in one go.
    """
    only(actor, Role.OPERATOR)
    _lawful(office, order)
    with office.db.reading() as session:
        if exists(session, order.lot):
            raise Refused("lot_exists", lot=order.lot)
        _open_hours(session, order)
        request = _request(office, session, order)
        demand_panel(office, session, request)
    pack = office.exhibit("pack", rules_in_force(office.pack, order.starts))
    asked = office.exhibit("request", request)
    keys = provide_keys(office, order.lot, nth)
    return Filing(
        lot=order.lot,
        state=None,
        deeds=[by(actor, _booked(office, order, request, (asked, pack))), by_system(keys.event)],
        exhibits=(asked, pack, *keys.exhibits),
        rows=lambda session: _rows(office, session, order, keys, _claims(office, actor, token)),
    )


def _booked(office: Office, order: Order, request: Request, exhibits: tuple[Exhibit, Exhibit]) -> Booked:
    asked, pack = exhibits
    return Booked(
        request=asked.digest,
        pack=pack.digest,
        attempt=1,
        starts=request.starts.isoformat(),
        ends=request.ends.isoformat(),
        seats=tuple(s.count for s in request.seats),
        owners=tuple(names.member(office.keys.pool, order.lot, login) for login in order.owners),
        parties=tuple(party.value for party in office.pack.draw.seed_parties),
        max_rounds=office.pack.draw.max_rounds,
    )


def _claims(office: Office, actor: Actor, token: str) -> Callable[[Session], None]:
    def claims(session: Session) -> None:
        if token:
            claim(session, actor, token, office.now())

    return claims


def rules_in_force(pack: Pack, starts: datetime) -> RulesInForce:
    """The pack with the versions of the rules it switches on that day."""
    entries = pack.in_force(starts.astimezone(SHANGHAI).date())
    names = sorted({entry.rule for entry in entries})
    versions = tuple(RuleVersion(rule=rule, version=DECLARED[rule].version) for rule in names)
    return RulesInForce(pack=pack, versions=versions)


def _wants(order: Order) -> tuple[Wanted, ...]:
    host = Wanted(site=order.host, seats=order.host_seats + len(order.owners))
    return (host, *(Wanted(site=g.site, seats=g.seats) for g in order.guests))


def _lawful(office: Office, order: Order) -> None:
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
    offered = order.host_seats + sum(g.seats for g in order.guests)
    if not order.seats or any(s.count < 1 for s in order.seats):
        raise Refused("S0", count=experts)
    bare = _bare_case(order)
    refuse(bare, numbers(office.pack, bare))
    if offered < experts:
        raise Refused("L7", wanted=experts, held=offered)


def _project(office: Office, order: Order) -> None:
    """Category and budget select rules: both must be known where they do."""
    if order.category not in set(Category):
        raise Refused("category", category=order.category, known=", ".join(Category))
    if order.budget is None and office.pack.asks_budget(
        order.starts.astimezone(SHANGHAI).date(), order.category
    ):
        raise Refused("budget", category=order.category)


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
    )


def _local(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _open_hours(session: Session, order: Order) -> None:
    """Every site is open through the window, unless a night was asked for."""
    first, last = order.starts.astimezone(SHANGHAI), order.ends.astimezone(SHANGHAI)
    until = last.time() if last.date() == first.date() else time.max  # 24:00 is not 00:00 of that day
    for site in sites_of(session, [w.site for w in _wants(order)]):
        if not order.overnight and not (site.opens <= first.time() and until <= site.closes):
            raise Refused("closed", site=site.id, opens=f"{site.opens:%H:%M}", closes=f"{site.closes:%H:%M}")


def _request(office: Office, session: Session, order: Order) -> Request:
    tag = names.org_tag(office.keys.pool, order.lot)
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
        sites=_expert_seats(session, order),
        owner_reps=len(order.owners),
        tenderee=tag(order.tenderee),
        recused=tuple(sorted(tag(code) for code in order.recused)),
        criteria=order.criteria,
        green=order.green,
        budget=order.budget,
        parties=_parties(office, order, tag),
        regions=order.regions,
    )


def _parties(office: Office, order: Order, tag: Callable[[str], OrgTag]) -> Parties:
    """Under the tags and pseudonyms of this lot."""
    named = order.parties
    return Parties(
        agency=tag(named.agency) if named.agency else OrgTag(""),
        supervisors=tuple(sorted(map(tag, named.supervisors))),
        departments=tuple(sorted(map(tag, named.departments))),
        drafters=tuple(sorted(map(tag, named.drafters))),
        reviewers=tuple(sorted(names.pseudonym(office.keys.pool, order.lot, n) for n in named.reviewers)),
    )


def _expert_seats(session: Session, order: Order) -> tuple[SiteSeats, ...]:
    """Seats for experts per site, the host first."""
    seats = {order.host: order.host_seats} | {g.site: g.seats for g in order.guests}
    rows = sites_of(session, list(seats))
    return tuple(
        SiteSeats(
            site=SiteId(row.id),
            region=RegionCode(row.region),
            seats=seats[SiteId(row.id)],
            host=row.id == order.host,
        )
        for row in rows
    )


def _rows(
    office: Office, session: Session, order: Order, keys: Provided, claims: Callable[[Session], None]
) -> None:
    """Seat holds under the sites' locks, the keys' assignment, and the line that lists read."""
    keys.rows(session)
    expire_in(session, office.now())
    claims(session)
    buffer = timedelta(minutes=office.pack.times.buffer_minutes)
    hold(session, order.lot, _wants(order), order.starts - buffer, order.ends + buffer)
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
