"""How does a lot get another attempt? Countersigned or annulled, then booked anew under the same number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from api.actor import Actor
from api.services.bookable import as_the_law_says, force_of, lawful, open_hours
from api.services.booking import Entering, enter, expert_seats, panel_or_plea, with_candidates
from api.services.office import Office, by, by_system, only, open_case, record
from api.services.order import Guest, Order
from api.services.packs import ruled
from api.store import journal
from scheduler.attempts import attempt_of, base_of, demand_over, excluded, lot_of
from scheduler.errors import Refused
from scheduler.events import Annulled, Endorsed, Followed, Ground, Member
from scheduler.exhibits import Attempts, Exhibit, Finding, Request
from scheduler.model import LotId, OrgTag, Role
from scheduler.phases import replay
from scheduler.record import entry_plain
from scheduler.rules.rooms import layout
from scheduler.state import Entry, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """One attempt that is over: its signed journal and what it came to."""

    history: tuple[tuple[Entry, str], ...]
    state: State


def endorse(office: Office, actor: Actor, lot: LotId) -> State:
    """Record `Endorsed`: the supervisor countersigns a cancellation and its reason."""
    only(actor, Role.SUPERVISOR)
    state = open_case(office, lot).state
    if state.cancelled is None:
        raise Refused("attempt_running", attempt=state.attempt)
    return record(office, lot, state, [by(actor, Endorsed(cancellation=state.cancelled))])


def annul(
    office: Office, actor: Actor, lot: LotId, ground: Ground, finding: Finding, member: Member | None = None
) -> State:
    """Record `Annulled`: a complaint is upheld, the conclusions are void (条例 70)."""
    only(actor, Role.SUPERVISOR)
    if not finding.says.strip():
        raise Refused("reason_missing")
    exhibit = office.exhibit("finding", finding)
    event = Annulled(ground=ground, finding=exhibit.digest, member=member)
    return record(office, lot, open_case(office, lot).state, [by(actor, event)], exhibits=[exhibit])


def again(
    office: Office, actor: Actor, lot: LotId, starts: datetime, ends: datetime, *, plea: str = ""
) -> State:
    """Book attempt n+1 as the first one was asked for, in another window; `lot` may be any attempt's.

    Signed steps of the ladder do not carry over: who needs one again pleads for it (`Order.plea`) and it is signed
    anew.

    Raises Refused("attempt_running" or "attempt_not_endorsed") while the last attempt is not over, and what a
    booking is refused for. The state's lot is the new attempt's.
    """
    only(actor, Role.OPERATOR)
    with office.db.reading() as session:
        earlier = _earlier(session, lot)
    last = earlier[-1].state
    demand_over(last)
    request = _request(office, last, starts, ends, excluded(each.state for each in earlier))
    order = _order(request, drawn=last.sites is not None)
    office = ruled(office)
    lawful(office, order)
    force = force_of(office, order)
    with office.db.reading() as session:
        order = with_candidates(office, session, order)
        open_hours(session, order)
        request = replace(request, sites=expert_seats(session, order, layout(force)))
    as_the_law_says(request, force)
    asking = panel_or_plea(office, actor, request, plea)
    linked = _linked(office, earlier)
    entering = Entering(
        request=request,
        owners=tuple(m.member for m in last.members if m.role is None),
        attempt=last.attempt + 1,
        previous=last.head,
        deeds=(by_system(Followed(attempts=linked.digest)), *asking),
        exhibits=(linked,),
    )
    return enter(office, actor, order, entering)


def last_attempt(session: Session, lot: LotId) -> LotId:
    """The latest attempt at a lot, whichever attempt `lot` names."""
    found = base_of(lot)
    while journal.exists(session, following := lot_of(found, attempt_of(found) + 1)):
        found = following
    return found


def _earlier(session: Session, lot: LotId) -> Sequence[Earlier]:
    last = attempt_of(last_attempt(session, lot))
    histories = [journal.history(session, lot_of(lot, n)) for n in range(1, last + 1)]
    if not histories[0]:
        raise Refused("unknown_lot", lot=lot)
    return [Earlier(history=h, state=replay(entry for entry, _ in h)) for h in histories]


def _request(
    office: Office, last: State, starts: datetime, ends: datetime, out: tuple[Member, ...]
) -> Request:
    """As booked before, but for number, window and who is out. Tags and pseudonyms are the lot's: they stay right."""
    asked = open_case(office, last.lot).body(last.booked, Request)
    number = lot_of(last.lot, last.attempt + 1)
    return replace(asked, lot=number, starts=starts, ends=ends, excluded=out)


def _order(request: Request, *, drawn: bool) -> Order:
    """What a booking is checked by; codes and logins that the request holds as tags only are not needed there.

    `drawn`: guest sites are left to chance anew.
    """
    host = next(site for site in request.sites if site.host)
    return Order(
        lot=request.lot,
        project_code=request.project_code,
        project_name=request.project_name,
        category=request.category,
        region=request.region,
        starts=request.starts,
        ends=request.ends,
        host=host.site,
        host_seats=host.seats,
        guests=tuple(Guest(site=s.site, seats=s.seats) for s in request.sites if not (s.host or drawn)),
        seats=request.seats,
        owners=("",) * request.owner_reps,
        tenderee=OrgTag(""),
        criteria=request.criteria,
        green=request.green,
        budget=request.budget,
        regions=request.regions,
        mark=request.mark,
        approval=request.approval,
        stand_in=request.stand_in,
    )


def _linked(office: Office, earlier: Sequence[Earlier]) -> Exhibit:
    journals = tuple(
        tuple({"entry": entry_plain(entry), "signature": signature} for entry, signature in each.history)
        for each in earlier
    )
    return office.exhibit("attempts", Attempts(journals=journals))
