"""Who sat with whom, for whom, and before which bidders, over many lots? Asked anew each time and kept nowhere.

People appear under marks that last across lots; only the pool key can tell who that is. One keyed hash for each person
of the register and lot: 60 000 people cost about a tenth of a second a lot.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from api.services import names
from api.services.office import Dossier, Office
from api.store import journal, registers
from scheduler.alarms import Alarm, Meeting
from scheduler.events import Member, Out
from scheduler.exhibits import Bidders
from scheduler.limits import Numbers
from scheduler.model import ExpertId, LotId
from scheduler.rules import ALARMS
from scheduler.rules.day import SHANGHAI
from scheduler.state import Phase

OPENED = (Phase.F5, Phase.F6, Phase.F7)  # bidders and bids are joined
OVER = (Phase.F6, Phase.F7, Phase.CANCELLED)  # nobody is invited any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A lot with the pseudonym that each lasting mark bears there, and the people behind the marks."""

    meeting: Meeting
    pseudonyms: Mapping[ExpertId, Member]
    numbers: Mapping[ExpertId, str]  # register number; for the pool's owner only


def in_force(office: Office) -> Numbers:
    """The pack's numbers of today, for whatever project."""
    return office.pack.numbers(today(office))


def today(office: Office) -> date:
    """The day in China."""
    return office.now().astimezone(SHANGHAI).date()


def switched_on(office: Office) -> tuple[Alarm, ...]:
    """The alarms that the pack names."""
    numbers = in_force(office)
    return tuple(each for each in ALARMS if each.id in numbers)


def known(office: Office, phases: tuple[Phase, ...]) -> tuple[Known, ...]:
    """The lots in these phases as far back as two stretches of the longest alarm in force, by day."""
    numbers = in_force(office)
    back = 2 * max((numbers[each.id]["days"] for each in switched_on(office)), default=0)
    since = today(office) - timedelta(days=back)
    with office.db.reading() as session:
        people = registers.numbers(session)
        rows = [
            row
            for row in journal.cases(session)
            if row.phase in phases and row.starts.astimezone(SHANGHAI).date() >= since
        ]
        return tuple(_known(office, session, LotId(row.lot), people) for row in rows)


def _known(office: Office, session: Session, lot: LotId, people: tuple[str, ...]) -> Known:
    key, dossier = office.keys.pool, Dossier(office=office, state=journal.state_of(session, lot))
    state = dossier.state
    there = {m.member for m in state.members if m.role is not None}
    behind = {mark: n for n in people if (mark := names.member(key, lot, n)) in there}
    lasting = {member: names.lasting(key, number) for member, number in behind.items()}
    sat = frozenset(lasting[m.member] for m in state.experts() if m.member in lasting)
    no = {m.member for m in state.left() if m.out is Out.DECLINED}
    meeting = Meeting(
        lot=lot,
        day=state.starts.astimezone(SHANGHAI).date(),
        experts=sat if state.phase in OPENED else frozenset(),
        declined=frozenset(lasting[m] for m in no if m in lasting),
        tenderee=_tenderee(office, session, dossier),
        bidders=_bidders(dossier) if state.phase in OPENED else frozenset(),
    )
    return Known(
        meeting=meeting,
        pseudonyms={mark: member for member, mark in lasting.items()},
        numbers={lasting[member]: number for member, number in behind.items()},
    )


def _bidders(dossier: Dossier) -> frozenset[str]:
    """Every bidding company by name, members of a consortium each on its own."""
    read_out = dossier.body(dossier.state.bidders, Bidders).bidders
    return frozenset(name for bidder in read_out for name in (bidder.members or (bidder.name,)))


def _tenderee(office: Office, session: Session, dossier: Dossier) -> str:
    tag, wanted = names.org_tag(office.keys.pool, dossier.state.lot), dossier.request.tenderee
    found = (each.name for each in registers.organisations(session) if tag(each.code) == wanted)
    return next(found, "")
