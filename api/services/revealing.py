"""Who wrote which bid? Opened after the totals stand, never before; then report and archive."""

from dataclasses import replace
from typing import Any

from api.actor import Actor
from api.services.office import Dossier, Office, by, only, open_case, record
from api.services.releasing import release
from crypto.envelope import open_
from scheduler.errors import Refused
from scheduler.events import Archived, Reported, Revealed
from scheduler.exhibits import Approval, Identities, Identity, Request, Totals
from scheduler.model import LotId, Role
from scheduler.places import bidder_context
from scheduler.release import BIDDERS, EXPERTS
from scheduler.remarks import about_panel, about_pool
from scheduler.reviewing import rejected
from scheduler.scoring import reported
from scheduler.state import State


def reveal(office: Office, actor: Actor, lot: LotId) -> State:
    """Record the opening of the bidder key and `Revealed`."""
    only(actor, Role.OPERATOR, Role.SYSTEM)
    dossier = open_case(office, lot)
    released = release(dossier, BIDDERS)
    exhibit = office.exhibit("identities", identities(dossier, released.private))
    deeds = [released.deed, by(actor, Revealed(identities=exhibit.digest))]
    return record(office, lot, dossier.state, deeds, exhibits=[released.exhibit, exhibit])


def identities(dossier: Dossier, private: bytes) -> Identities:
    """Every slot's bidder; an envelope that names another document than its slot's is refused."""
    found = []
    for i, slot in enumerate(dossier.state.slots):
        context = bidder_context(dossier.state.lot, i)
        commitment = bytes.fromhex(slot.commitment)
        value: dict[str, Any] = open_(private, bytes.fromhex(slot.identity), context, commitment)
        if value["document"] != slot.document:
            raise Refused("slot_document", slot=i)
        found.append(Identity(slot=i, code=value["code"], name=value["name"]))
    return Identities(identities=tuple(found))


def report(office: Office, actor: Actor, lot: LotId) -> State:
    """Record `Reported`: the ranking by technical score, with what must be known of the panel."""
    only(actor, Role.OPERATOR)
    dossier = open_case(office, lot)
    totals = dossier.body(dossier.state.totals, Totals)
    who = dossier.body(dossier.state.identities, Identities)
    booked = dossier.body(dossier.state.booked, Request)
    digest = dossier.state.approval
    approval = dossier.body(digest, Approval) if digest else None
    remarks = (
        *about_pool(dossier.pack, booked, dossier.snapshot),
        *about_panel(dossier.pack, dossier.state, approval),
    )
    told = reported(totals.totals, who.identities, rejected(dossier.state))
    exhibit = office.exhibit("report", replace(told, remarks=remarks))
    event = Reported(report=exhibit.digest)
    return record(office, lot, dossier.state, [by(actor, event)], exhibits=[exhibit])


def name_experts(office: Office, actor: Actor, lot: LotId) -> State:
    """Record the opening of the expert-identity key, which the law allows once the winner is determined (F7)."""
    only(actor, Role.SUPERVISOR)
    dossier = open_case(office, lot)
    released = release(dossier, EXPERTS)
    return record(office, lot, dossier.state, [released.deed], exhibits=[released.exhibit])


def archive(office: Office, actor: Actor, lot: LotId, reason: str) -> State:
    """Record `Archived`: the winner is determined; from now the law lets experts be named."""
    only(actor, Role.OPERATOR)
    state = open_case(office, lot).state
    return record(office, lot, state, [by(actor, Archived(reason=reason))])
