"""How does an operator come from a typed form to a booking? Read, ask what fits, hold seats, book."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from api.actor import Actor
from api.intake.drafts import COLUMNS, Known, read_form
from api.intake.faults import Findings, refuse
from api.services import bookable, booking, feasibility, holding
from api.services.composing import judge
from api.services.feasibility import Outlook
from api.services.memory import Memory
from api.services.office import Office
from api.services.ordering import Draft, order_of, wish_of
from api.services.packs import ruled
from api.services.seats import Wanted, holds_of, sites_of
from api.store import journal, registers
from api.store.accounts import accounts
from scheduler.errors import Refused
from scheduler.feasibility import Option
from scheduler.model import RegionCode, Role, SiteId
from scheduler.rules.place import city
from scheduler.rules.rooms import layout
from scheduler.state import State

STEPS: tuple[tuple[str, ...], ...] = (
    ("lot", "project_code", "project_name", "category", "region", "tenderee", "budget", "priority"),
    ("seats", "owners", "reserve"),
    ("recused",),
    ("host_site", "guest_sites_min", "guest_sites_max", "hours"),
)
FIELDS = tuple(column.name for column in COLUMNS)


def known(office: Office, session: Session) -> Known:
    """What a lot may name in this installation."""
    return Known(
        regions=frozenset(each.code for each in registers.regions(session)),
        organisations=None if office.far else frozenset(o.code for o in registers.organisations(session)),
        sites=frozenset(each.site for each in registers.sites(session)),
        owners=frozenset(a.login for a in accounts(session) if a.role is Role.OWNER),
        lots=frozenset(row.lot for row in journal.cases(session)),
    )


def draft_of(office: Office, typed: Mapping[str, str], upto: int) -> Draft:
    """The draft after the steps before `upto` (1 …). Raises Faults naming every field at fault."""
    findings = Findings("form")
    names = [name for step in STEPS[:upto] for name in step]
    with office.db.reading() as session:
        draft = read_form(typed, findings, known(office, session), names)
        if not findings:
            judge(office, session, draft, findings, (1, {name: name for name in names}))
    refuse(findings)
    return draft


def outlook(office: Office, memory: Memory, draft: Draft) -> Outlook:
    """What would work now for a draft that has its seats."""
    return feasibility.outlook(office, memory, wish_of(draft))


def choose(
    office: Office, memory: Memory, actor: Actor, draft: Draft, choice: str, *, instead: str = ""
) -> holding.Held:
    """Hold the seats of a window and host (`choice`: start in RFC 3339, `|`, host); asked anew at this moment.

    Raises Refused("window_gone") when it does not work any more, "seats_taken" when another was quicker.
    """
    office = ruled(office)
    starts, host = _choice(choice)
    ends = starts + timedelta(hours=draft.hours)
    mine = frozenset({holding.label(instead)} if instead else ())
    with office.db.reading() as session:
        wish = wish_of(replace(draft, host=host))
        (slot,) = feasibility.asked(office, memory, session, wish, [(starts, ends)], without=mine)
    option = next((each for each in slot.answer.options if each.host == host), None)
    if option is None:
        raise Refused("window_gone")
    force = bookable.force_of(office, order_of(draft, starts, ends, option))
    window = holding.Window(starts=starts, ends=ends, layout=layout(force))
    return holding.hold_seats(office, actor, wanted(draft, option), window, instead=instead)


def wanted(draft: Draft, option: Option) -> tuple[Wanted, ...]:
    """The seats to hold, those of the owner representatives at the host among them."""
    owners = len(draft.owners)
    host = Wanted(site=option.host, seats=option.host_seats + owners, owners=owners)
    return (host, *(Wanted(site=site, seats=seats) for site, seats in option.guests))


def held(office: Office, actor: Actor, token: str, draft: Draft) -> tuple[holding.Held, Option] | None:
    """The operator's hold with the sites it keeps; None when it is over."""
    with office.db.reading() as session:
        found = holding.held_by(session, actor, token, office.now())
        if found is None:
            return None
        return found, _option(session, found, draft)


def finish(office: Office, actor: Actor, draft: Draft, token: str) -> State:
    """Book what is held. Raises Refused("hold_gone") and whatever a booking raises."""
    found = held(office, actor, token, draft)
    if found is None:
        raise Refused("hold_gone", minutes=holding.MINUTES)
    hold, option = found
    return booking.book(office, actor, order_of(draft, hold.starts, hold.ends, option), token=token)


def _option(session: Session, hold: holding.Held, draft: Draft) -> Option:
    """Read back from the seats held. Guests are in other cities than the host; who named no host has one at home."""
    counts: dict[SiteId, int] = {}
    for row in holds_of(session, holding.label(hold.token)):
        counts[SiteId(row.site)] = counts.get(SiteId(row.site), 0) + 1
    sites = {SiteId(row.id): row for row in sites_of(session, sorted(counts))}
    near = (s for s in sorted(sites) if city(RegionCode(sites[s].region)) == city(draft.region))
    host = draft.host or next(near)
    guests = tuple((site, seats) for site, seats in sorted(counts.items()) if site != host)
    return Option(host=host, host_seats=counts[host] - len(draft.owners), guests=guests)


def _choice(text: str) -> tuple[datetime, SiteId]:
    begin, _, host = text.partition("|")
    if not host:
        raise Refused("window_gone")
    return moment(begin), SiteId(host)


def moment(text: str) -> datetime:
    """The beginning of a window as the form sends it back. Raises Refused("window_gone")."""
    try:
        starts = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("window_gone") from None
    if starts.tzinfo is None:
        raise Refused("window_gone")
    return starts
