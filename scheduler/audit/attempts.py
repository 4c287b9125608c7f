"""Are all attempts at the lot here, each lawfully over before the next, and is an unlawful panel kept out?"""

from collections.abc import Mapping, Sequence
from typing import Any

from crypto.errors import Broken
from scheduler.attempts import demand_over, excluded, lot_of
from scheduler.audit.case import AuditCase, NotRevealed
from scheduler.errors import Refused
from scheduler.events import Annulled, Booked, Cancelled, Drawn, Endorsed
from scheduler.exhibits import Attempts, Finding, Request
from scheduler.findings import told
from scheduler.limits import Words
from scheduler.phases import replay
from scheduler.record import read_entry, verify_entry
from scheduler.rules.day import SHANGHAI
from scheduler.state import Entry, State

NOTHING = Words("", "")


def earlier(case: AuditCase) -> Words:
    """What came of every attempt before this one; nothing for a first attempt. Raises Broken."""
    state = case.final()
    if state.attempt == 1:
        return NOTHING
    journals = case.body(state.followed, Attempts).journals
    if len(journals) != state.attempt - 1:
        raise Broken(f"{len(journals)} earlier attempts are here, {state.attempt - 1} are missed")
    states: list[State] = []
    zh, en = "", ""
    for number, journal in enumerate(journals, 1):
        entries = _entries(case, number, journal)
        if number > 1:
            _joined(entries[0], states[-1])
        states.append(_over(number, entries))
        words = _ended(entries)
        zh, en = f"{zh}；第 {number} 次：{words.zh}", f"{en}; attempt {number}: {words.en}"
    _joined(case.bundle.entries[0], states[-1])
    _kept_out(case, states)
    return Words(zh, en)


def _entries(case: AuditCase, number: int, journal: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """One earlier journal, chained and signed by this bundle's log key."""
    found: list[Entry] = []
    previous = ""
    for at, line in enumerate(journal):
        entry = read_entry(line["entry"])
        if (entry.seq, entry.previous, entry.lot) != (at, previous, lot_of(case.bundle.lot, number)):
            raise Broken(f"attempt {number}: entry {at} is not the next one")
        verify_entry(case.bundle.log, entry, line["signature"])
        previous = entry.hash
        found.append(entry)
    return found


def _joined(booking: Entry, before: State) -> None:
    """A booking names the head of the attempt before it, and comes after it."""
    event = booking.event
    if not isinstance(event, Booked) or event.previous != before.head or booking.at < before.at:
        raise Broken(f"attempt {before.attempt + 1} does not name the end of attempt {before.attempt}")


def _over(number: int, entries: Sequence[Entry]) -> State:
    try:
        state = replay(entries)
        demand_over(state)
    except Refused as no:
        raise Broken(f"attempt {number}: {no}") from None
    return state


def _ended(entries: Sequence[Entry]) -> Words:
    """How an attempt ended, in its own words."""
    zh, en = "", ""
    for entry in entries:
        if isinstance(entry.event, Cancelled):
            zh, en = f"取消，理由“{entry.event.reason}”", f"cancelled, reason “{entry.event.reason}”"
            if entry.event.unlawful:
                zh, en = zh + "，组成不合法、成员不再参加", en + ", unlawful panel, its members are out"
        if isinstance(entry.event, Endorsed):
            zh, en = zh + "，监督已副署", en + ", countersigned"
        if isinstance(entry.event, Annulled):
            code = entry.event.ground.value
            zh, en = f"结论无效（{code}），成员不再参加", f"conclusions void ({code}), its members are out"
    return Words(zh, en)


def _kept_out(case: AuditCase, states: Sequence[State]) -> None:
    try:
        request = case.body(case.final().request, Request)
    except NotRevealed:
        return  # a public bundle has no request
    if request.excluded != excluded(states):
        raise Broken("others are kept out than the panels of unlawful attempts")


def annulled(case: AuditCase) -> Words:
    """What an annulment says, and on which side of the draw its evidence falls; nothing where there is none."""
    for state, entry in case.moments:
        if isinstance(entry.event, Annulled) and state is not None:
            code = entry.event.ground.value
            first = next(e for _, e in case.moments if isinstance(e.event, Drawn))
            drawn = next(
                (e for _, e in case.moments if isinstance(e.event, Drawn) and _drew(e.event, entry.event)),
                first,
            )
            try:
                found = case.body(entry.event.finding, Finding)
            except NotRevealed:
                return Words(f"；结论无效（{code}）", f"; the conclusions are void ({code})")
            says = told(found, drawn.at.astimezone(SHANGHAI).date())
            return Words(
                f"；结论无效（{code}）：{says.zh}", f"; the conclusions are void ({code}): {says.en}"
            )
    return NOTHING


def _drew(drawn: Drawn, event: Annulled) -> bool:
    return any(m.member == event.member for m in drawn.members)
