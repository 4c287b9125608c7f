"""From sealed sheets to totals per slot: the same function for the service and for the verifier."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from crypto.errors import Broken
from scheduler.events import Correction, Digest, Member, Scored
from scheduler.exhibits import SlotTotal
from scheduler.marks import Keys, Paper, Reading, read, sealed
from scheduler.scoring import totals
from scheduler.state import Entry, State


def tally(
    readings: Sequence[Reading], slots: int, replaced: frozenset[Member] = frozenset()
) -> tuple[SlotTotal, ...]:
    """Totals of all slots from the sheets of all members.

    The scores of `replaced` members give way to the mean of the others (重庆市招标投标条例 32), which leaves
    that mean. Raises Broken when a sheet cannot count.
    """
    for each in readings:
        if each.code is not None:
            raise Broken(f"sheet of {each.member}: {each.fault}")
    counted = [each for each in readings if each.member not in replaced]
    return totals([[summed(each, slot) for each in counted] for slot in range(slots)])


def summed(reading: Reading, slot: int) -> Decimal:
    """One member's sum for one slot."""
    return sum(reading.marks[slot].values(), Decimal(0))


def readings(state: State, entries: Iterable[Entry], paper: Paper, keys: Keys) -> tuple[Reading, ...]:
    """The latest sheets of all who sit, opened, in the order of the members. Raises Broken when one is missing."""
    last: Mapping[Digest, Scored] = {
        e.event.commitment: e.event for e in entries if isinstance(e.event, Scored)
    }
    found = []
    for member in state.current():
        if member.sheet is None or member.sheet not in last:
            raise Broken(f"no sheet of {member.member}")
        found.append(read(paper, keys, sealed(last[member.sheet], member.key)))
    return tuple(found)


def asked(state: State) -> dict[Member, tuple[Correction, ...]]:
    """What every member was asked to put right, before now."""
    return {m.member: m.asked for m in state.current()}
