"""When do the custodians open a key, and what do they sign? Each checks the condition by itself, then releases.

In this release the three custodians' key files lie on the centre's machine (the embedded arrangement); the
transcript says so. Their own agents on their own machines replace this file behind the same event.
"""

from dataclasses import dataclass, field

from api.services.office import Deed, Dossier, by_custodians
from crypto.custody import CustodyKey, combine, from_body, open_share, share_body
from crypto.keys import sign
from scheduler.errors import Refused
from scheduler.events import KeyOpened, Release
from scheduler.exhibits import Exhibit, Opening, opening_name
from scheduler.record import RELEASE, release_statement
from scheduler.release import condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """An opened key with the event and exhibit that record it."""

    private: bytes = field(repr=False)
    deed: Deed
    exhibit: Exhibit


def custody_key(dossier: Dossier, key: str) -> CustodyKey:
    """The public side of one of the case's keys."""
    for body in dossier.state.keys:
        if body["key_id"] == key:
            return from_body(body)
    raise Refused("keys_missing")


def release(dossier: Dossier, key: str) -> Released:
    """Open `key` with the shares of the first t custodians. Raises Refused when the history forbids it."""
    office, state = dossier.office, dossier.state
    against = condition(state, key)
    public = custody_key(dossier, key)
    willing = office.keys.custodians[: state.threshold]
    if len(willing) < state.threshold:
        raise Refused("custodians_away", needed=state.threshold, present=len(willing))
    shares = [open_share(public, each.name, each.seal.private) for each in willing]
    private = combine(public, shares)
    signed = tuple(
        Release(
            custodian=each.name,
            signature=sign(each.sign, RELEASE, release_statement(state.lot, key, against)).hex(),
        )
        for each in willing
    )
    opening = Opening(key=key, private=private.hex(), shares=tuple(share_body(share) for share in shares))
    exhibit = office.exhibit(opening_name(key), opening)
    event = KeyOpened(key=key, against=against, opening=exhibit.digest, releases=signed)
    return Released(private=private, deed=by_custodians(event), exhibit=exhibit)
