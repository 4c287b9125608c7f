"""Which device does a member bring? The device announces its public key, the gate compares a short code and admits.

Nobody types a key at a gate: the member's page shows the code of the key it has made, the gate's list shows the
code of the key that was announced. An announcement is no event and changes nothing by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from api.actor import Actor
from api.services.attending import check_in, expected
from api.services.office import Office, open_case
from api.services.scoring import me
from api.services.vouched import demand_form, read
from api.store.arrivals import ArrivalRow, arrivals, put_arrival
from crypto.canonical import digest, unhex
from crypto.codes import ALPHABET
from crypto.errors import Broken
from crypto.keys import enrol
from scheduler.errors import Refused
from scheduler.events import CheckedIn, Member
from scheduler.model import LotId
from scheduler.state import Phase, State

LABEL = "yuanping/arrival/v1"
_SIGNS, _GROUP = 8, 4  # 40 bits in two groups
OPEN = (Phase.F1, Phase.F2, Phase.F3)  # people come before the bids are opened, and replacements after


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What a device announced; `key` is Ed25519, 32 bytes; `certificate` is empty where none was sent along."""

    member: Member
    key: bytes
    certificate: str
    at: datetime

    @property
    def code(self) -> str:
        """What member and gate compare."""
        return code_of(self.key)


def code_of(key: bytes) -> str:
    """The short code of a public key, like K7QP-2MDX: the first 40 bits of its labelled digest.

    The device computes the same in static/arrive.js from the key it holds, not from what it is told.
    """
    number = int.from_bytes(digest(LABEL, key)[: _SIGNS * 5 // 8], "big")
    signs = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(_SIGNS)))
    return f"{signs[:_GROUP]}-{signs[_GROUP:]}"


def announce(office: Office, actor: Actor, lot: LotId, key: bytes, certificate: str = "") -> Arrival:
    """Keep the device key of the actor's own device until the gate confirms it; a later one takes its place.

    `certificate`: the expert's own signature over the key (scheduler.vouching), sealed, hexadecimal. Raises
    Refused("not_a_member"), ("not_accepted"), ("phase"), ("device_key"), ("proof"); ("checked_in_before") once
    the gate has recorded a key.
    """
    member, dossier = me(office, actor, lot), open_case(office, lot)
    _may_announce(dossier.state, member)
    try:
        enrol(key)
    except Broken as fault:
        raise Refused("device_key", fault=str(fault)) from None
    if certificate:
        demand_form(dossier, read(certificate))
    row = ArrivalRow(lot=lot, member=member, key=key.hex(), certificate=certificate, at=office.now())
    try:
        _keep(office, row)
    except IntegrityError:  # another device of the same member was announced in the same moment
        _keep(office, row)
    return _arrival(row)


def _keep(office: Office, row: ArrivalRow) -> None:
    with office.db.transaction() as session:
        put_arrival(session, row)


def _may_announce(state: State, member: Member) -> None:
    sitting = state.sitting(member)
    if sitting is None or not sitting.sits:
        raise Refused("not_a_member")
    if state.phase not in OPEN:
        raise Refused("phase", event=CheckedIn.__name__, phase=state.phase)
    if not sitting.accepted:
        raise Refused("not_accepted")
    if sitting.key:
        raise Refused("checked_in_before")


def announced(office: Office, state: State) -> Mapping[Member, Arrival]:
    """The announcements that still count: of members who sit and have not checked in."""
    with office.db.reading() as session:
        rows = arrivals(session, state.lot)
        waiting = {m.member for m in state.current() if not m.key}
        return {member: _arrival(row) for member, row in rows.items() if member in waiting}


def admit(office: Office, actor: Actor, lot: LotId, person: str, code: str) -> State:
    """The gate has checked the card of `person` (register number, or an owner's login) and compared the code.

    Checks in with the announced key. Raises what `attending.check_in` raises, Refused("not_announced"), and
    Refused("other_device") where another device was announced after the list was shown.
    """
    member = expected(office, actor, lot, person)
    state = open_case(office, lot).state
    arrival = announced(office, state).get(member)
    if any(m.member == member and m.key for m in state.current()):
        raise Refused("checked_in_before")
    if arrival is None:
        raise Refused("not_announced")
    if arrival.code != code:
        raise Refused("other_device")
    return check_in(office, actor, lot, person, arrival.key, unhex(arrival.certificate))


def _arrival(row: ArrivalRow) -> Arrival:
    return Arrival(member=Member(row.member), key=unhex(row.key), certificate=row.certificate, at=row.at)
