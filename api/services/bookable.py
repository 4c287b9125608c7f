"""May this be booked as asked? Window, sites and seats, category, and what rules say of a request as a whole."""

from datetime import datetime, timedelta

from sqlmodel import Session

from api.services.candidates import is_open
from api.services.office import Office
from api.services.order import Order
from api.services.seats import Wanted, sites_of
from scheduler.errors import Refused
from scheduler.exhibits import (
    Request,
    Snapshot,
)
from scheduler.facts import case_of, numbers
from scheduler.limits import Numbers
from scheduler.model import (
    Case,
    Category,
    Mark,
    RegionCode,
    SiteSeats,
)
from scheduler.rules import refuse
from scheduler.rules.day import SHANGHAI


def wants(order: Order) -> tuple[Wanted, ...]:
    """Seats per site, those of owner representatives at the host."""
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
    sites = [w.site for w in wants(order)]
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
    return numbers(office.pack, bare_case(order))


def bare_case(order: Order) -> Case:
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
    for site in sites_of(session, [w.site for w in wants(order)]):
        if not order.overnight and not is_open(site, order.starts, order.ends):
            raise Refused("closed", site=site.id, opens=f"{site.opens:%H:%M}", closes=f"{site.closes:%H:%M}")
