"""Checks about the ladder D4: who signed which step in which order, and does everything follow from it?"""

from itertools import pairwise

from crypto.errors import Broken
from scheduler.audit.case import AuditCase
from scheduler.events import PoolFrozen, RelaxAsked, RelaxDenied, Relaxed
from scheduler.exhibits import Request, RulesInForce, Snapshot
from scheduler.facts import case_of, numbers
from scheduler.limits import Words
from scheduler.packshape import Does, Pack
from scheduler.relaxing import amended, next_step, places, step_of


def signatures(case: AuditCase, pack: Pack) -> Words:
    """Every step is one of the pack's ladder, behind those taken, decided by the approver the pack names.

    Says which step was signed, by whom and when. Raises Broken, Refused("step_unknown").
    """
    order = [step.id for step in pack.ladder]
    zh, en = "", ""
    for before, entry in case.moments:
        event = entry.event
        if not isinstance(event, RelaxAsked | Relaxed | RelaxDenied) or before is None:
            continue
        step = step_of(pack.ladder, event.step)
        behind = all(order.index(step.id) > order.index(taken) for taken in before.relaxed)
        if step.does is Does.APPOINT or not behind:
            raise Broken(f"entry {entry.seq}: {step.id} is not the next step of the ladder")
        if not isinstance(event, RelaxAsked) and entry.role is not step.approver:
            raise Broken(f"entry {entry.seq}: {step.id} is for {step.approver} to decide, not {entry.role}")
        if isinstance(event, Relaxed):
            at = entry.at.isoformat(timespec="minutes")
            zh += f"；已放宽 {step.id}（{entry.role} 于 {at} 签署）"
            en += f"; relaxed {step.id} (signed by {entry.role} at {at})"
    return Words(zh, en)


def requests(case: AuditCase) -> None:
    """Every amended request is the one before with this step and nothing else, and no step was passed over."""
    pack = case.body(case.final().pack, RulesInForce).pack
    for before, entry in case.moments:
        if not isinstance(entry.event, Relaxed) or before is None:
            continue
        request = case.body(before.request, Request)
        force = numbers(pack, case_of(request, Snapshot(leaves=(), controls=())))
        step = next_step(pack.ladder, request, force)
        if step is None or step.id != entry.event.step:
            raise Broken(f"entry {entry.seq}: a step of the ladder was passed over")
        told = (case.body(entry.event.request, Request), entry.event.roles)
        if told != (amended(request, step), places(request, step)):
            raise Broken(f"entry {entry.seq}: the amended request is another one than {step.id} makes")


def pools(case: AuditCase) -> None:
    """A pool frozen anew holds every leaf of the one before: no later freeze drops anybody."""
    frozen = [e.event.exhibit for _, e in case.moments if isinstance(e.event, PoolFrozen)]
    for earlier, later in pairwise(frozen):
        now = {leaf.expert.id: leaf for leaf in case.body(later, Snapshot).leaves}
        if any(now.get(leaf.expert.id) != leaf for leaf in case.body(earlier, Snapshot).leaves):
            raise Broken("a pool frozen anew dropped or changed somebody")
        edges = {(edge.parent, edge.child) for edge in case.body(later, Snapshot).controls}
        if any((edge.parent, edge.child) not in edges for edge in case.body(earlier, Snapshot).controls):
            raise Broken("a pool frozen anew dropped an edge of control")
