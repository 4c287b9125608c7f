"""When do the custodians open a key, and what do they sign? Each checks the condition by itself, then releases.

Where custodians run agents of their own, the centre asks, and opens once t have granted it. In the embedded arrangement
their key files lie on the centre's machine; the verifier's report says who made the keys.
"""

from dataclasses import dataclass, field

from api.services.asking import ask, granted, key_of, settle
from api.services.office import Deed, Dossier, by_custodians, waiting
from crypto.custody import CustodyKey, combine, open_share, share_body
from crypto.keys import sign
from crypto.shares import Share
from scheduler.answers import Released as Grant
from scheduler.errors import Refused
from scheduler.events import Digest, KeyOpened, Release
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
    return key_of(dossier.state, key)


def _embedded(dossier: Dossier, key: str, against: Digest) -> list[tuple[Release, Share]]:
    """The first t custodians whose key files lie here."""
    state, public = dossier.state, custody_key(dossier, key)
    willing = dossier.office.keys.custodians[: state.threshold]
    if len(willing) < state.threshold:
        raise Refused("custodians_away", needed=state.threshold, present=len(willing))
    statement = release_statement(state.lot, key, against)
    return [
        (
            Release(custodian=each.name, signature=sign(each.sign, RELEASE, statement).hex()),
            open_share(public, each.name, each.seal.private),
        )
        for each in willing
    ]


def _asked(dossier: Dossier, key: str, against: Digest) -> list[tuple[Release, Share]]:
    """What the first t agents granted for this record; the others are asked until enough have."""
    state = dossier.state
    found = _granted(dossier, key, against)
    if len(found) < state.threshold:
        raise Refused("custodians_asked", key=key, needed=state.threshold, present=len(found))
    settle(dossier.office, state.lot, key)
    return [(Release(custodian=each.custodian, signature=each.signature), each.share) for each in found]


def _granted(dossier: Dossier, key: str, against: Digest) -> tuple[Grant, ...]:
    """At most t grants; the agents are asked, and waited for as long as the office has patience."""
    office, state = dossier.office, dossier.state
    found = granted(office, state.lot, key, against)[: state.threshold]
    if len(found) < state.threshold:
        ask(office, state.lot, key)
    for _ in waiting(office):
        if len(found) == state.threshold:
            break
        found = granted(office, state.lot, key, against)[: state.threshold]
    return found


def release(dossier: Dossier, key: str) -> Released:
    """Open `key` with the shares of t custodians. Raises Refused when the history forbids it.

    Where agents are asked, Refused("custodians_asked") means: not yet, come again; the clock does.
    """
    office, state = dossier.office, dossier.state
    against = condition(state, key)
    public = custody_key(dossier, key)
    willing = _asked(dossier, key, against) if office.keys.agents else _embedded(dossier, key, against)
    shares = [share for _, share in willing]
    private = combine(public, shares)
    signed = tuple(release for release, _ in willing)
    opening = Opening(key=key, private=private.hex(), shares=tuple(share_body(share) for share in shares))
    exhibit = office.exhibit(opening_name(key), opening)
    event = KeyOpened(key=key, against=against, opening=exhibit.digest, releases=signed)
    return Released(private=private, deed=by_custodians(event), exhibit=exhibit)
