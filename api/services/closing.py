"""When is scoring over? Close over the exact list of sheets, then open them and add up; bidders stay sealed."""

from datetime import timedelta

from api.actor import Actor
from api.services.office import Deed, Dossier, Office, by, by_system, only, open_case, record
from api.services.releasing import release
from api.store import journal
from scheduler.errors import Refused
from scheduler.events import Closed, Returned, ReviewBegun, Totalled
from scheduler.exhibits import CodeKey, Exhibit, Opening, Totals
from scheduler.marks import Keys, Paper, Reading, returns
from scheduler.model import LotId, Role
from scheduler.release import SCORES
from scheduler.state import State
from scheduler.tally import asked, readings, tally


def close(office: Office, actor: Actor, lot: LotId) -> State:
    """Record `Closed`; refused until every current member's sheet is in."""
    only(actor, Role.OPERATOR, Role.SYSTEM)
    state = open_case(office, lot).state
    sheets = tuple(m.sheet for m in state.current() if m.sheet is not None)
    return record(office, lot, state, [by(actor, Closed(sheets=sheets))])


def total(office: Office, actor: Actor, lot: LotId) -> State:
    """Record the opening of the score key, and `Totalled`, or `Returned` for every sheet that must be put right
    by its member first. Raises Refused("sheets_returned") while one is awaited."""
    only(actor, Role.OPERATOR, Role.SYSTEM)
    dossier = open_case(office, lot)
    state = dossier.state
    if any(m.returned is not None for m in state.current()):
        raise Refused("sheets_returned")
    private, deeds, exhibits = _score_key(dossier)
    found = opened_sheets(dossier, private)
    if back := returns(paper_of(dossier), found, asked(state)):
        deeds += [by_system(Returned(member=member, code=code)) for member, code in back.items()]
        return record(office, lot, state, deeds, exhibits=exhibits)
    exhibit = office.exhibit("totals", Totals(totals=tally(found, len(state.slots))))
    deeds.append(by_system(Totalled(totals=exhibit.digest)))
    deeds += _review(dossier)
    return record(office, lot, state, deeds, exhibits=[*exhibits, exhibit])


def _review(dossier: Dossier) -> list[Deed]:
    """Where the pack has a review of the scores (重庆市招标投标条例 32), it begins with the totals."""
    minutes = dossier.pack.times.outlier_review_minutes
    if not minutes:
        return []
    until = dossier.office.now() + timedelta(minutes=minutes)
    return [by_system(ReviewBegun(until=until.isoformat()))]


def _score_key(dossier: Dossier) -> tuple[bytes, list[Deed], list[Exhibit]]:
    """The opened key, with what records its opening when that is now."""
    if any(name == SCORES for name, _ in dossier.state.opened_keys):
        return score_key(dossier), [], []
    released = release(dossier, SCORES)
    return released.private, [released.deed], [released.exhibit]


def score_key(dossier: Dossier) -> bytes:
    """The score key of a case whose sheets are open. Raises Refused("scores_sealed")."""
    for name, digest in dossier.state.opened_keys:
        if name == SCORES:
            return bytes.fromhex(dossier.body(digest, Opening).private)
    raise Refused("scores_sealed")


def paper_of(dossier: Dossier) -> Paper:
    """What the sheets of a case are read against."""
    state = dossier.state
    return Paper(lot=state.lot, criteria=dossier.request.criteria, slots=len(state.slots))


def opened_sheets(dossier: Dossier, private: bytes) -> tuple[Reading, ...]:
    """The latest sheet of everybody who sits, opened."""
    with dossier.office.db.reading() as session:
        entries = [entry for entry, _ in journal.history(session, dossier.state.lot)]
    return readings(dossier.state, entries, paper_of(dossier), keys_of(dossier, private))


def keys_of(dossier: Dossier, private: bytes) -> Keys:
    """Score key and code key together."""
    return Keys(scores=private, codes=bytes.fromhex(dossier.body(dossier.state.codes, CodeKey).key))
