"""Which exhibits does an event promise? Every digest field with the kind of exhibit that must stand behind it."""

from collections.abc import Iterator

from scheduler.events import (
    Annulled,
    Blinded,
    Booked,
    Digest,
    Drawn,
    Event,
    Followed,
    KeyOpened,
    KeysAdded,
    KeysMade,
    Left,
    LotteryFixed,
    Opened,
    PoolFrozen,
    Rechecked,
    Relaxed,
    Reported,
    Revealed,
    Totalled,
    Voided,
)
from scheduler.exhibits import opening_name

_FIELDS: dict[type[Event], dict[str, str]] = {
    Booked: {"request": "request", "pack": "pack"},
    KeysMade: {"ceremonies": "ceremonies"},
    PoolFrozen: {"exhibit": "pool"},
    LotteryFixed: {"lottery": "lottery"},
    Drawn: {"seating": "seating"},
    Opened: {"bidders": "bidders", "conflicts": "conflicts"},
    Rechecked: {"evidence": "evidence"},
    Blinded: {"codes": "codes"},
    Totalled: {"totals": "totals"},
    Revealed: {"identities": "identities"},
    Reported: {"report": "report"},
    Relaxed: {"request": "request"},
    Followed: {"attempts": "attempts"},
    Annulled: {"finding": "finding"},
}


def promised(event: Event) -> Iterator[tuple[Digest, str]]:
    """Digest and name of every exhibit this event stands for; names are those of `exhibits.KINDS`."""
    for field, name in _FIELDS.get(type(event), {}).items():
        yield getattr(event, field), name
    if isinstance(event, Left) and event.evidence is not None:
        yield event.evidence, "evidence"
    if isinstance(event, LotteryFixed) and event.elsewhere is not None:
        yield event.elsewhere, "elsewhere"
    if isinstance(event, KeysAdded) and event.ceremonies is not None:
        yield event.ceremonies, "ceremonies"
    if isinstance(event, Voided) and event.finding is not None:
        yield event.finding, "finding"
    if isinstance(event, KeyOpened):
        yield event.opening, opening_name(event.key)
    if isinstance(event, Opened):
        for slot in event.slots:
            yield slot.document, "document"
