"""Who sits on other panels, now or lately? Asked by pseudonym, never from a list of names."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from sqlmodel import Session

from api.services import names
from api.services.office import Dossier, Office
from api.store import journal, registers
from scheduler.events import Member
from scheduler.exhibits import Request
from scheduler.limits import Numbers
from scheduler.model import Appearance, LotId, RuleId
from scheduler.rules.day import SHANGHAI
from scheduler.state import Phase, State

_OVER = (Phase.F6, Phase.F7, Phase.CANCELLED)


def engaged(state: State) -> frozenset[Member]:
    """Whose hours this lot has: drawn members who sit."""
    return frozenset(m.member for m in state.experts())


def seated_in(office: Office, state: State, candidates: Iterable[str]) -> set[str]:
    """Who of these (register numbers) has the hours of a lot."""
    members = engaged(state)
    marks = names.marks(office.keys.pool, state.lot, candidates) if members else {}
    return {number for mark, number in marks.items() if mark in members}


def elsewhere(session: Session, pool_key: bytes, request: Request) -> Callable[[str], bool]:
    """Whether an expert (by register number) is a current member of another lot at that time."""
    panels: list[tuple[LotId, frozenset[str]]] = []
    for row in journal.cases(session):
        apart = row.ends <= request.starts or request.ends <= row.starts
        if row.lot == request.lot or apart or row.phase in _OVER:
            continue
        state = journal.state_of(session, LotId(row.lot))
        panels.append((state.lot, engaged(state)))

    def busy(expert: str) -> bool:
        return any(names.pseudonym(pool_key, lot, expert) in members for lot, members in panels if members)

    return busy


def lately(
    office: Office, session: Session, request: Request, numbers: Numbers
) -> Callable[[str], tuple[Appearance, ...]]:
    """When an expert (by register number) sat on other panels, as far back as the F-rules in force look.

    Reads the panels of those days and asks each for the expert's pseudonym there: no list of who sat where
    is kept anywhere.
    """
    back = _days_back(numbers)
    panels = list(_panels(office, session, request, back)) if back else []
    key = office.keys.pool

    def past(expert: str) -> tuple[Appearance, ...]:
        return tuple(
            Appearance(day=day, same_tenderee=same)
            for lot, members, day, same in panels
            if names.pseudonym(key, lot, expert) in members
        )

    return past


def _days_back(numbers: Numbers) -> int:
    """Days that the F-rules in force read, the day itself counted; 0 when none is."""
    more = {"F1": 1, "F2": 0, "F2c": 1, "F3": 0}  # F2c reads the days before, F2 and F3 this one among them
    return max(
        (numbers[RuleId(name)].get("days", 0) + n for name, n in more.items() if name in numbers), default=0
    )


def _panels(
    office: Office, session: Session, request: Request, back: int
) -> Iterator[tuple[LotId, frozenset[str], date, bool]]:
    today, tenderee = _day(request), _code_of_tenderee(office, session, request)
    for row in journal.cases(session):
        day = row.starts.astimezone(SHANGHAI).date()
        if row.lot == request.lot or row.phase == Phase.CANCELLED or not 0 <= (today - day).days < back:
            continue
        state = journal.state_of(session, LotId(row.lot))
        members = frozenset(m.member for m in state.experts())
        if members:
            yield state.lot, members, day, _same(office, state, tenderee)


def _day(request: Request) -> date:
    return request.starts.astimezone(SHANGHAI).date()


def _code_of_tenderee(office: Office, session: Session, request: Request) -> str | None:
    """The register's code behind this lot's tag; tags of other lots can only be compared through it."""
    tag = names.org_tag(office.keys.pool, request.lot)
    return next((o.code for o in registers.organisations(session) if tag(o.code) == request.tenderee), None)


def _same(office: Office, state: State, tenderee: str | None) -> bool:
    other = Dossier(office=office, state=state).request.tenderee
    return tenderee is not None and names.org_tag(office.keys.pool, state.lot)(tenderee) == other
