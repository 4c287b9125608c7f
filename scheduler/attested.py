"""Which journal does a custodian believe? One chain, signed by the log key it pins, that extends what it has seen.

Checkpoints cosigned by witnesses will take over here, in `attest`, and nowhere else. Until then a journal that ever
contradicts what a custodian remembers is refused, and the two signed entries are the evidence against the log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crypto.errors import Broken
from scheduler.errors import Refused
from scheduler.model import LotId
from scheduler.phases import replay
from scheduler.record import verify_entry
from scheduler.state import Entry, State

AHEAD = timedelta(minutes=5)  # how far the log's clock may run before the custodian's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """An entry of a journal with the log key's signature (hexadecimal)."""

    entry: Entry
    signature: str


Journal = Sequence[Signed]


class Doubt(Exception):
    """Why a custodian does not act: a code, facts for a sentence, and signed entries that prove a fault."""

    def __init__(
        self, *, code: str, facts: Mapping[str, str] | None = None, evidence: tuple[Signed, ...] = ()
    ) -> None:
        super().__init__(code)
        self.code = code
        self.facts = dict(facts or {})
        self.evidence = evidence


def attest(lot: LotId, journal: Journal, log: bytes, seen: Signed | None, now: datetime) -> State:
    """The state of a journal that may be believed. Raises Doubt.

    `log` is the pinned public key, `seen` the last entry remembered of this lot, `now` the custodian's own clock.
    """
    _chained(lot, journal, log)
    _extends(journal, seen)
    late = journal[-1].entry.at
    if late > now + AHEAD:
        raise Doubt(code="journal_future", facts={"at": late.isoformat(), "now": now.isoformat()})
    try:
        return replay(each.entry for each in journal)
    except Refused as refusal:
        raise Doubt(code="journal_unlawful", facts={"rule": refusal.code}) from None


def _chained(lot: LotId, journal: Journal, log: bytes) -> None:
    if not journal:
        raise Doubt(code="journal_empty")
    previous = ""
    for number, each in enumerate(journal):
        entry = each.entry
        if (entry.seq, entry.previous, entry.lot) != (number, previous, lot):
            raise Doubt(code="journal_broken", facts={"seq": str(number)})
        try:
            verify_entry(log, entry, each.signature)
        except Broken:
            raise Doubt(code="journal_unsigned", facts={"seq": str(number)}) from None
        previous = entry.hash


def _extends(journal: Journal, seen: Signed | None) -> None:
    if seen is None:
        return
    if len(journal) <= seen.entry.seq:  # perhaps only old: no proof of anything, and still no reason to act
        facts = {"seen": str(seen.entry.seq), "shown": str(len(journal) - 1)}
        raise Doubt(code="journal_shorter", facts=facts, evidence=(seen, journal[-1]))
    again = journal[seen.entry.seq]
    if again.entry.hash != seen.entry.hash:
        raise Doubt(code="journal_contradicts", facts={"seq": str(seen.entry.seq)}, evidence=(seen, again))
