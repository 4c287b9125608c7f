"""Did nobody lose a seat by silence before the invitation was there and the pack's waiting time over?"""

from datetime import datetime

from crypto.canonical import unhex
from crypto.errors import Broken, CryptoError
from crypto.keys import PUBLIC, fingerprint
from scheduler.audit.case import AuditCase
from scheduler.awaiting import asked_since
from scheduler.deadlines import Waits
from scheduler.delivery import Channel, Delivery, SignedDelivery, check_delivery
from scheduler.events import Delivered, Left, Out
from scheduler.limits import Words
from scheduler.model import LotId


def silences(case: AuditCase, waits: Waits) -> Words:
    """On whose word silence rests; nothing where nobody was silent. Raises Broken."""
    keys: set[str] = set()
    silent = 0
    for before, entry in case.moments:
        event = entry.event
        if isinstance(event, Delivered):
            _signed(case.bundle.lot, event, entry.seq)
            keys.add(event.by)
        if isinstance(event, Left) and event.why is Out.SILENT and before is not None:
            who = before.standby(event.member) or before.sitting(event.member)
            since = asked_since(before, who) if who else None
            if since is None or entry.at < since + waits.answer:
                raise Broken(
                    f"entry {entry.seq}: silent before the invitation was there and the pack's time over"
                )
            silent += 1
    if len(keys) > 1:
        raise Broken("invitations are said to be there by several houses")
    if not silent:
        return Words("", "")
    own = keys == {case.bundle.log.hex()}
    name = Words("中心自述", "the centre itself") if own else _named(*keys)
    return Words(
        f"；{silent} 人逾期未答复，自邀请送达起算（送达凭据：{name.zh}）",
        f"; {silent} did not answer in time, counted from the delivery of the invitation (says: {name.en})",
    )


def _signed(lot: LotId, event: Delivered, seq: int) -> None:
    try:
        told = Delivery(
            lot=lot,
            member=event.member,
            round=event.round,
            at=datetime.fromisoformat(event.at),
            channel=Channel(event.channel),
        )
        check_delivery(unhex(event.by, PUBLIC), SignedDelivery(delivery=told, signature=event.signature))
    except (CryptoError, ValueError) as fault:
        raise Broken(f"entry {seq}: nobody says so of this invitation: {fault}") from None


def _named(key: str) -> Words:
    name = fingerprint(unhex(key, PUBLIC))
    return Words(
        f"称属专家库的密钥 {name}，未固定，须另行核对",
        f"the key {name}, said to be the pool owner's; it is not pinned, compare it",
    )
