"""Which exhibits does an event promise? Every digest field with the kind of exhibit that must stand behind it."""

from collections.abc import Iterator

from scheduler.events import (
    Annulled,
    AppealAnswered,
    AppealDecided,
    AppealFiled,
    Appointed,
    AppointmentApproved,
    Authorised,
    Blinded,
    Booked,
    Digest,
    Drawn,
    Event,
    Explained,
    Followed,
    GlassAsked,
    GlassBroken,
    GlassResumed,
    KeyOpened,
    KeysAdded,
    KeysMade,
    Left,
    LotteryFixed,
    Moved,
    Opened,
    PoolFrozen,
    Promoted,
    Rechecked,
    Relaxed,
    Reported,
    Reseated,
    Revealed,
    Reviewed,
    SitesFixed,
    StandbyFixed,
    StandbyMissing,
    Totalled,
    Voided,
    Voted,
    Withdrew,
)
from scheduler.exhibits import opening_name

_FIELDS: dict[type[Event], dict[str, str]] = {
    Booked: {"request": "request", "pack": "pack"},
    KeysMade: {"ceremonies": "ceremonies"},
    PoolFrozen: {"exhibit": "pool"},
    Moved: {"request": "request"},
    LotteryFixed: {"lottery": "lottery"},
    Drawn: {"seating": "seating"},
    Opened: {"bidders": "bidders", "conflicts": "conflicts"},
    Rechecked: {"evidence": "evidence"},
    Blinded: {"codes": "codes"},
    Totalled: {"totals": "totals"},
    Revealed: {"identities": "identities"},
    Reported: {"report": "report"},
    Relaxed: {"request": "request"},
    Reviewed: {"totals": "totals"},
    Followed: {"attempts": "attempts"},
    Annulled: {"finding": "finding"},
    Authorised: {"document": "authorisation"},
    Withdrew: {"ground": "own-ground"},
    AppointmentApproved: {"approval": "approval"},
    Appointed: {"seating": "seating"},
    AppealFiled: {"appeal": "application"},
    AppealAnswered: {"answer": "reply"},
    AppealDecided: {"evidence": "evidence"},
    SitesFixed: {"choices": "siting"},
    GlassAsked: {"order": "glass-order"},
    GlassBroken: {"opening": "glass-opening"},
    GlassResumed: {"codes": "codes"},
    Reseated: {"request": "request", "seating": "seating", "cause": "reseating"},
    StandbyFixed: {"lottery": "lottery"},
    Promoted: {"seating": "seating"},
}


def promised(event: Event) -> Iterator[tuple[Digest, str]]:
    """Digest and name of every exhibit this event stands for; names are those of `exhibits.KINDS`."""
    for field, name in _FIELDS.get(type(event), {}).items():
        yield getattr(event, field), name
    if isinstance(event, Left) and event.evidence is not None:
        yield event.evidence, "evidence"
    if isinstance(event, LotteryFixed | StandbyFixed | StandbyMissing) and event.elsewhere is not None:
        yield event.elsewhere, "elsewhere"
    if isinstance(event, KeysAdded) and event.ceremonies is not None:
        yield event.ceremonies, "ceremonies"
    if isinstance(event, Voided) and event.finding is not None:
        yield event.finding, "finding"
    if isinstance(event, Voted) and event.statement is not None:
        yield event.statement, "statement"
    if isinstance(event, Explained) and event.reasons is not None:
        yield event.reasons, "statement"
    if isinstance(event, Reviewed) and event.record is not None:
        yield event.record, "review"
    if isinstance(event, KeyOpened):
        yield event.opening, opening_name(event.key)
    if isinstance(event, Opened):
        for slot in event.slots:
            yield slot.document, "document"
