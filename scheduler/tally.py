"""From sealed sheets to totals per slot: the same function for the service and for the verifier."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from crypto.canonical import unhex
from crypto.codes import codes_for
from crypto.errors import Broken
from scheduler.errors import Refused
from scheduler.events import Member, Scored
from scheduler.exhibits import Criterion, SlotTotal
from scheduler.model import LotId
from scheduler.places import sheet_context
from scheduler.scoring import check_scores, totals
from scheduler.sheet import open_sheet
from scheduler.state import Entry, State


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedSheet:
    """A member's last sheet as the journal holds it."""

    member: Member
    version: int
    envelope: bytes
    commitment: bytes
    public: bytes  # the member's sheet key


def tally(
    lot: LotId,
    sheets: Sequence[SealedSheet],
    criteria: Sequence[Criterion],
    *,
    slots: int,
    keys: tuple[bytes, bytes],
) -> tuple[SlotTotal, ...]:
    """Totals of all slots from all members' sheets. `keys`: score key (opened) and code key.

    Raises Broken when a sheet is not what its member signed, or does not score exactly the member's papers.
    """
    private, code_key = keys
    by_slot: list[list[Decimal]] = [[] for _ in range(slots)]
    for sealed in sheets:
        codes = codes_for(code_key, lot, sealed.member, [str(i) for i in range(slots)])
        scores = _scores(lot, sealed, private)
        try:
            check_scores(scores, [each.code for each in codes], criteria)
        except Refused as fault:
            raise Broken(f"sheet of {sealed.member}: {fault}") from None
        for each in codes:
            by_slot[int(each.slot)].append(sum(scores[each.code].values(), Decimal(0)))
    return totals(by_slot)


def _scores(lot: LotId, sealed: SealedSheet, private: bytes) -> Mapping[str, Mapping[str, Decimal]]:
    bound = sheet_context(lot, sealed.member, sealed.version)
    sheet = open_sheet(private, sealed.envelope, bound, sealed.public, sealed.commitment)
    if (sheet.lot, sheet.member, sheet.version) != (lot, sealed.member, sealed.version):
        raise Broken(f"sheet of {sealed.member}: written for another place")
    return sheet.scores()


def sheets_of(state: State, entries: Iterable[Entry]) -> tuple[SealedSheet, ...]:
    """The sheets the close froze, in the order of the members."""
    last = {e.event.commitment: e.event for e in entries if isinstance(e.event, Scored)}
    found = []
    for member in state.current():
        if member.sheet is None or member.sheet not in last:
            raise Broken(f"no sheet of {member.member}")
        event = last[member.sheet]
        found.append(
            SealedSheet(
                member=member.member,
                version=event.version,
                envelope=unhex(event.sheet),
                commitment=unhex(event.commitment, 32),
                public=unhex(member.key, 32),
            )
        )
    return tuple(found)
