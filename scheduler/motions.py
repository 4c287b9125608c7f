"""Has a motion of the panel carried? Ayes counted over who sits now; the same for service, page and verifier."""

from collections.abc import Iterator

from scheduler.events import Matter, Member
from scheduler.pending import Ballot
from scheduler.state import State

_PARTS = {Matter.TIME: 3}  # 条例 48: more than a third; all else more than half


def ballots(state: State, matter: Matter, about: str = "") -> Iterator[Ballot]:
    """The last vote of everybody who sits."""
    sitting = {m.member for m in state.current()}
    return (b for b in state.ballots if (b.matter, b.about) == (matter, about) and b.member in sitting)


def ayes(state: State, matter: Matter, about: str = "") -> int:
    """How many are for it."""
    return sum(1 for each in ballots(state, matter, about) if each.yes)


def noes(state: State, matter: Matter, about: str = "") -> int:
    """How many are against it."""
    return sum(1 for each in ballots(state, matter, about) if not each.yes)


def carried(state: State, matter: Matter, about: str = "") -> bool:
    """Whether more than the law's part of the members is for it."""
    return ayes(state, matter, about) * _PARTS.get(matter, 2) > len(state.current())


def open_disputes(state: State) -> tuple[str, ...]:
    """Raised and not settled, in the order of raising."""
    raised = dict.fromkeys(b.about for b in state.ballots if b.matter is Matter.DISPUTE)
    return tuple(about for about in raised if about not in state.settled)


def decided(state: State, about: str) -> bool:
    """Whether everybody who sits has voted on a dispute."""
    return sum(1 for _ in ballots(state, Matter.DISPUTE, about)) == len(state.current())


def voted_by(state: State, member: Member, matter: Matter, about: str = "") -> bool | None:
    """This member's vote, None when there is none."""
    return next((b.yes for b in ballots(state, matter, about) if b.member == member), None)
