"""Which other panels sit now, or sat lately? The pool owner alone can say who is on them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from api.pool.house import NOBODY, Marked, Panel
from api.services.office import Dossier, Office
from api.store import journal
from scheduler.events import Member
from scheduler.exhibits import Request
from scheduler.limits import Numbers
from scheduler.model import LotId, RuleId
from scheduler.rules.day import SHANGHAI
from scheduler.state import Phase, State

_OVER = (Phase.F6, Phase.F7, Phase.CANCELLED)


def engaged(state: State) -> frozenset[Member]:
    """Whose hours this lot has: drawn members who sit, and stand-bys who wait."""
    return frozenset([*(m.member for m in state.experts()), *(s.member for s in state.standing_by())])


def marked(state: State) -> Marked:
    """The same as the pool owner is asked about them."""
    return Marked(lot=state.lot, members=tuple(sorted(engaged(state))))


def panels(office: Office, request: Request, numbers: Numbers) -> tuple[Panel, ...]:
    """Every panel that sits at that time, or sat as far back as the F-rules in force look.

    No list of who sat where is kept anywhere: each panel names its members by the pseudonyms of its own lot.
    """
    back, today, found = _days_back(numbers), _day(request.starts), []
    with office.db.reading() as session:
        for row in journal.cases(session):
            apart = row.ends <= request.starts or request.ends <= row.starts
            overlaps = not apart and row.phase not in _OVER
            lately = row.phase != Phase.CANCELLED and 0 <= (today - _day(row.starts)).days < back
            if row.lot != request.lot and (overlaps or lately):
                found.append((journal.state_of(session, LotId(row.lot)), overlaps, lately))
    return tuple(panel for each in found for panel in _panels(office, *each) if panel.members)


def _panels(office: Office, state: State, overlaps: bool, lately: bool) -> Iterator[Panel]:
    """The members; and beside them the stand-bys, who are busy in these hours but have sat nowhere."""
    panel = Panel(
        lot=state.lot,
        members=tuple(m.member for m in state.experts()),
        day=_day(state.starts),
        tenderee=Dossier(office=office, state=state).request.tenderee if lately else NOBODY,
        overlaps=overlaps,
        lately=lately,
    )
    yield panel
    if overlaps:
        waiting = tuple(s.member for s in state.standing_by())
        yield replace(panel, members=waiting, tenderee=NOBODY, lately=False)


def _days_back(numbers: Numbers) -> int:
    """Days that the F-rules in force read, the day itself counted; 0 when none is."""
    more = {"F1": 1, "F2": 0, "F2c": 1, "F3": 0}  # F2c reads the days before, F2 and F3 this one among them
    return max(
        (numbers[RuleId(name)].get("days", 0) + n for name, n in more.items() if name in numbers), default=0
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
