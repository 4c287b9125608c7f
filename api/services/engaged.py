"""Who already sits on another panel in an overlapping window? Asked by pseudonym, never from a list of names."""

from collections.abc import Callable

from sqlmodel import Session

from api.services import names
from api.store import journal
from scheduler.exhibits import Request
from scheduler.model import LotId
from scheduler.state import Phase

_OVER = (Phase.F6, Phase.F7, Phase.CANCELLED)


def elsewhere(session: Session, pool_key: bytes, request: Request) -> Callable[[str], bool]:
    """Whether an expert (by register number) is a current member of another lot at that time."""
    panels: list[tuple[LotId, frozenset[str]]] = []
    for row in journal.cases(session):
        apart = row.ends <= request.starts or request.ends <= row.starts
        if row.lot == request.lot or apart or row.phase in _OVER:
            continue
        state = journal.state_of(session, LotId(row.lot))
        panels.append((state.lot, frozenset(m.member for m in state.experts())))

    def busy(expert: str) -> bool:
        return any(names.pseudonym(pool_key, lot, expert) in members for lot, members in panels if members)

    return busy
