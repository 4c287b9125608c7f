"""Which keys does one evaluation need, and where do they come from?

Where custodians run agents, from ceremonies held beforehand: nobody dealt them, and a lot takes its set when its pool
is frozen, so that booking waits for nobody. In the embedded arrangement the centre's server deals them at the booking
and forgets the secrets; the verifier's report says so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from api.services.ceremonies import pins_of, record_of, take
from api.services.office import Office, waiting
from api.store.custody import ReadyKeyRow
from crypto.custody import deal_key, to_body
from crypto.transcript import check_transcript
from crypto.transcript import to_body as record_body
from scheduler.errors import Refused
from scheduler.events import KeysDealt, KeysMade
from scheduler.exhibits import Ceremonies, Exhibit
from scheduler.model import LotId
from scheduler.release import purposes


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The event with a case's keys, the record of their ceremonies, and what is written in the same transaction."""

    event: KeysMade
    exhibit: Exhibit
    rows: Callable[[Session], None]


def deal(office: Office, *, sites: bool = False) -> KeysDealt | None:
    """One fresh key per purpose, dealt here; None where custodians with agents make them.

    Raises Refused("custodians_away").
    """
    known, threshold = office.keys.known, office.pack.custody.threshold
    if len(known) < threshold:
        raise Refused("custodians_away", needed=threshold, present=len(known))
    if office.keys.agents:
        return None
    holders = {each.name: bytes.fromhex(each.seal) for each in known}
    keys = tuple(
        to_body(deal_key(purpose, holders, threshold, office.entropy(32)))
        for purpose in purposes(office.pack.draw.max_rounds, sites=sites)
    )
    return KeysDealt(custodians=known, threshold=threshold, keys=keys)


def take_made(office: Office, lot: LotId, *, sites: bool = False, nth: int = 0) -> Made:
    """The oldest set of keys that the custodians have made; `nth`: of the lots that take theirs in one go.

    Raises Refused("keys_not_ready").
    """
    taken = _ready(office, sites, nth)
    records = [record_of(row) for row in taken]
    numbers = [row.id for row in taken]
    keys = tuple(to_body(check_transcript(record, pins_of(office))) for record in records)
    exhibit = office.exhibit("ceremonies", Ceremonies(records=tuple(record_body(each) for each in records)))

    def assign(session: Session) -> None:
        rows = session.exec(
            select(ReadyKeyRow).where(col(ReadyKeyRow.id).in_(numbers)).with_for_update()
        ).all()
        if any(row.lot for row in rows):
            raise Refused("stale", lot=lot)  # another lot was quicker: no key ever serves two
        for row in rows:
            row.lot = lot
            session.add(row)

    event = KeysMade(
        custodians=office.keys.known,
        threshold=records[0].plan.threshold,
        keys=keys,
        ceremonies=exhibit.digest,
    )
    return Made(event=event, exhibit=exhibit, rows=assign)


def _ready(office: Office, sites: bool, nth: int) -> list[ReadyKeyRow]:
    for _ in waiting(office):
        try:
            return _taken(office, sites, nth)
        except Refused:  # the agents may be at it
            continue
    return _taken(office, sites, nth)


def _taken(office: Office, sites: bool, nth: int) -> list[ReadyKeyRow]:
    with office.db.reading() as session:
        return take(office, session, sites=sites, nth=nth)
