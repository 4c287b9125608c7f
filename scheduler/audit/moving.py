"""Did a lot that was moved before its draw change in window and sites only?"""

from dataclasses import replace

from crypto.errors import Broken
from scheduler.audit.case import AuditCase, NotRevealed
from scheduler.events import Digest, Moved
from scheduler.exhibits import Request
from scheduler.limits import Words


def moves(case: AuditCase) -> Words:
    """How often the lot was moved; nothing where it never was. Raises Broken."""
    count = room = 0
    for state, entry in case.moments:
        if isinstance(entry.event, Moved) and state is not None:
            count += 1
            room += entry.event.room_for is not None
            _only_moved(case, state.request, entry.event)
    if not count:
        return Words("", "")
    for_others = Words(f"（为绿色通道让位 {room} 次）", f" ({room} of them for the green channel)")
    more = for_others if room else Words("", "")
    return Words(f"；改期或改址 {count} 次{more.zh}", f"; moved {count} times{more.en}")


def _only_moved(case: AuditCase, before: Digest, event: Moved) -> None:
    """Skipped where this reader may not see the requests."""
    try:
        old, new = case.body(before, Request), case.body(event.request, Request)
    except NotRevealed:
        return
    if (new.starts.isoformat(), new.ends.isoformat()) != (event.starts, event.ends):
        raise Broken("a move says another window than its request")
    if replace(old, starts=new.starts, ends=new.ends, sites=new.sites) != new:
        raise Broken("a move changed more than window and sites")
