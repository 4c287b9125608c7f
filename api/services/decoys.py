"""Which draws had kept places for a lot that is cancelled now? Both histories say so, in one transaction.

A booking that is made only to be cancelled could push people out of another lot's draw (F6). It cannot be
forbidden without forbidding cancellation; it can be made impossible to hide.
"""

from sqlmodel import Session

from api.services.office import Dossier, Office, append, by_system, open_case
from api.store import journal
from scheduler.events import HadPlacesKept, KeptInVain
from scheduler.exhibits import Elsewhere
from scheduler.model import LotId
from scheduler.state import Phase, State


def kept_for(office: Office, state: State) -> tuple[LotId, ...]:
    """The lots, not cancelled themselves, of which some round kept places for this one; by lot."""
    with office.db.reading() as session:
        lots = [
            LotId(row.lot)
            for row in journal.cases(session)
            if row.phase != Phase.CANCELLED
            and row.lot != state.lot
            and row.starts.date() <= state.ends.date()
            and state.starts.date() <= row.ends.date()
        ]
    return tuple(lot for lot in sorted(lots) if _keeps(open_case(office, lot), state.lot))


def _keeps(case: Dossier, lot: LotId) -> bool:
    for each in case.state.rounds:
        body = case.body(each.elsewhere, Elsewhere) if each.elsewhere else None
        if body and body.spared and any(rival.lot == lot and rival.waits for rival in body.rivals):
            return True
    return False


def told(lots: tuple[LotId, ...]) -> list[HadPlacesKept]:
    """What the lot's own history says before its cancellation: nothing where no place was kept."""
    return [HadPlacesKept(lots=lots)] if lots else []


def tell(office: Office, session: Session, lots: tuple[LotId, ...], cancelled: State) -> None:
    """Note in each of these lots that it kept places in vain. Raises Refused("stale") when one moves meanwhile."""
    for lot in lots:
        state = journal.state_of(session, lot)
        if cancelled.lot not in state.in_vain:
            deed = by_system(KeptInVain(lot=cancelled.lot, head=cancelled.head))
            append(office, session, lot, state, [deed])
