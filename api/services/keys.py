"""Which keys does one evaluation need, and where do they come from?

Where custodians run agents, from ceremonies held beforehand: nobody dealt them, and a lot takes its set when its pool
is frozen, so that booking waits for nobody. In the embedded arrangement the centre's server deals them at the booking
and forgets the secrets; the verifier's report says so.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from api.services.ceremonies import pins_of, post, record_of, take
from api.services.office import Office, waiting
from api.store.custody import ReadyKeyRow
from crypto.custody import deal_key, to_body
from crypto.transcript import check_transcript
from crypto.transcript import to_body as record_body
from scheduler.errors import Refused
from scheduler.events import KeysAdded, KeysDealt, KeysMade
from scheduler.exhibits import Ceremonies, Exhibit
from scheduler.model import LotId
from scheduler.release import purposes, seeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The event with a case's keys, the record of their ceremonies, and what is written in the same transaction."""

    event: KeysMade
    exhibit: Exhibit
    rows: Callable[[Session], None]


def deal(office: Office, rounds: int, *, sites: bool = False) -> KeysDealt | None:
    """One fresh key per purpose for so many rounds, dealt here; None where custodians with agents make them.

    Raises Refused("custodians_away").
    """
    known, threshold = office.holders, office.pack.custody.threshold
    if len(known) < (needed := len(office.pack.custody.holders)):
        raise Refused("custodians_away", needed=needed, present=len(known))
    if office.keys.agents:
        return None
    return KeysDealt(
        custodians=known,
        threshold=threshold,
        keys=_fresh(office, threshold, purposes(rounds, sites=sites)),
    )


def _fresh(office: Office, threshold: int, names: Iterable[str]) -> tuple[dict[str, Any], ...]:
    holders = {each.name: bytes.fromhex(each.seal) for each in office.holders}
    return tuple(to_body(deal_key(name, holders, threshold, office.entropy(32))) for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """As `Made`, for rounds beyond the pack's; no exhibit where the centre's server dealt the keys."""

    event: KeysAdded
    exhibits: tuple[Exhibit, ...]
    rows: Callable[[Session], None]


def more_keys(office: Office, lot: LotId, rounds: Iterable[int], threshold: int) -> Added:
    """Fresh keys for the seeds of these rounds. Raises Refused("keys_not_ready") once their ceremonies are posted."""
    names = tuple(map(seeds, rounds))
    if not office.keys.agents:
        event = KeysAdded(keys=_fresh(office, threshold, names))
        return Added(event=event, exhibits=(), rows=lambda session: None)
    post(office, names)
    with office.db.reading() as session:
        keys, exhibit, assign = _recorded(office, lot, take(office, session, names))
    event = KeysAdded(keys=keys, ceremonies=exhibit.digest)
    return Added(event=event, exhibits=(exhibit,), rows=assign)


def take_made(office: Office, lot: LotId, rounds: int, *, sites: bool = False, nth: int = 0) -> Made:
    """The oldest set of keys that the custodians have made; `nth`: of the lots that take theirs in one go.

    What nobody keeps ready (more rounds than the pack has, a pack that is no longer in force) is asked for now.
    Raises Refused("keys_not_ready").
    """
    names = purposes(rounds, sites=sites)
    post(office, names, nth + 1)
    keys, exhibit, assign = _recorded(office, lot, _ready(office, names, nth))
    event = KeysMade(
        custodians=office.holders,
        threshold=int(keys[0]["threshold"]),
        keys=keys,
        ceremonies=exhibit.digest,
    )
    return Made(event=event, exhibit=exhibit, rows=assign)


def _recorded(
    office: Office, lot: LotId, taken: Sequence[ReadyKeyRow]
) -> tuple[tuple[dict[str, Any], ...], Exhibit, Callable[[Session], None]]:
    """Keys out of their ceremonies, the records of these, and what gives the keys to the lot."""
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

    return keys, exhibit, assign


def _ready(office: Office, names: Sequence[str], nth: int) -> list[ReadyKeyRow]:
    for _ in waiting(office):
        try:
            return _taken(office, names, nth)
        except Refused:  # the agents may be at it
            continue
    return _taken(office, names, nth)


def _taken(office: Office, names: Sequence[str], nth: int) -> list[ReadyKeyRow]:
    with office.db.reading() as session:
        return take(office, session, names, nth=nth)
