"""When is scoring over? Close over the exact list of sheets, then open them and add up; bidders stay sealed."""

from api.actor import Actor
from api.services.office import Office, by, by_system, only, open_case, record
from api.services.releasing import release
from api.store import journal
from crypto.errors import Broken
from scheduler.errors import Refused
from scheduler.events import Closed, Totalled
from scheduler.exhibits import CodeKey, Totals
from scheduler.model import LotId, Role
from scheduler.release import SCORES
from scheduler.state import State
from scheduler.tally import sheets_of, tally


def close(office: Office, actor: Actor, lot: LotId) -> State:
    """Record `Closed`; refused until every current member's sheet is in."""
    only(actor, Role.OPERATOR, Role.SYSTEM)
    state = open_case(office, lot).state
    sheets = tuple(m.sheet for m in state.current() if m.sheet is not None)
    return record(office, lot, state, [by(actor, Closed(sheets=sheets))])


def total(office: Office, actor: Actor, lot: LotId) -> State:
    """Record the opening of the score key and `Totalled`. Raises Refused("sheet_broken") when one is not sound."""
    only(actor, Role.OPERATOR, Role.SYSTEM)
    dossier = open_case(office, lot)
    state = dossier.state
    released = release(dossier, SCORES)
    code_key = bytes.fromhex(dossier.body(state.codes, CodeKey).key)
    with office.db.reading() as session:
        entries = [entry for entry, _ in journal.history(session, lot)]
    try:
        sums = tally(
            lot,
            sheets_of(state, entries),
            dossier.request.criteria,
            slots=len(state.slots),
            keys=(released.private, code_key),
        )
    except Broken as fault:
        raise Refused("sheet_broken", fault=str(fault)) from None
    exhibit = office.exhibit("totals", Totals(totals=sums))
    deeds = [released.deed, by_system(Totalled(totals=exhibit.digest))]
    return record(office, lot, state, deeds, exhibits=[released.exhibit, exhibit])
