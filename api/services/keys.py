"""Which keys does one evaluation need, and where do they come from?

Where custodians run agents, from ceremonies held beforehand: nobody dealt them. In the embedded arrangement the
centre's server deals them and forgets the secrets; the verifier's report says so.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from api.services.ceremonies import pins_of, post, record_of, take
from api.services.office import Office
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
class Provided:
    """The event with a case's keys, its exhibits, and what is written in the same transaction."""

    event: KeysDealt | KeysMade | KeysAdded
    exhibits: tuple[Exhibit, ...]
    rows: Callable[[Session], None]


def provide_keys(office: Office, lot: LotId) -> Provided:
    """One fresh key per purpose, shared t of n. Raises Refused("custodians_away" or "keys_not_ready")."""
    known, threshold = office.keys.known, office.pack.custody.threshold
    if len(known) < threshold:
        raise Refused("custodians_away", needed=threshold, present=len(known))
    if office.keys.agents:
        return _made(office, lot)
    event = _dealt(office, threshold)
    return Provided(event=event, exhibits=(), rows=lambda session: None)


def more_keys(office: Office, lot: LotId, rounds: Iterable[int], threshold: int) -> Provided:
    """Fresh keys for the seeds of these rounds. Raises Refused("keys_not_ready") once their ceremonies are posted."""
    names = tuple(map(seeds, rounds))
    if not office.keys.agents:
        return Provided(
            event=KeysAdded(keys=_fresh(office, threshold, names)), exhibits=(), rows=lambda session: None
        )
    post(office, names)
    keys, exhibit, assign = _taken(office, lot, names)
    event = KeysAdded(keys=keys, ceremonies=exhibit.digest)
    return Provided(event=event, exhibits=(exhibit,), rows=assign)


def _dealt(office: Office, threshold: int) -> KeysDealt:
    keys = _fresh(office, threshold, purposes(office.pack.draw.max_rounds))
    return KeysDealt(custodians=office.keys.known, threshold=threshold, keys=keys)


def _fresh(office: Office, threshold: int, names: Iterable[str]) -> tuple[dict[str, Any], ...]:
    holders = {each.name: bytes.fromhex(each.seal) for each in office.keys.known}
    return tuple(to_body(deal_key(name, holders, threshold, office.entropy(32))) for name in names)


def _made(office: Office, lot: LotId) -> Provided:
    keys, exhibit, assign = _taken(office, lot, purposes(office.pack.draw.max_rounds))
    event = KeysMade(
        custodians=office.keys.known,
        threshold=int(keys[0]["threshold"]),
        keys=keys,
        ceremonies=exhibit.digest,
    )
    return Provided(event=event, exhibits=(exhibit,), rows=assign)


def _taken(
    office: Office, lot: LotId, names: Sequence[str]
) -> tuple[tuple[dict[str, Any], ...], Exhibit, Callable[[Session], None]]:
    """Ready keys of these names, the records of their ceremonies, and what gives them to the lot."""
    with office.db.reading() as session:
        taken = take(office, session, names)
        records = [record_of(row) for row in taken]
        numbers = [row.id for row in taken]
    keys = tuple(to_body(check_transcript(record, pins_of(office))) for record in records)
    exhibit = office.exhibit("ceremonies", Ceremonies(records=tuple(record_body(each) for each in records)))

    def assign(session: Session) -> None:
        rows = session.exec(
            select(ReadyKeyRow).where(col(ReadyKeyRow.id).in_(numbers)).with_for_update()
        ).all()
        if any(row.lot for row in rows):
            raise Refused("stale", lot=lot)  # another booking was quicker: no key ever serves two
        for row in rows:
            row.lot = lot
            session.add(row)

    return keys, exhibit, assign
