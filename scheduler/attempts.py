"""Which attempts does a lot have, when may the next one begin, and who is out of it?

For people a lot keeps its number; the journal of attempt n > 1 is that of `lot~n`. Pseudonyms and tags belong to
the lot, so that members of an unlawful panel can be kept out of the next one without naming anybody.
"""

from collections.abc import Iterable

from scheduler.errors import Refused
from scheduler.events import Member, Out
from scheduler.model import LotId
from scheduler.state import Phase, State

MARK = "~"  # stands in no lot's own number


def base_of(lot: LotId) -> LotId:
    """The number people know."""
    return LotId(lot.partition(MARK)[0])


def lot_of(lot: LotId, attempt: int) -> LotId:
    """The lot under which an attempt is recorded; `lot` is any attempt's."""
    return base_of(lot) if attempt == 1 else LotId(f"{base_of(lot)}{MARK}{attempt}")


def attempt_of(lot: LotId) -> int:
    """1 for the first."""
    number = lot.partition(MARK)[2]
    return int(number) if number else 1


def demand_over(state: State) -> None:
    """Raise Refused unless the next attempt may begin after this one: annulled; or cancelled, with a reason that
    the supervisor has countersigned unless no lawful panel was left (A3)."""
    if state.annulled is not None:
        return
    if state.phase is not Phase.CANCELLED:
        raise Refused("attempt_running", attempt=state.attempt)
    if state.endorsed is None and not state.stuck:
        raise Refused("attempt_not_endorsed", attempt=state.attempt)


def panel_of(state: State) -> frozenset[Member]:
    """The experts who sat on an attempt's panel, those taken out during the evaluation included."""
    return frozenset(
        m.member for m in state.members if m.role is not None and (m.sits or m.out is Out.VOIDED)
    )


def excluded(earlier: Iterable[State]) -> tuple[Member, ...]:
    """Who may not be drawn again: panels that were unlawful, or whose conclusions were annulled (条例 70)."""
    found: set[Member] = set()
    for state in earlier:
        if state.unlawful or state.annulled is not None:
            found |= panel_of(state)
    return tuple(sorted(found))
