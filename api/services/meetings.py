"""Who sat with whom, for whom, and before which bidders, over many lots? Asked anew each time and kept nowhere.

People appear under marks that last across lots, as in one lot of their own; only the pool owner can tell who that is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from api.pool.house import Marked, TagOf
from api.services.office import Dossier, Office
from api.services.packs import ruled
from api.store import journal
from scheduler.alarms import Alarm, Meeting
from scheduler.events import Member, Out
from scheduler.exhibits import Bidders
from scheduler.limits import Numbers
from scheduler.model import ExpertId, LotId
from scheduler.rules import ALARMS
from scheduler.rules.day import SHANGHAI
from scheduler.state import Phase

ACROSS = LotId("~across-lots")  # no case: a name under which marks outlast lots
OPENED = (Phase.F5, Phase.F6, Phase.F7)  # bidders and bids are joined
OVER = (Phase.F6, Phase.F7, Phase.CANCELLED)  # nobody is invited any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A lot with the pseudonym that each lasting mark bears there."""

    meeting: Meeting
    pseudonyms: Mapping[ExpertId, Member]


def in_force(office: Office) -> Numbers:
    """The pack's numbers of today, for whatever project."""
    return ruled(office).pack.numbers(today(office))


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
        states = [
            journal.state_of(session, LotId(row.lot))
            for row in journal.cases(session)
            if row.phase in phases and row.starts.astimezone(SHANGHAI).date() >= since
        ]
    cases = [Dossier(office=office, state=state) for state in states]
    there = [tuple(m.member for m in state.members if m.role is not None) for state in states]
    others = [Marked(lot=state.lot, members=who) for state, who in zip(states, there, strict=True)]
    lasting = office.pool.same_people(ACROSS, others)
    tags = [TagOf(lot=case.state.lot, tag=case.request.tenderee) for case in cases]
    rows = zip(cases, there, lasting, office.pool.organisations(tags), strict=True)
    return tuple(_known(case, dict(zip(who, marks, strict=True)), name) for case, who, marks, name in rows)


def _known(dossier: Dossier, lasting: Mapping[Member, Member], tenderee: str) -> Known:
    """`lasting`: the mark across lots of every pseudonym of this one."""
    state = dossier.state
    opened = state.phase in OPENED
    meeting = Meeting(
        lot=state.lot,
        day=state.starts.astimezone(SHANGHAI).date(),
        experts=frozenset(ExpertId(lasting[m.member]) for m in state.experts()) if opened else frozenset(),
        declined=frozenset(ExpertId(lasting[m.member]) for m in state.left() if m.out is Out.DECLINED),
        tenderee=tenderee,
        bidders=_bidders(dossier) if opened else frozenset(),
    )
    return Known(meeting=meeting, pseudonyms={ExpertId(mark): member for member, mark in lasting.items()})


def _bidders(dossier: Dossier) -> frozenset[str]:
    """Every bidding company by name, members of a consortium each on its own."""
    read_out = dossier.body(dossier.state.bidders, Bidders).bidders
    return frozenset(name for bidder in read_out for name in (bidder.members or (bidder.name,)))
