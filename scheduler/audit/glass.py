"""Was a bid opened before its time, by whom, and lawfully? Every break-glass order of a bundle, checked."""

from crypto import partial
from crypto.canonical import unhex
from crypto.errors import Broken
from crypto.keys import verify
from scheduler.audit.case import AuditCase, NotRevealed
from scheduler.events import GlassBroken, GlassRefused, GlassResumed
from scheduler.exhibits import GlassOpening, GlassOrder, RulesInForce
from scheduler.limits import Words
from scheduler.packshape import AfterGlass
from scheduler.pending import Glass
from scheduler.places import bidder_context
from scheduler.record import RELEASE, release_statement
from scheduler.release import BIDDERS, glass
from scheduler.state import State


def opened(case: AuditCase) -> Words:
    """What the step about keys says of break-glass; empty when nobody ever asked. Raises Broken."""
    state = case.final()
    if any(isinstance(entry.event, GlassResumed) for _, entry in case.moments):
        _resumed_as_the_pack_says(case)
    for before, entry in case.moments:
        if isinstance(entry.event, GlassBroken) and before is not None:
            _checked(case, before, entry.event)
    refused = sum(isinstance(entry.event, GlassRefused) for _, entry in case.moments)
    broken = [each for each in state.glass if each.opening is not None]
    if not (broken or refused):
        return Words("", "")
    told = [_told(case, each) for each in broken]
    return Words(
        f"。应急开启 {len(broken)} 次，提前查看被拒绝 {refused} 次" + "".join(each.zh for each in told),
        f". Break-glass {len(broken)} times, early looks refused {refused} times"
        + "".join(each.en for each in told),
    )


def _resumed_as_the_pack_says(case: AuditCase) -> None:
    if case.body(case.final().pack, RulesInForce).pack.custody.after_glass is AfterGlass.PANEL:
        raise Broken("resumed with the same panel, which the pack does not allow")


def _checked(case: AuditCase, before: State, event: GlassBroken) -> None:
    """Signed by t custodians for this order; where the reader has the answers, each is proven and they open it."""
    order = before.glass[-1]
    if order.confirmed is None:
        raise Broken("an envelope opened without a confirmed order")
    public = {each.name: unhex(each.sign, 32) for each in before.custodians}
    statement = release_statement(before.lot, glass(order.slot), order.confirmed)
    for release in event.releases:
        verify(public[release.custodian], RELEASE, statement, unhex(release.signature, 64))
    try:
        body = case.body(event.opening, GlassOpening)
    except NotRevealed:
        return
    _opens(before, order, body)


def _opens(before: State, order: Glass, body: GlassOpening) -> None:
    from scheduler.audit.history import custody_keys

    key, sealed = custody_keys(before)[BIDDERS], before.slots[order.slot]
    answers = [
        partial.Answer(index=each.index, point=unhex(each.point, 32), proof=unhex(each.proof, 64))
        for each in body.answers
    ]
    statement = release_statement(before.lot, glass(order.slot), order.confirmed or before.head)
    place = bidder_context(before.lot, order.slot)
    found = partial.open_together(key, unhex(sealed.identity), place, answers, statement)
    if found.commitment != unhex(sealed.commitment, 32) or body.slot != order.slot:
        raise Broken("the envelope opened by order is another one")
    if (found.value["code"], found.value["name"]) != (body.code, body.name):
        raise Broken("the envelope opened by order holds another bidder")


def _told(case: AuditCase, order: Glass) -> Words:
    """Who and why; the case number where the reader may read it."""
    try:
        number = case.body(order.order, GlassOrder).case_number
    except NotRevealed:
        number = "—"
    return Words(
        f"；第 {order.slot} 号位，案号 {number}，{order.by} 提出、{order.second} 确认",
        f"; slot {order.slot}, case {number}, ordered by {order.by}, confirmed by {order.second}",
    )
