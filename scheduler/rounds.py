"""After some rounds of one draw: which seats are open, who stays, who is out? A draw has no re-roll."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from scheduler.check import Checker
from scheduler.errors import Refused
from scheduler.limits import Limit, wanted
from scheduler.lottery import order_of
from scheduler.model import Case, Choice, ExpertId, Seats


class Answer(StrEnum):
    """What became of an invitation. The later word counts: who accepted may still be recused or absent."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    SILENT = "silent"  # delivered, and no answer within the pack's time
    RECUSED = "recused"
    ABSENT = "absent"  # accepted, and did not check in


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round: the seats its lottery filled (kept members not among them) and what they said so far.

    A `standby` round was run at once as a reserve: only its `promoted` people have a seat.
    """

    number: int  # from 1
    drawn: tuple[Choice, ...]
    answers: Mapping[ExpertId, Answer] = field(default_factory=dict)
    standby: bool = False
    promoted: frozenset[ExpertId] = frozenset()

    @property
    def seated(self) -> tuple[Choice, ...]:
        """Whom this round gives a seat."""
        return tuple(choice for choice in self.drawn if not self.standby or choice.expert in self.promoted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a draw stands."""

    kept: tuple[Choice, ...]  # accepted, and sit
    waiting: tuple[Choice, ...]  # invited, and have not answered
    out: frozenset[ExpertId]  # declined, silent, recused or absent: not drawn again in this draw
    open: tuple[Seats, ...]  # neither kept nor waiting, by code
    rounds: int

    @property
    def complete(self) -> bool:
        """Every seat is accepted."""
        return not self.waiting and not self.open


def standing(case: Case, rounds: Sequence[Round]) -> Standing:
    """Where the draw of `case` (its whole panel, nobody kept yet) stands after these rounds.

    Raises Refused("rounds") when rounds are misnumbered, draw more than was open, or draw somebody twice.
    """
    kept: list[Choice] = []
    waiting: list[Choice] = []
    out: set[ExpertId] = set()
    invited: set[ExpertId] = set()
    for position, this in enumerate(rounds, start=1):
        names = [choice.expert for choice in this.drawn]
        if this.number != position or len(set(names)) != len(names) or not (invited | out).isdisjoint(names):
            raise Refused("rounds", number=this.number, expected=position)
        invited.update(choice.expert for choice in this.seated)
        kept += [choice for choice in this.seated if this.answers.get(choice.expert) is Answer.ACCEPTED]
        waiting += [choice for choice in this.seated if choice.expert not in this.answers]
        out.update(who for who, answer in this.answers.items() if answer is not Answer.ACCEPTED)
    return Standing(
        kept=tuple(sorted(kept, key=order_of)),
        waiting=tuple(sorted(waiting, key=order_of)),
        out=frozenset(out),
        open=_open(case, kept + waiting),
        rounds=len(rounds),
    )


def _open(case: Case, taken: Iterable[Choice]) -> tuple[Seats, ...]:
    left = wanted(case)
    for choice in taken:
        left[choice.speciality] = left.get(choice.speciality, 0) - 1
        if left[choice.speciality] < 0:
            raise Refused("rounds", speciality=choice.speciality, expected=wanted(case))
    return tuple(Seats(speciality=code, count=count) for code, count in left.items() if count)


def next_case(case: Case, rounds: Sequence[Round], *, max_rounds: int, approved: bool = False) -> Case:
    """The case of the next round: members who accepted are kept, who is out counts as recused (R0).

    Raises Refused("rounds_waiting") while somebody has not answered, Refused("rounds_done") when no seat is
    open, Refused("max_rounds") when the pack's number is reached and the supervisor has not `approved`.
    """
    now = standing(case, rounds)
    if now.waiting:
        raise Refused("rounds_waiting", waiting=len(now.waiting))
    if not now.open:
        raise Refused("rounds_done", rounds=now.rounds)
    if now.rounds >= max_rounds and not approved:
        raise Refused("max_rounds", rounds=now.rounds, most=max_rounds)
    return replace(case, kept=now.kept, recused=case.recused | now.out)


def promoted(limits: Iterable[Limit], now: Standing, standby: Iterable[Choice]) -> tuple[Choice, ...]:
    """The stand-bys, in the order drawn, who take an open seat of theirs without breaking an upper limit.

    Who would break one, whose seat is not open or who is out is skipped. Limits that ask for a minimum are
    checked on the whole panel once all seats are filled.
    """
    checker = Checker(limits)
    left = {seats.speciality: seats.count for seats in now.open}
    panel = [*now.kept, *now.waiting]
    taken: list[Choice] = []
    for choice in standby:
        fits = left.get(choice.speciality, 0) > 0 and choice.expert not in now.out
        full = fits and sum(left.values()) == 1
        if fits and not _breaks(checker, [*panel, choice], full):
            left[choice.speciality] -= 1
            panel.append(choice)
            taken.append(choice)
    return tuple(taken)


def _breaks(checker: Checker, panel: Sequence[Choice], full: bool) -> bool:
    return any(
        full or (breach.limit.most is not None and breach.count > breach.limit.most)
        for breach in checker.breaches(panel)
    )
