"""Whose scores give way after a review, and to what? One function for service and verifier."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from scheduler.events import Matter, Member
from scheduler.exhibits import Gave, Replacement, Review, SlotScores
from scheduler.marks import Reading
from scheduler.motions import ayes, carried, voted_by
from scheduler.scoring import CENT
from scheduler.state import State
from scheduler.tally import summed


def flagged(state: State) -> tuple[Member, ...]:
    """Members whose scoring more than half of the panel find abnormal, in the order of the panel."""
    return tuple(m.member for m in state.current() if carried(state, Matter.ABNORMAL, m.member))


def replaced(state: State) -> dict[Member, Gave]:
    """Flagged members who gave no reasons, or reasons that more than half find insufficient."""
    reasons = dict(state.reasons)
    found: dict[Member, Gave] = {}
    for member in flagged(state):
        if reasons.get(member) is None:
            found[member] = Gave.REFUSED
        elif carried(state, Matter.WEAK, member):
            found[member] = Gave.WEAK
    return found


def nothing_open(state: State) -> bool:
    """Whether everybody has said that there is nothing more to say and nobody's reasons are awaited."""
    answered = {member for member, _ in state.reasons}
    done = all(voted_by(state, m.member, Matter.DONE) for m in state.current())
    return done and all(member in answered for member in flagged(state))


def review(state: State, readings: Sequence[Reading], gave: dict[Member, Gave]) -> Review:
    """The statement: old sums and the means of the others, slot by slot, to the cent."""
    counted = [each for each in readings if each.member not in gave]
    rows = []
    for each in readings:
        if each.member in gave:
            scores = tuple(
                SlotScores(
                    slot=slot,
                    own=summed(each, slot),
                    others=_mean([summed(other, slot) for other in counted]),
                )
                for slot in range(len(each.marks))
            )
            rows.append(
                Replacement(
                    member=each.member,
                    why=gave[each.member],
                    ayes=ayes(state, Matter.ABNORMAL, each.member),
                    scores=scores,
                )
            )
    return Review(replacements=tuple(rows))


def _mean(sums: Sequence[Decimal]) -> Decimal:
    return (sum(sums, Decimal(0)) / len(sums)).quantize(CENT, rounding=ROUND_HALF_UP)


def rejected(state: State) -> dict[int, str]:
    """Bids that more than half of the panel have found to fail the qualification (01) or compliance (02) check."""
    found: dict[int, str] = {}
    for about in sorted({b.about for b in state.ballots if b.matter is Matter.REJECT}):
        slot, _, code = about.partition("/")
        if carried(state, Matter.REJECT, about):
            found.setdefault(int(slot), code)
    return found
