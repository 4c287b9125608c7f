"""Since when could the expert read the invitation, and on whose word? Only then does the time to answer begin.

Where the register lies in our own database the invitation is on the expert's page from the moment of the draw, and
the log key says so in the same transaction. A pool owner with a door of its own signs what it has laid there; the clock
asks for that and records it.
"""

from collections.abc import Iterable

from api.actor import Actor
from api.services import exchanging
from api.services.office import Deed, Office, by_system, only, open_case, record
from scheduler.awaiting import undelivered
from scheduler.delivery import Channel, Delivery, SignedDelivery, sign_delivery
from scheduler.errors import Refused
from scheduler.events import Delivered, Member
from scheduler.model import LotId, Role
from scheduler.state import State


def at_once(office: Office, lot: LotId, members: Iterable[Member], round_number: int) -> list[Deed]:
    """What says that new invitations lie on our own pages; nothing where they lie elsewhere."""
    if office.far is not None:
        return []
    now, key = office.now(), office.keys.log
    deliveries = (
        Delivery(lot=lot, member=member, round=round_number, at=now, channel=Channel.DESK)
        for member in members
    )
    return [_deed(sign_delivery(key, each), key.public) for each in deliveries]


def _deed(signed: SignedDelivery, public: bytes) -> Deed:
    told = signed.delivery
    event = Delivered(
        member=told.member,
        round=told.round,
        at=told.at.isoformat(),
        channel=told.channel.value,
        by=public.hex(),
        signature=signed.signature,
    )
    return by_system(event)


def collect(office: Office, lot: LotId) -> State:
    """Record what the pool owner's door says of invitations that were not known to be there.

    Nothing where none is awaited. Raises Refused("pool_away").
    """
    state, far = open_case(office, lot).state, office.far
    missing = undelivered(state)
    if not missing or far is None:
        return state
    wanted = {each.member: each.round for each in missing}
    now, deeds = office.now(), list[Deed]()
    for signed in exchanging.delivered(office, lot):
        told = signed.delivery
        if told.channel is Channel.DESK and wanted.get(told.member) == told.round and told.at <= now:
            deeds.append(_deed(signed, far.signs))
            del wanted[told.member]
    return record(office, lot, state, deeds) if deeds else state


def again(office: Office, actor: Actor, lot: LotId) -> State:
    """The operator has all invitations of a lot laid at the door once more. Raises Refused("delivered_all")."""
    only(actor, Role.OPERATOR)
    dossier = open_case(office, lot)
    if not undelivered(dossier.state):
        raise Refused("delivered_all")
    exchanging.lay(office, lot)
    return collect(office, lot)
