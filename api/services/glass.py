"""How is one bid's identity opened before its time? By two persons with a case number, and t custodians; else refused.

Whoever asks otherwise is refused, and the refusal stands in the journal, where all key holders' agents find it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from api.actor import Actor
from api.services.asking import ask, key_of, settle, shown
from api.services.office import Deed, Dossier, Office, by, by_custodians, only, open_case, record, waiting
from crypto import partial
from crypto.canonical import unhex
from crypto.custody import open_share
from crypto.keys import sign
from scheduler.errors import Refused
from scheduler.events import (
    Digest,
    GlassAsked,
    GlassBroken,
    GlassConfirmed,
    GlassRefused,
    GlassResumed,
    Release,
)
from scheduler.exhibits import CodeKey, GlassAnswer, GlassOpening, GlassOrder
from scheduler.model import LotId, Role
from scheduler.packshape import AfterGlass
from scheduler.pending import Glass
from scheduler.places import bidder_context
from scheduler.record import RELEASE, release_statement
from scheduler.release import BIDDERS, glass, ordered
from scheduler.state import State

_SHORTEST = 10  # characters of a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why somebody wants to look early."""

    case_number: str
    reason: str


def order(office: Office, actor: Actor, lot: LotId, slot: int, cause: Cause) -> State:
    """Record `GlassAsked` by the first person. Raises Refused, and the refusal is on record too."""

    def act() -> State:
        only(actor, Role.SUPERVISOR)
        if not cause.case_number.strip():
            raise Refused("glass_case")
        if len(cause.reason.strip()) < _SHORTEST:
            raise Refused("glass_reason", least=_SHORTEST)
        body = GlassOrder(case_number=cause.case_number.strip(), reason=cause.reason.strip(), slot=slot)
        exhibit = office.exhibit("glass-order", body)
        state = open_case(office, lot).state
        asked = by(actor, GlassAsked(order=exhibit.digest, slot=slot))
        return record(office, lot, state, [asked], exhibits=[exhibit])

    return _or_logged(office, actor, lot, act)


def confirm(office: Office, actor: Actor, lot: LotId) -> State:
    """Record `GlassConfirmed` by a second person: the evaluation is suspended. Refusals are on record too."""

    def act() -> State:
        only(actor, Role.SUPERVISOR)
        state = open_case(office, lot).state
        if not state.glass:
            raise Refused("glass_unknown")
        return record(office, lot, state, [by(actor, GlassConfirmed(order=state.glass[-1].order))])

    return _or_logged(office, actor, lot, act)


def _or_logged(office: Office, actor: Actor, lot: LotId, act: Callable[[], State]) -> State:
    try:
        return act()
    except Refused as refusal:
        state = open_case(office, lot).state
        refused = Deed(event=GlassRefused(code=refusal.code), role=Role.SYSTEM, actor=actor.id)
        record(office, lot, state, [refused])
        raise


def open_by_order(office: Office, actor: Actor, lot: LotId) -> State:
    """Record `GlassBroken`: t custodians' partial openings of the one envelope, what it held for the case file only.

    Raises Refused("custodians_asked") while agents have not answered.
    """
    only(actor, Role.SUPERVISOR, Role.SYSTEM)
    dossier = open_case(office, lot)
    state, given = dossier.state, _current(dossier.state)
    against = ordered(state, given.slot)
    answers = _answers(dossier, given.slot, against)
    key, sealed = key_of(state, BIDDERS), state.slots[given.slot]
    value = partial.open_together(
        key,
        unhex(sealed.identity),
        bidder_context(lot, given.slot),
        [answer for _, answer in answers],
        release_statement(lot, glass(given.slot), against),
    ).value
    body = GlassOpening(
        slot=given.slot,
        answers=tuple(
            GlassAnswer(index=each.index, point=each.point.hex(), proof=each.proof.hex())
            for _, each in answers
        ),
        code=value["code"],
        name=value["name"],
    )
    exhibit = office.exhibit("glass-opening", body)
    releases = tuple(release for release, _ in answers)
    event = GlassBroken(order=given.order, opening=exhibit.digest, releases=releases)
    return record(office, lot, state, [by_custodians(event)], exhibits=[exhibit])


def resume(office: Office, actor: Actor, lot: LotId) -> State:
    """Record `GlassResumed`: new codes, no sheet of before counts. Refused("glass_new_panel") if the pack says so."""
    only(actor, Role.OPERATOR)
    dossier = open_case(office, lot)
    if dossier.pack.custody.after_glass is AfterGlass.PANEL:
        raise Refused("glass_new_panel")
    codes = office.exhibit("codes", CodeKey(key=office.entropy(32).hex()))
    return record(office, lot, dossier.state, [by(actor, GlassResumed(codes=codes.digest))], exhibits=[codes])


def _current(state: State) -> Glass:
    if not state.glass or state.glass[-1].confirmed is None:
        raise Refused("glass_unconfirmed")
    return state.glass[-1]


def _answers(dossier: Dossier, slot: int, against: Digest) -> list[tuple[Release, partial.Answer]]:
    office, state = dossier.office, dossier.state
    if not office.keys.agents:
        return _embedded(dossier, slot, against)
    asked = glass(slot)
    found = shown(office, state.lot, asked, against)
    if len(found) < state.threshold:
        ask(office, state.lot, asked)
    for _ in waiting(office):
        if len(found) >= state.threshold:
            break
        found = shown(office, state.lot, asked, against)
    if len(found) < state.threshold:
        raise Refused("custodians_asked", key=asked, needed=state.threshold, present=len(found))
    settle(office, state.lot, asked)
    first = found[: state.threshold]
    return [(Release(custodian=each.custodian, signature=each.signature), each.answer) for each in first]


def _embedded(dossier: Dossier, slot: int, against: Digest) -> list[tuple[Release, partial.Answer]]:
    """Of the custodians whose key files lie here."""
    state, key = dossier.state, key_of(dossier.state, BIDDERS)
    statement = release_statement(state.lot, glass(slot), against)
    willing = dossier.office.keys.custodians[: state.threshold]
    if len(willing) < state.threshold:
        raise Refused("custodians_away", needed=state.threshold, present=len(willing))
    envelope = unhex(state.slots[slot].identity)
    found = []
    for each in willing:
        share = open_share(key, each.name, each.seal.private)
        signature = sign(each.sign, RELEASE, statement).hex()
        given = partial.answer(key, share, envelope, statement, dossier.office.entropy(32))
        found.append((Release(custodian=each.name, signature=signature), given))
    return found
